"""How well the generator follows every factor: its change of picture against the true one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from styleforge_portraits import world
from styleforge_portraits.models.latent import code_to_z

if TYPE_CHECKING:
    from styleforge.models.stylegan2 import Generator
    from styleforge_portraits.training.dataset import Dataset


@torch.no_grad()
def factor_response(
    data: Dataset, generator: Generator, *, people: int = 8, size: int = 128, seed: int = 0
) -> dict[str, float]:
    """For each factor the slope of the generated change on the rendered one.

    A person and the same person with another value of one factor are rendered and generated; with
    D and G the differences of the two pairs, the slope is ``sum(D G) / sum(D^2)`` over ``people``
    held-out people: 1 when the factor is followed, 0 when it is ignored.
    """
    rng = np.random.default_rng(seed)
    noise = generator.random_noise(torch.Generator().manual_seed(seed))
    codes = data.parts["held"].codes[:people]
    slopes = {}
    for factor in world.FACTORS:
        pairs = [_pair(world.decode(code), factor, rng) for code in codes]
        truths, guesses = [], []
        for which in (0, 1):
            chosen = [pair[which] for pair in pairs]
            pictures = [world.render(person, size).image for person in chosen]
            truths.append(torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2) / 127.5)
            code = torch.from_numpy(np.stack([world.encode(person) for person in chosen]))
            w = generator.map(code_to_z(code))[:, None].expand(-1, generator.rows, -1)
            guesses.append(generator.synthesize(w, noise, size=size).clamp(-1, 1))
        true, found = truths[1] - truths[0], guesses[1] - guesses[0]
        slopes[factor.name] = float((true * found).sum() / true.square().sum().clamp_min(1e-6))
    return slopes


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
