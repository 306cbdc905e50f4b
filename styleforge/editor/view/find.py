"""Finding controls by what they are called: for tests, and to see that all are called something."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets as widgets

from styleforge.errors import UserError

NAMES = ("description", "tooltip", "label")


def every(view: widgets.Widget) -> Iterator[widgets.Widget]:
    """A widget and all that is in it."""
    yield view
    for child in getattr(view, "children", ()):
        yield from every(child)


def name_of(widget: widgets.Widget) -> str:
    """What a control is called: its description, else its tooltip or label."""
    found = (getattr(widget, name, None) for name in NAMES)
    return next((str(name) for name in found if name), "")


def find(view: widgets.Widget, label: str, kind: type = widgets.Widget) -> Any:
    """The control that is called ``label``: by its whole name, else by the beginning of it.

    Raises:
        UserError: if there is none.
    """
    known = [one for one in every(view) if isinstance(one, kind) and name_of(one)]
    for same in (str.__eq__, str.startswith):
        for one in known:
            names = [str(getattr(one, name, "") or "") for name in NAMES]
            if any(name and same(name, label) for name in names):
                return one
    have = ", ".join(sorted({name_of(one) for one in known}))
    msg = f"There is no control {label!r}; there are {have}."
    raise UserError(msg)
