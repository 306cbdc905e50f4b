"""Controls that a screen reader cannot name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

NAMING = ("description", "tooltip", "alt")  # and whatever ends in "label"


def unlabelled(widget: Any) -> Iterator[str]:
    """The controls under an ipywidget, itself included, that have no name; as they would print.

    A control is a widget that a person can change or press. Its name is a description, a tooltip,
    an alt text, or a trait such as ``label`` or ``aria_label``; one of them is not empty.
    """
    if _is_control(widget):
        traits = [one for one in widget.trait_names() if one in NAMING or one.endswith("label")]
        if not any(str(getattr(widget, one) or "").strip() for one in traits):
            yield type(widget).__name__
    for child in getattr(widget, "children", ()):
        yield from unlabelled(child)


def _is_control(widget: Any) -> bool:
    import ipywidgets

    shown = (ipywidgets.HTML, ipywidgets.HTMLMath, ipywidgets.Label, ipywidgets.Valid)
    if isinstance(widget, shown):
        return False
    if isinstance(widget, ipywidgets.Button | ipywidgets.Image | ipywidgets.ValueWidget):
        return not isinstance(widget, ipywidgets.Image) or widget.has_trait("alt")
    return bool(getattr(widget, "_esm", None))  # one of its own, of anywidget
