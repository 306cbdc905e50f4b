"""The view: ipywidgets that draw a session's snapshots and post its commands. No logic.

`Editor` puts the parts together. A part is a class with a ``widget`` and ``draw(snapshot)``; it
gets a `Wiring`, through which its controls post commands and its slow reads are done.
"""

from __future__ import annotations

from styleforge.editor.view.editor import Editor

__all__ = ["Editor"]
