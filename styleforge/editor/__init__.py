"""The notebook editor: a session with all the logic, and a view that draws its snapshots.

Names are loaded when they are first used; the session knows no widgets.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styleforge.editor.session import EditSession
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.view import Editor
    from styleforge.plugins.panel import Panel

_HOMES = {
    "EditSession": "styleforge.editor.session",
    "Editor": "styleforge.editor.view",
    "Panel": "styleforge.plugins.panel",
    "Snapshot": "styleforge.editor.snapshot",
}

__all__ = ["EditSession", "Editor", "Panel", "Snapshot"]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    msg = f"module 'styleforge.editor' has no attribute {name!r}"
    raise AttributeError(msg)
