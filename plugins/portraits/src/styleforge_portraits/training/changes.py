"""People of whom one factor is changed: what a generator hardly shows is asked for by name.

The width of a nose moves few pixels by little, so losses on pictures leave it for the last. Here a
person and the same person with another value of one factor are drawn, and the difference of the
two drawings is held against the difference of the true pictures, with the same voice whatever its
size: a nose counts as much as a yaw. (Derivatives as targets: Czarnecki et al. 2017, "Sobolev
Training for Neural Networks", arXiv 1706.04859.)
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from styleforge_portraits import world
from styleforge_portraits.training.dataset import Batch, paint_maps
from styleforge_portraits.training.measures import measures
from styleforge_portraits.training.rendering import as_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

    from styleforge_portraits.training.dataset import Dataset

Array = NDArray[Any]
EDGE = 0.18  # part of a factor's span at either end that changed values are drawn from
UNSEEN = 1e-4  # a change of measures that no picture shows
FAINTEST = 4.0  # sum of squares of a difference, below which it is not heard in full


class Odds(nn.Module):
    """How often each factor is changed; a module, so that a training's checkpoint keeps it.

    Example:
        >>> odds = Odds()
        >>> odds.set({"age": 0.2, "yaw": 0.95})
        >>> odds.draw(np.random.default_rng(0)).name
        'age'
    """

    odds: Tensor

    def __init__(self) -> None:
        super().__init__()
        unknown = torch.full((len(world.FACTORS),), -1.0, dtype=torch.float64)
        self.register_buffer("odds", unknown)

    @property
    def known(self) -> bool:
        """Whether they have been set."""
        return bool((self.odds >= 0).all())

    @property
    def any(self) -> bool:
        """Whether there is a factor to change: there is none where all are followed."""
        return self.known and bool(self.odds.any())

    def set(self, slopes: Mapping[str, float], below: float = 0.9, base: float = 0.35) -> None:
        """Change the factors that are followed by less than ``below``, the least most often.

        Args:
            slopes: what `factor_response` measured, by the name of the factor.
            below: followed by so much, a factor is left to the other losses; so are categories.
            base: added to every shortfall, so that none is forgotten.
        """
        for place, factor in enumerate(world.FACTORS):
            slope = slopes.get(factor.name, 1.0)
            ranged = factor.kind != "category"
            self.odds[place] = 1 + base - slope if ranged and slope < below else 0.0

    def draw(self, rng: np.random.Generator) -> world.Factor:
        """One of the factors; there must be `any`."""
        odds = self.odds.cpu().numpy()
        return world.FACTORS[rng.choice(len(odds), p=odds / odds.sum())]


def changed_pairs(
    data: Dataset,
    odds: Odds,
    rng: np.random.Generator,
    pairs: int,
    size: int,
    device: torch.device | str = "cpu",
) -> Batch:
    """People of the training set, each followed by itself with one factor changed.

    The batch has ``2 * pairs`` pictures ``(N, 3, size, size)``; the changed ones are rendered here.
    """
    part = data.parts["train"]
    codes: list[Array] = []
    maps: list[Array] = []
    while len(codes) < 2 * pairs:
        place = int(rng.integers(len(part.maps[size])))
        paint = int(rng.integers(len(data.palettes)))
        code = np.where(data.colour, data.palette_codes[paint], part.codes[place])
        person = world.decode(code)
        other = _change(person, odds.draw(rng), rng)
        if np.abs(measures(person) - measures(other)).max() < UNSEEN:
            continue  # a fringe's sweep on a bald head
        codes += [code, world.encode(other)]
        maps += [part.maps[size][place], as_bytes(world.geometry(other, size).maps)]
    people = torch.from_numpy(np.stack(maps)).to(device)  # (N, K, size, size)
    colours = np.stack([world.palette(world.decode(code)) for code in codes])  # (N, K, 3)
    image = paint_maps(people, torch.from_numpy(colours.astype(np.float32)).to(device))
    code = torch.from_numpy(np.stack(codes).astype(np.float32)).to(device)
    return Batch(image, code, people)


def change_error(image: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """How far changes are from being followed, and by how much they are followed on average.

    With D and G the differences of a true and of a drawn pair, the slope is ``s = D G / D^2``: 1
    when the change is followed, 0 when it is ignored. The error is ``|D| (1 - s)^2``: its gradient
    at the picture is as long for a faint change as for a large one. What changes beside D is left
    to losses on pictures: it is far larger than a faint D.

    Pictures ``(2 P, 3, H, W)`` are those of `changed_pairs`.

    Example:
        >>> truth = torch.stack((torch.zeros(3, 8, 8), torch.ones(3, 8, 8)))
        >>> [float(one) for one in change_error(truth, truth)]
        [0.0, 1.0]
        >>> float(change_error(torch.zeros_like(truth), truth)[1])
        0.0
    """
    true, found = (one[1::2] - one[0::2] for one in (target, image))  # (P, 3, H, W)
    size = true.square().sum((1, 2, 3)).clamp_min(FAINTEST)
    slope = (true * found).sum((1, 2, 3)) / size  # (P,)
    return (size.sqrt() * (1 - slope).square()).mean(), slope.mean()


def _change(person: world.Person, factor: world.Factor, rng: np.random.Generator) -> world.Person:
    """The person with the factor near that end of its range which is further from it."""
    span = factor.high - factor.low
    inward = EDGE * span * rng.random()
    low, high, now = factor.low + inward, factor.high - inward, getattr(person, factor.name)
    value: dict[str, Any] = {factor.name: float(low if now - low > high - now else high)}
    return replace(person, **value)
