"""``python -m styleforge``, the program `styleforge`."""

from __future__ import annotations

from styleforge.cli.app import main

if __name__ == "__main__":
    main()
