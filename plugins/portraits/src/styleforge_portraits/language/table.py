"""The words as a Markdown table: ``python -m styleforge_portraits.language.table``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .place import nearest
from .scan import names
from .words import HELD_OUT, NEAREST, WORDS

if TYPE_CHECKING:
    from .term import Box, Condition, Term


def table() -> str:
    """All terms by group and axis, and what is held out, as Markdown."""
    rows = ["| group | axis | names | what they mean |", "|" + "---|" * 4]
    group = axis = ""
    for term in WORDS:
        shown = "" if term.group == group else f"`{term.group}`"
        line = "" if term.axis == axis else term.axis
        group, axis = term.group, term.axis
        rows.append(f"| {shown} | {line} | {_names(term)} | {_meaning(term)} |")
    held = ", ".join(HELD_OUT.names)
    pairs = ", ".join(" + ".join(key.split("/")[1] for key in pair) for pair in HELD_OUT.pairs)
    rows += ["", f"Held-out names (*): {held}.", "", f"Held-out pairs: {pairs}."]
    rows += ["", *_undrawn()]
    return "\n".join(rows) + "\n"


def _undrawn() -> list[str]:
    """What the world does not draw as such, and which word of the same kind is used instead.

    But not of colours, which mean what they name (`styleforge.recipe.colour_names`).
    """
    rows = ["| group | not drawn | used instead |", "|" + "---|" * 3]
    groups = dict.fromkeys(term.group for term in WORDS)
    for group in (one for one in groups if not one.endswith("_appearance")):
        instead: dict[str, list[str]] = {}
        for word in NEAREST:
            near = nearest(word, group)
            if near and names()[near.replace("-", " ")][0][0].group == group:
                instead.setdefault(near, []).append(word)
        rows += [
            f"| `{group}` | {', '.join(sorted(words))} | {near} |"
            for near, words in sorted(instead.items())
        ]
    return rows


def _names(term: Term) -> str:
    whole = term.key in HELD_OUT.styles
    return ", ".join(f"{one}*" if whole or one in HELD_OUT.names else one for one in term.names)


def _meaning(term: Term) -> str:
    return "; or ".join(_box(box) for box in term.boxes)


def _box(box: Box) -> str:
    return ", ".join(_condition(one) for one in box)


def _condition(one: Condition) -> str:
    if one.options:
        return f"`{one.factor}` {' or '.join(one.options)}"
    return f"`{one.factor}` {one.low:g} to {one.high:g}"


if __name__ == "__main__":
    print(table(), end="")
