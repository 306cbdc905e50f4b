"""The browser's half of a widget: plain files beside the Python, put together without a bundler.

Every widget needs the same few helpers and colours. They stand in ``common.js``, ``common.css``
and ``colours.css``, and are read in front of the widget's own module; so is ``late.js``, with
which a widget works on a page that was too busy for it at first.
"""

from __future__ import annotations

from importlib.resources import files


def browser_half(name: str, *helpers: str) -> tuple[str, str]:
    """The module and the style sheet of the widget ``name``, as anywidget takes them.

    ``helpers`` are further modules and style sheets, in front of the widget's own.
    """
    folder = files(__package__)
    modules = [f"{part}.js" for part in ("late", "common", *helpers, name)]
    helpers = tuple(one for one in helpers if (folder / f"{one}.css").is_file())
    styles = [f"{part}.css" for part in ("colours", "common", *helpers, name)]
    module, style = (
        "\n".join((folder / file).read_text("utf-8") for file in half) for half in (modules, styles)
    )
    return module, style


def shared(file: str) -> str:
    """A file that widgets of other folders read too."""
    return (files(__package__) / file).read_text("utf-8")
