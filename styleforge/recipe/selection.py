"""How pictures are chosen for a comparison of methods, and how hard each pair of them is.

Two pictures are a pair; the better the region of one lies on that of the other, and the nearer
their landmarks are, the easier it is to bring a style from one to the other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.recipe.domain import Domain

SIDE = 256  # pixels of the picture's width in which distances are said
_OWN = "given by hand"
_HOW = "NAME=LOW,HIGH,NEAR,FAR, such as easy=0.8,1,0,2"


@dataclass(frozen=True)
class Level:
    """Bounds of a difficulty.

    Args:
        iou: overlap of the compared region, in (low, high].
        distance: mean distance of the landmarks, in [near, far), in pixels of a picture that is
            256 pixels wide.

    Example:
        >>> Level((0.8, 1.0), (0.0, 2.0)).holds(0.85, 1.5)
        True
    """

    iou: tuple[float, float]
    distance: tuple[float, float]

    def __post_init__(self) -> None:
        for name, (low, high), most in (
            ("overlap", self.iou, 1.0),
            ("distance", self.distance, math.inf),
        ):
            if not (0 <= low < high <= most and high < math.inf):
                within = "within 0 to 1" if most == 1 else "from 0 up"
                msg = f"A level's {name} goes from {low} to {high}; give two rising ones {within}."
                raise UserError(msg)

    def holds(self, iou: float, distance: float | None) -> bool:
        """Whether a pair is of this difficulty; by the overlap alone where there is no distance."""
        near, far = self.distance
        placed = distance is None or near <= distance < far
        return self.iou[0] < iou <= self.iou[1] and placed


# LOHO (Saha et al. 2021), table 1. The table was not at hand: these are its numbers as later papers
# quote them, and none of them says of which size the pixels are.
LEVELS: Mapping[str, Level] = {
    "easy": Level((0.8, 1.0), (0.0, 2.0)),
    "medium": Level((0.7, 0.8), (2.0, 4.0)),
    "difficult": Level((0.6, 0.7), (4.0, 5.0)),
}
SOURCE = "LOHO (Saha et al. 2021), table 1 as later papers quote it"
LEAST = 0.18  # of a picture that the region fills: section 4 of the same paper


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which pictures take part, and what pairs of them are sorted by.

    Args:
        compared: the region whose overlap counts, such as ``face``.
        least: the share of the picture that the domain's own region fills at least.
        levels: of difficulty, by name; a pair is of the first one that holds it.
        source: of the levels' bounds.

    Example:
        >>> sort = Selection(compared="face")
        >>> sort.level_of(0.75, 3.0), sort.level_of(0.75, 1.0)
        ('medium', None)
    """

    compared: str
    least: float = LEAST
    levels: Mapping[str, Level] = field(default_factory=lambda: dict(LEVELS))
    source: str = SOURCE

    def __post_init__(self) -> None:
        if not 0 <= self.least < 1:
            msg = f"The least share of the region is {self.least}; 0 to 1 was expected, as 0.18."
            raise UserError(msg)
        if not self.levels:
            msg = "A selection has no level; give it at least one, such as easy."
            raise UserError(msg)

    def level_of(self, iou: float, distance: float | None) -> str | None:
        """The difficulty of a pair, or None where it falls between the levels.

        Args:
            iou: overlap of the compared region, 0 to 1.
            distance: of the landmarks, in pixels of a picture 256 wide; None where there are none.
        """
        found = (name for name, level in self.levels.items() if level.holds(iou, distance))
        return next(found, None)


def selection_of(domain: Domain, own: Mapping[str, Selection] | None = None) -> Selection:
    """A pack's ``own`` selection for a domain, else the domain's, else by its first kept region.

    Raises:
        UserError: if neither says what is compared.

    Example:
        >>> from styleforge.testing import toy
        >>> selection_of(toy.TOY).compared
        'keep'
    """
    found = (own or {}).get(domain.name) or domain.selection
    if found is not None:
        return found
    if not domain.keep:
        msg = (
            f"The domain {domain.name!r} says neither by what pairs are sorted (selection=) nor "
            "which regions it keeps; name the region: --compare REGION."
        )
        raise UserError(msg)
    return Selection(compared=domain.keep[0])


def changed(
    selection: Selection, *, compared: str = "", least: float | None = None,
    levels: Sequence[str] = (),
) -> Selection:  # fmt: skip
    """A selection with what a person said otherwise.

    Args:
        selection: whose rest stays.
        compared: another region.
        least: another share, 0 to 1.
        levels: ``NAME=LOW,HIGH,NEAR,FAR``. Those that are named replace all levels there were.

    Raises:
        UserError: if a level is said in another way.

    Example:
        >>> changed(Selection(compared="face"), levels=["near=0.5,1,0,9"]).levels["near"].iou
        (0.5, 1.0)
    """
    found = dict(_level(text) for text in levels)
    return replace(
        selection,
        compared=compared or selection.compared,
        least=selection.least if least is None else least,
        levels=found or selection.levels,
        source=_OWN if found else selection.source,
    )


def _level(text: str) -> tuple[str, Level]:
    name, _, numbers = text.partition("=")
    try:
        low, high, near, far = (float(one) for one in numbers.split(","))
    except ValueError:
        msg = f"The level {text!r} is not understood; write {_HOW}."
        raise UserError(msg) from None
    if not name.strip():
        msg = f"The level {text!r} has no name; write {_HOW}."
        raise UserError(msg)
    return name.strip(), Level((low, high), (near, far))
