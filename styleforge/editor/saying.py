"""What a person did and asked for, in the words that they would say it in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from styleforge.recipe.colour_names import names

if TYPE_CHECKING:
    from styleforge.editor.state import AttributeState, Edit, Picture
    from styleforge.recipe.domain import Attribute

COLOUR = "Colour"


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
    asked = [
        said_of(one, edit.attribute(one.name), pictures)
        for one in attributes
        if edit.attribute(one.name).asked
    ]
    who = _name(pictures, edit.identity) if edit.identity else "No picture yet"
    return f"{who}; {', '.join(asked)}" if asked else who


def _name(pictures: Mapping[str, Picture], picture: str) -> str:
    return pictures[picture].name if picture in pictures else "a picture that is gone"
