"""What a domain's attributes declare for a mapper: the rows they drive, the losses they bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.mapper.network import Injection
from styleforge.methods import hairclip
from styleforge.recipe.objective import Objective, Term

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Attribute
    from styleforge.training.settings import Settings


def injections_of(attributes: Sequence[Attribute], models: Models) -> tuple[Injection, ...]:
    """The sub-mappers that a domain's attributes declare, with the pack's rows.

    ``coarse+medium`` is one sub-mapper for the rows of both. One that another attribute drives as
    well has the attribute's role in its name.

    Raises:
        UserError: if no attribute drives anything, or the pack has no group of that name.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> [(one.name, one.rows) for one in injections_of(toy.ATTRIBUTES, Models(toy.toy_pack()))]
        [('coarse', (0, 1)), ('medium', (2, 3)), ('fine', (5, 6, 7))]
    """
    declared = [(attribute, groups) for attribute in attributes for groups in attribute.drives]
    counts = Counter(groups for _, groups in declared)
    found = []
    for attribute, groups in declared:
        name = groups if counts[groups] == 1 else f"{attribute.role} {groups}"
        found.append(Injection(name, attribute.name, _rows(groups, attribute, models)))
    if not found:
        msg = "No attribute of the domain drives rows of W+; give one of them `drives`."
        raise UserError(msg)
    return tuple(found)


def _rows(groups: str, attribute: Attribute, models: Models) -> tuple[int, ...]:
    """The rows of groups that are joined by ``+``."""
    have = models.pack.row_groups
    for group in groups.split("+"):
        if group not in have:
            msg = (
                f"{attribute.name} drives the rows {group!r}; the pack {models.pack.name!r} "
                f"has the groups: {', '.join(have) or 'none'}."
            )
            raise UserError(msg)
    return tuple(sorted({row for group in groups.split("+") for row in have[group]}))


def objective(
    attributes: Sequence[Attribute],
    region: str,
    kinds: Mapping[str, str],
    settings: Settings,
    *,
    answers: bool,
) -> Objective:
    """The published terms of a pattern of conditions, and those of known answers.

    Example:
        >>> from styleforge.testing import toy
        >>> from styleforge.training.settings import Settings
        >>> kinds = {"toy.shape": "text"}
        >>> plain = objective(toy.ATTRIBUTES, "thing", kinds, Settings(), answers=False)
        >>> known = objective(toy.ATTRIBUTES, "thing", kinds, Settings(), answers=True)
        >>> [label for label in known.labels if label not in plain.labels]
        ['answer region', 'answer colour']
    """
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
