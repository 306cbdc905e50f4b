"""What a generator's features are asked for beside pictures: materials, phases, texture."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from styleforge_portraits import world
from styleforge_portraits.training.fields import count_of, strand_fields
from styleforge_portraits.training.heads import Heads
from styleforge_portraits.training.perceived import MATCHED, feature_distances
from styleforge_portraits.world import strands
from styleforge_portraits.world.canvas import Canvas


class Edges:
    """Differences of neighbours and the picture itself, in every layer."""

    def __call__(self, image, layers):
        across = image - image.roll(1, 3)
        return {name: torch.cat((image.abs(), across.abs()), 1) for name in layers}


def test_a_field_is_the_texture_that_the_world_draws_ringlets_from() -> None:
    whole = Canvas(128).everything()
    fields, zone = strand_fields(128)
    np.testing.assert_allclose(fields[-4], strands.coils(whole.x, whole.y), atol=1e-4)
    np.testing.assert_allclose(fields[-6], strands.pulled_up(whole.x, whole.y), atol=1e-3)
    assert 0.1 < float(zone.mean()) < 0.9


@pytest.mark.parametrize("size", [16, 32, 64, 128, 256])
def test_no_field_is_finer_than_its_size_can_show(size) -> None:
    fields, _ = strand_fields(size)
    assert fields.shape == (count_of(size), size, size)
    below = fields[0, size // 2]  # across, of the lowest octave
    turns = int((below[1:].sign() != below[:-1].sign()).sum())
    assert 2 <= turns <= size * 2 / 3.2


def test_heads_learn_phases_that_features_hold() -> None:
    torch.manual_seed(0)
    heads = Heads({8: 4, 32: 40})
    fields = strand_fields(32)[0].expand(2, -1, -1, -1)
    fresh = torch.randn(2, 40 - fields.shape[1], 32, 32)
    maps = {8: torch.zeros(2, 4, 8, 8), 32: torch.cat((fields, fresh), 1)}
    optimizer = torch.optim.Adam(heads.parameters(), 0.05)
    first = heads.phases(maps)[1]["fields_32_of"]
    for _ in range(60):
        optimizer.zero_grad()
        heads.phases(maps)[0].backward()
        optimizer.step()
    assert heads.phases(maps)[1]["fields_32_of"] < first / 20
    assert list(heads.phases(maps)[1]) == ["fields_32_of"]  # 8 px has no head


def test_heads_weigh_the_finest_materials_most() -> None:
    heads = Heads({16: 4, 32: 4})
    truth = torch.zeros(1, len(world.MATERIALS), 32, 32)
    truth[:, 3] = 1
    maps = {side: torch.zeros(1, 4, side, side) for side in (16, 32)}
    total, figures = heads.shapes(maps, truth, torch.ones(1, truth.shape[1], 1, 1))
    wanted = figures["shapes_32_of"] + 0.3 * figures["shapes_16_of"]
    torch.testing.assert_close(total.item(), wanted)


def test_texture_is_the_pattern_and_not_its_place() -> None:
    stripes = (torch.arange(64) // 4 % 2).float().expand(1, 3, 64, 64) * 0.8
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 8:56] = 1  # whole periods
    shifted = stripes.roll(4, 3)
    smooth = torch.full_like(stripes, 0.4)
    there, same = feature_distances(Edges(), shifted, stripes, mask)
    elsewhere, other = feature_distances(Edges(), smooth, stripes, mask)
    assert there > elsewhere  # in its place, the mean is nearer
    assert same < 0.2 < 0.9 < other


def test_a_picture_without_the_region_has_no_texture_and_a_gradient() -> None:
    image = torch.rand(2, 3, 32, 32, requires_grad=True)
    target, mask = torch.rand(2, 3, 32, 32), torch.zeros(2, 1, 32, 32)
    assert len(MATCHED) == 3
    assert float(feature_distances(Edges(), image, target, mask)[1].detach()) == 0
    mask[1, :, :16] = 1
    whole, alone = (
        feature_distances(Edges(), image[some], target[some], mask[some])[1]
        for some in (slice(None), slice(1, 2))
    )
    torch.testing.assert_close(whole, alone)
    sum(feature_distances(Edges(), image, target, mask)).backward()
    assert bool(image.grad.isfinite().all())
