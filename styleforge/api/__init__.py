"""Edits in one call, `transfer` and `edit`, and the recipes that they run."""

from __future__ import annotations

from styleforge.api.calls import edit, transfer
from styleforge.api.recipes import FARTHEST, edit_recipe, mapped_preset, transfer_recipe

__all__ = ["FARTHEST", "edit", "edit_recipe", "mapped_preset", "transfer", "transfer_recipe"]
