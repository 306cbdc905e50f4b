"""Packs: models that belong together, what they must be able to do, and where they run."""
