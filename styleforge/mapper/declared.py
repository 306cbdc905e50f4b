"""What a domain's attributes declare for a mapper: the rows they drive, the losses they bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.mapper.network import Injection
from styleforge.methods import hairclip
from styleforge.objective import Objective, Term

if TYPE_CHECKING:
    from styleforge.domain import Attribute
    from styleforge.mapper.settings import Settings
    from styleforge.pack import Models


def injections_of(attributes: Sequence[Attribute], models: Models) -> tuple[Injection, ...]:
    """The sub-mappers that a domain's attributes declare, with the pack's rows.

    Raises:
        UserError: if no attribute drives anything, or the pack has no group of that name.
    """
    groups = models.pack.row_groups
    found = []
    for attribute in attributes:
        for group in attribute.drives:
            if group not in groups:
                have = ", ".join(groups) or "none"
                msg = (
                    f"{attribute.name} drives the rows {group!r}; the pack {models.pack.name!r} "
                    f"has the groups: {have}."
                )
                raise UserError(msg)
            found.append(Injection(group, attribute.name, groups[group]))
    if not found:
        msg = "No attribute of the domain drives rows of W+; give one of them `drives`."
        raise UserError(msg)
    return tuple(found)


def objective(
    attributes: Sequence[Attribute],
    region: str,
    kinds: Mapping[str, str],
    settings: Settings,
    *,
    answers: bool,
) -> Objective:
    """The published terms of a pattern of conditions, and those of known answers."""
    published = hairclip.objective(attributes, region, kinds)
    if not answers:
        return published
    outline = {"region": region, "target": f"answer.{region}"}
    colour = {
        "reference": "answer",
        "mask": f"image.{region}",
        "reference_mask": f"answer.{region}",
    }
    return published + Objective(
        (
            Term("answer region", "region", outline, settings.region),
            Term("answer colour", "colour", colour, settings.colour),
        )
    )
