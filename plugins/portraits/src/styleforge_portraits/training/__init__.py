"""How the pack's models are made: ``python -m styleforge_portraits.training all``."""
