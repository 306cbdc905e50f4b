"""Panels of plugins: each built alone, so that one that fails leaves the editor as it is."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.session import EditSession
    from styleforge.editor.view.controls import Maker
    from styleforge.plugins.panel import Panel

log = logging.getLogger("styleforge.editor")


def panel_of(panel: Panel, session: EditSession, make: Maker) -> widgets.Widget:
    """What a plugin's panel shows; a sentence that names the plugin where it fails."""
    try:
        built = panel.build(session)
        _widget(built)
    except Exception as error:
        log.warning("The panel %r failed.", panel.name, exc_info=error)
        owner = session.forge.panels.owner(panel.name)
        why = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        return make.words(
            f"⚠ The panel “{panel.title}” of {owner} could not be shown: {why} "
            "The rest of the editor works without it.",
            "error",
        )
    return make.column(make.words(panel.help, "note"), built)


def _widget(built: object) -> None:
    if not isinstance(built, widgets.Widget):
        msg = f"it was to build a widget, and built a {type(built).__name__}."
        raise UserError(msg)
