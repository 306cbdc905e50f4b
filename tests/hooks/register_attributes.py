"""Hooks by example: an attribute of a domain that another plugin brings."""

from __future__ import annotations

# [shown]
from styleforge import Attribute, Objective, Term, hookimpl

styleforge_api = 1

COLOUR = Term(
    "backdrop.colour",  # the attribute's name, so that every preset finds its term
    "colour",
    {
        "reference": "colour",  # the role: the part of the name after the dot
        "mask": "image.background",
        "reference_mask": "colour.background",
    },
    0.1,
)


@hookimpl
def register_attributes(register):
    register(
        Attribute(
            name="backdrop.colour",
            title="Colour",
            help="The mean colour of what is behind the person.",
            accepts=("image", "swatch"),
            objective=Objective((COLOUR,)),
        )
    )


# [end]
