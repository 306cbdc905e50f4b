"""What the tests of the editor's view look at: its controls, its texts and its cards."""

from __future__ import annotations

import ipywidgets as widgets

from styleforge.editor.view.find import every
from styleforge.editor.widgets import Brush, Gallery

LONG = 120.0  # seconds
CONTROLS = (
    widgets.Button, widgets.ToggleButton, widgets.Checkbox, widgets.Dropdown, widgets.Text,
    widgets.Textarea, widgets.FloatSlider, widgets.BoundedIntText, widgets.ColorPicker,
    widgets.FloatProgress, Brush,
)  # fmt: skip


def settled(editor):
    assert editor.settle(LONG)
    return editor.session.snapshot()


def html(editor, part):
    """The text of the messages or of any HTML of a class."""
    return " ".join(
        one.value
        for one in every(editor)
        if isinstance(one, widgets.HTML) and part in one._dom_classes
    )


def card(editor, hint):
    return next(
        one for one in every(editor)
        if isinstance(one, widgets.Button) and (one.tooltip or "").startswith(hint)
    )  # fmt: skip


def gallery_of(editor):
    return next(one for one in every(editor) if isinstance(one, Gallery))


def pictures_of(editor):
    """What the gallery shows, by name."""
    return {one["name"]: one for one in gallery_of(editor).items}


def use(editor, name, role):
    """Use a picture as a press on it does."""
    gallery_of(editor).use(pictures_of(editor)[name]["key"], role)
