"""The table of factors: what each one means for sampling, coding and mirroring."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

GROUPS = (
    "identity",
    "hair_shape",
    "hair_appearance",
    "hair_finer_style",
    "clothing_shape",
    "clothing_appearance",
    "clothing_finer_style",
    "background",
)


@dataclass(frozen=True)
class Factor:
    """One named factor of a person.

    A `continuous` factor is uniform on [low, high]; a `category` takes one of `options`.
    `odd` factors change sign under a horizontal flip. `colour` factors move the palette only,
    all others move the geometry only.
    """

    name: str
    group: str
    kind: Literal["continuous", "category"]
    low: float = 0.0
    high: float = 1.0
    options: tuple[str, ...] = ()
    odd: bool = False
    colour: bool = False

    @property
    def width(self) -> int:
        """Number of coordinates in the Gaussian code."""
        return len(self.options) if self.kind == "category" else 1


def continuous(
    group: str,
    low: float = 0.0,
    high: float = 1.0,
    default: float | None = None,
    *,
    odd: bool = False,
    colour: bool = False,
) -> Any:
    """A dataclass field that holds a continuous factor; the default is the middle of its range."""
    factor = Factor("", group, "continuous", low, high, (), odd, colour)
    return field(
        default=(low + high) / 2 if default is None else default, metadata={"factor": factor}
    )


def category(group: str, *options: str) -> Any:
    """A dataclass field that holds a category; the default is the first option."""
    return field(
        default=options[0], metadata={"factor": Factor("", group, "category", 0, 1, options)}
    )
