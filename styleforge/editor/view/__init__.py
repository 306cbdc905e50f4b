"""The view: ipywidgets that draw a session's snapshots and post its commands. No logic.

`Editor` puts the parts together. A part is a class with a ``widget`` and ``draw(snapshot)``; it
gets a `Wiring`, through which its controls post commands and its slow reads are done.
"""

from __future__ import annotations

from styleforge.errors import UserError

try:
    from styleforge.editor.view.editor import Editor
except ModuleNotFoundError as error:
    if error.name not in {"anywidget", "ipywidgets", "traitlets"}:
        raise
    msg = f"The editor needs {error.name}, which is not installed: install styleforge[editor]."
    raise UserError(msg) from error

__all__ = ["Editor"]
