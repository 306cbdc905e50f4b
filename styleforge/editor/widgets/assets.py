"""The browser's half of a widget: plain files beside the Python, put together without a bundler.

Every widget needs the same few helpers and colours. They stand in ``common.js`` and
``common.css``, and are read in front of the widget's own module.
"""

from __future__ import annotations

from importlib.resources import files


def browser_half(name: str) -> tuple[str, str]:
    """The module and the style sheet of the widget ``name``, as anywidget takes them."""
    folder = files(__package__)
    module, style = (
        "\n".join((folder / f"{part}.{ending}").read_text("utf-8") for part in ("common", name))
        for ending in ("js", "css")
    )
    return module, style
