"""Edits in one call, `transfer` and `edit`; `styleforge.api.recipes` makes their recipes."""

from __future__ import annotations

from styleforge.api.edit_transfer import edit, transfer

__all__ = ["edit", "transfer"]
