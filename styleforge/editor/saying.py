"""What a person did and asked for, in the words that they would say it in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.editor.desk import titles_of
from styleforge.editor.together import asked_parts, states_of
from styleforge.recipe.colour_names import names

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.state import AttributeState, Edit, Picture
    from styleforge.recipe.domain import Attribute

COLOUR = "Colour"
COMMAND = re.compile("(`[^`]*`)")


def said_of(attribute: Attribute, state: AttributeState, pictures: Mapping[str, Picture]) -> str:
    """What is asked of an attribute: ``Colour: copper``, ``Shape: bob``, ``Shape: as before``."""
    if not state.asked:
        return f"{attribute.title}: as before"
    match state.kind:
        case "image":
            return f"{attribute.title}: {_name(pictures, state.picture)}"
        case "mask":
            return f"{attribute.title}: the outline {_name(pictures, state.mask)}"
        case "text":
            words = " ".join(state.text.split())
            return f"{COLOUR if attribute.is_colour else attribute.title}: {words}"
        case "swatch":
            own = COLOUR if attribute.is_colour else f"{attribute.title}, colour"
            return f"{own}: {colour_name(state.colour, attribute)}"
        case _:
            return f"{attribute.title}: {state.value.strip()}"


def colour_name(colour: str, attribute: Attribute) -> str:
    """The name of a colour where the attribute knows one of it, else ``#rrggbb``."""
    found = [name for name, value in names(attribute).items() if value == colour.lower()]
    own = [name for name in attribute.colours if attribute.colours[name] == colour.lower()]
    return next(iter((*own, *found)), colour)


def title_of(edit: Edit, attributes: Sequence[Attribute], pictures: Mapping[str, Picture]) -> str:
    """An edit in a line: ``ada; Colour: copper, Shape: bob``."""
    states = {state.name: state for state in states_of(edit)}
    asked = [
        said_of(one, states[one.name], pictures)
        for one in attributes
        if one.name in states and states[one.name].asked
    ]
    who = _name(pictures, edit.identity) if edit.identity else "No picture yet"
    return f"{who}; {', '.join(asked)}" if asked else who


def about_of(edit: Edit, desk: Desk) -> str:
    """An edit in a line; of several domains with what is asked of each: ``ada; Lips: ...``."""
    pictures = desk.pictures.by_id
    parts = asked_parts(edit, desk)
    if len(desk.desks) < 2:
        return title_of(edit, desk.at(edit.domain).attributes, pictures)
    who, *rest = [title_of(edit, (), pictures)]
    for at, part in parts:
        alone = replace(part, beside={})
        asked = title_of(alone, at.attributes, pictures).partition("; ")[2]
        rest += [f"{at.domain.title}: {asked}"] if asked else []
    return "; ".join((who, *rest))


def plainly(sentence: str, desk: Desk) -> str:
    """A sentence of a run in a person's words: pictures by their names, attributes by what their
    rows are called. A command in it, between backticks, is one to copy, and stays as it is.
    """
    named = titles_of(desk.desks or {desk.domain.name: desk})
    gallery = [one for one in desk.pictures.by_id.values() if one.origin == "gallery"]
    named |= {one.source: one.name for one in gallery}
    pieces = re.split(COMMAND, sentence)  # every other one is a command
    pieces[::2] = [desk.pictures.by_name(_renamed(piece, named)) for piece in pieces[::2]]
    return "".join(pieces)


def _renamed(text: str, named: Mapping[str, str]) -> str:
    for name in sorted(named, key=len, reverse=True):  # a name may begin another
        whole = rf"(?<![\w.-]){re.escape(name)}(?![\w-]|\.\w)"
        text = re.sub(whole, named[name].replace("\\", r"\\"), text)
    return text


def _name(pictures: Mapping[str, Picture], picture: str) -> str:
    return pictures[picture].name if picture in pictures else "a picture that is gone"
