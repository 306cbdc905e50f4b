"""``python -m styleforge_portraits.training``."""

from styleforge_portraits.training.cli import app

if __name__ == "__main__":
    app()
