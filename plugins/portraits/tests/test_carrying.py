"""Training pictures' detail in noise maps: how often, how much, and where not."""

from __future__ import annotations

import numpy as np
import torch
from styleforge_portraits import world
from styleforge_portraits.models.detail import CARRIED_FROM, carried_noise
from styleforge_portraits.training.carrying import (
    AMOUNT,
    CARRIED,
    HIDING,
    carry_detail,
    hidden_part,
)

COUNT = 400


def test_most_pictures_carry_their_detail() -> None:
    image = torch.rand(COUNT, 3, 64, 64) * 2 - 1
    chance = [torch.randn(COUNT, 1, side, side) for side in (32, 64)]
    found = carry_detail(np.random.default_rng(0), chance, image, torch.zeros(COUNT, 1, 64, 64))
    assert found[0] is chance[0]
    assert CARRIED_FROM == 64
    whole = carried_noise(image, [one[:1] for one in chance])[1]
    alike = (found[1] * whole).mean((1, 2, 3))  # of unit variance both: their correlation
    carrying = alike > 0.5
    assert abs(float(carrying.float().mean()) - CARRIED) < 0.08
    assert float(alike[carrying].min()) > AMOUNT[0] - 0.05
    assert float(alike[~carrying].abs().max()) < 0.1
    assert float((found[1].std((1, 2, 3)) - 1).abs().max()) < 0.1


def test_hidden_parts_keep_chance() -> None:
    image = torch.rand(8, 3, 64, 64) * 2 - 1
    chance = [torch.randn(8, 1, 64, 64)]
    hidden = torch.zeros(8, 1, 64, 64)
    hidden[..., :32] = 1
    found = carry_detail(np.random.default_rng(0), chance, image, hidden)[0]
    assert torch.equal(found[..., :32], chance[0][..., :32])
    assert not torch.equal(found[..., 32:], chance[0][..., 32:])


def test_hair_or_clothing_is_hidden_with_a_margin() -> None:
    maps = torch.zeros(COUNT, len(world.MATERIALS), 64, 64, dtype=torch.uint8)
    maps[:, world.MATERIALS.index("hair"), 10:20, 30:40] = 255
    maps[:, world.MATERIALS.index("cloth_shade"), 50:60, 30:40] = 255
    hidden = hidden_part(np.random.default_rng(0), maps)
    hair, cloth = hidden[:, 0, 15, 35], hidden[:, 0, 55, 35]
    assert float((hair * cloth).max()) == 0
    assert abs(float((hair + cloth).mean()) - HIDING) < 0.08
    margin = hidden[hair > 0][0, 0]
    assert margin[8, 35] == 1
    assert margin[6, 35] == 0
