"""How well the generator follows every factor: its change of picture against the true one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge_portraits import world
from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.training.measures import measures

if TYPE_CHECKING:
    from styleforge.models.stylegan2 import Generator

Array = NDArray[Any]
UNSEEN = 1e-4  # a change of measures that no picture shows


@torch.no_grad()
def factor_response(
    codes: Array, generator: Generator, *, people: int = 8, size: int = 128, seed: int = 0
) -> dict[str, float]:
    """For each factor the slope of the generated change on the rendered one.

    A person and the same person with another value of one factor are rendered and generated; with
    D and G the differences of the two pairs, the slope is ``sum(D G) / sum(D^2)`` over ``people``
    of the codes ``(N, D)`` in whom the factor shows (the hue of a dye shows in dyed hair only): 1
    when the factor is followed, 0 when it is ignored. A factor that shows in nobody is left out.
    """
    rng = np.random.default_rng(seed)
    noise = generator.random_noise(torch.Generator().manual_seed(seed))
    slopes = {}
    for factor in world.FACTORS:
        pairs = _pairs(codes, factor, rng, people)
        if not pairs:
            continue
        truths, guesses = [], []
        for which in (0, 1):
            chosen = [pair[which] for pair in pairs]
            pictures = [world.render(person, size).image for person in chosen]
            truths.append(torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2) / 127.5)
            code = torch.from_numpy(np.stack([world.encode(person) for person in chosen]))
            w = generator.map(code_to_z(code))[:, None].expand(-1, generator.rows, -1)
            guesses.append(generator.synthesize(w, noise, size=size).clamp(-1, 1))
        true, found = truths[1] - truths[0], guesses[1] - guesses[0]  # (people, 3, size, size)
        slopes[factor.name] = float((true * found).sum() / true.square().sum().clamp_min(1e-6))
    return slopes


def _pairs(
    codes: Array, factor: world.Factor, rng: np.random.Generator, people: int
) -> list[tuple[world.Person, world.Person]]:
    """The first people in whom the factor shows, each with a low and a high value of it."""
    pairs: list[tuple[world.Person, world.Person]] = []
    for code in codes:
        if len(pairs) == people:
            break
        low, high = _pair(world.decode(code), factor, rng)
        if np.abs(measures(low) - measures(high)).max() > UNSEEN:
            pairs.append((low, high))
    return pairs


def _pair(
    person: world.Person, factor: world.Factor, rng: np.random.Generator
) -> tuple[world.Person, world.Person]:
    if factor.kind == "category":
        first, second = rng.choice(len(factor.options), 2, replace=False)
        values: tuple[Any, Any] = (factor.options[first], factor.options[second])
    else:
        span = factor.high - factor.low
        values = (factor.low + 0.1 * span, factor.high - 0.1 * span)
    low, high = (replace(person, **{factor.name: value}) for value in values)
    return low, high
