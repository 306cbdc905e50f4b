"""The command line: ``styleforge transfer``, ``reproduce``, ``plugins``, ``gallery``, ``presets``.

Importing it is quick: torch is loaded when a run starts, not for ``--help`` or a listing.
"""

from __future__ import annotations

from styleforge.cli.app import main

__all__ = ["main"]
