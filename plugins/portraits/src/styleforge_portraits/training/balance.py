"""Drawing people so that rare hair is met often enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from styleforge_portraits.language import WORDS
from styleforge_portraits.language.truth import truth_table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from styleforge_portraits.training.dataset import Dataset


@dataclass(frozen=True)
class Balance:
    """For every term of hair, the people it holds of, and the palettes."""

    people: tuple[NDArray[np.int64], ...]
    palettes: tuple[NDArray[np.int64], ...]

    @classmethod
    def of(cls, data: Dataset, part: str, side: int) -> Balance:
        """The balance of a part of the rendered world."""
        count = len(data.parts[part].maps[side])
        shape = truth_table(np.asarray(data.parts[part].codes[:count]))
        colour = truth_table(np.asarray(data.palette_codes))
        return cls(_lists(shape, "hair_shape"), _lists(colour, "hair_appearance"))

    def draw(
        self, rng: np.random.Generator, count: int, people: int, palettes: int
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Rows of people and of palettes ``(count,)``: half by chance, half by a random term."""
        return _mixed(rng, count, people, self.people), _mixed(rng, count, palettes, self.palettes)


def _lists(truth: NDArray[np.bool_], group: str) -> tuple[NDArray[np.int64], ...]:
    columns = [k for k, term in enumerate(WORDS) if term.group == group]
    found = [np.flatnonzero(truth[:, k]) for k in columns]
    return tuple(rows for rows in found if len(rows))


def _mixed(
    rng: np.random.Generator, count: int, total: int, lists: tuple[NDArray[np.int64], ...]
) -> NDArray[Any]:
    rows = rng.integers(total, size=count)
    for place in np.flatnonzero(rng.random(count) < 0.5) if lists else ():
        rows[place] = rng.choice(lists[int(rng.integers(len(lists)))])
    return rows
