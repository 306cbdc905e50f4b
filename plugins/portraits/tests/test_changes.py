"""Pairs that differ in one factor, and what is held against their difference."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from styleforge_portraits import world
from styleforge_portraits.training.changes import Odds, change_error, changed_pairs
from styleforge_portraits.training.codes import colour_coordinates, random_codes
from styleforge_portraits.training.dataset import Dataset, Part

SIDE = 64


@pytest.fixture(scope="module")
def data() -> Dataset:
    codes = random_codes(np.random.default_rng(0), 4)
    maps = [world.geometry(world.decode(code), SIDE).maps for code in codes]
    stored = np.clip(np.stack(maps) * 255 + 0.5, 0, 255).astype(np.uint8)
    palettes = np.stack([world.palette(world.decode(code)) for code in codes])
    part = Part(codes, {SIDE: stored}, None, None)
    return Dataset({"train": part}, palettes, codes, colour_coordinates())


def test_a_pair_differs_in_the_factor_that_was_drawn_and_pictures_are_those_of_the_codes(
    data: Dataset,
) -> None:
    odds = Odds()
    odds.set({"nose_width": 0.2})
    batch = changed_pairs(data, odds, np.random.default_rng(0), 2, SIDE)
    assert batch.image.shape == (4, 3, SIDE, SIDE)
    people = [world.decode(code) for code in batch.code.numpy()]
    for one, other in zip(people[0::2], people[1::2], strict=True):
        moved = [f.name for f in world.FACTORS if getattr(one, f.name) != getattr(other, f.name)]
        assert moved == ["nose_width"]
    for person, image in zip(people, batch.image, strict=True):
        wanted = torch.from_numpy(world.render(person, SIDE).image).permute(2, 0, 1) / 127.5 - 1
        assert float((image - wanted).abs().max()) < 0.06


def test_what_is_followed_least_is_changed_most() -> None:
    odds = Odds()
    odds.set({"age": 0.1, "smile": 0.8, "yaw": 0.95})
    rng = np.random.default_rng(0)
    names = [odds.draw(rng).name for _ in range(300)]
    assert set(names) == {"age", "smile"}  # a yaw is followed well enough
    assert names.count("age") > 1.5 * names.count("smile")


def test_where_all_is_followed_there_is_nothing_to_change() -> None:
    odds = Odds()
    assert not odds.known
    odds.set({"yaw": 0.99})
    assert odds.known
    assert not odds.any


def test_the_pull_of_a_faint_change_is_as_long_as_that_of_a_large_one() -> None:
    pulls = []
    for height in (0.2, 2.0):
        target = torch.zeros(2, 3, 16, 16)
        target[1] = height
        image = torch.zeros_like(target, requires_grad=True)
        error, slope = change_error(image, target)
        error.backward()
        assert slope.item() == 0
        pulls.append(float(image.grad.norm()))
    assert pulls[0] == pytest.approx(pulls[1], rel=1e-5)
