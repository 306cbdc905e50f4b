"""Edits in one call, `transfer` and `edit`, and the recipes that they make."""

from __future__ import annotations

from styleforge.api.edit_transfer import edit, transfer

__all__ = ["edit", "transfer"]
