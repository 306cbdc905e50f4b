"""The generator's last noise map is grain in hair and cloth; rare hair is drawn more often."""

from __future__ import annotations

import numpy as np
import torch
from styleforge_portraits import world
from styleforge_portraits.models.loading import load_generator
from styleforge_portraits.training.rare import is_rare, rare_people
from styleforge_portraits.training.texture import LEVELS, grain


def test_grain_is_in_hair_and_cloth_alone() -> None:
    shares = torch.zeros(2, len(world.MATERIALS), 8, 8)
    shares[0, world.MATERIALS.index("hair_dark")] = 1
    shares[1, world.MATERIALS.index("skin")] = 1
    noise = torch.randn(2, 1, 8, 8, generator=torch.Generator().manual_seed(0))
    found = grain(shares, noise)
    assert torch.allclose(found[0], noise[0] * LEVELS["hair"] / 127.5)
    assert not found[1].any()


def test_the_shipped_generator_hears_its_last_map_faintly() -> None:
    generator = load_generator()
    heard = [float(conv.noise_strength.abs()) > 0 for conv in generator.convs]
    assert heard == [False] * (len(heard) - 1) + [True]
    latent = generator.w_avg[None, None].expand(1, generator.rows, -1)
    one, two = (
        generator.synthesize(latent, generator.random_noise(torch.Generator().manual_seed(seed)))
        for seed in (0, 1)
    )
    difference = float((one - two).std()) * 127.5
    assert 0.02 < difference < 4


def test_rare_people_have_ringlets_or_a_bun() -> None:
    people = [world.Person(curl=0.5), world.Person(curl=0.95), world.Person(curl=0.5, updo=0.95)]
    assert [is_rare(one) for one in people] == [False, True, True]
    codes = np.stack([world.encode(one) for one in people])
    assert rare_people(codes).tolist() == [1, 2]
