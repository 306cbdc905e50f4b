"""What noise maps carry of a picture."""

from __future__ import annotations

import torch
from styleforge_portraits.models import loading
from styleforge_portraits.models.detail import CARRIED_FROM, carried_noise, detail_maps

from styleforge.pack.protocols import NoiseReader

SHAPES = ((4, 4), (32, 32), (32, 32), (64, 64), (64, 64), (128, 128), (128, 128))


def _picture() -> torch.Tensor:
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1


def test_small_maps_and_maps_beyond_the_picture_are_left_to_chance() -> None:
    found = detail_maps(_picture(), SHAPES)
    assert [one is not None for one in found] == [side == CARRIED_FROM for side, _ in SHAPES]


def test_a_flat_picture_has_no_detail_and_a_ramp_none_away_from_the_border() -> None:
    ramp = torch.linspace(-1, 1, 64).expand(1, 3, 64, 64) * torch.tensor([1.0, 0.5, 0.2]).view(
        1, 3, 1, 1
    )
    for picture in (torch.full((1, 3, 64, 64), 0.3), ramp):
        for one in detail_maps(picture, SHAPES):
            if one is not None:
                assert float(one[..., 4:-4].abs().max()) < 1e-6


def test_the_two_maps_of_a_size_see_colour_and_grey() -> None:
    grey = _picture().mean(1, keepdim=True).expand(-1, 3, -1, -1)
    warm, light = (one for one in detail_maps(grey, SHAPES) if one is not None)
    assert float(warm.abs().max()) < 1e-6
    assert float(light.std()) > 0.1


def test_detail_is_linear() -> None:
    one, two = _picture(), _picture().flip(-1)
    parts = zip(*(detail_maps(item, SHAPES) for item in (one, two, one + two)), strict=True)
    for a, b, both in parts:
        if both is not None:
            torch.testing.assert_close(a + b, both, atol=1e-5, rtol=0)


def test_carried_noise_has_unit_variance_and_keeps_chance() -> None:
    chance = [torch.randn(1, 1, *shape) for shape in SHAPES]
    found = carried_noise(_picture(), chance)
    for shape, one, other in zip(SHAPES, found, chance, strict=True):
        assert one.shape == (2, 1, *shape)
        if shape[0] == CARRIED_FROM:
            torch.testing.assert_close(one.std((1, 2, 3)), torch.ones(2), atol=1e-4, rtol=0)
        else:
            assert torch.equal(one, other.expand_as(one))


def test_the_packs_reader_fits_its_generator() -> None:
    reader = loading.load_noise_reader()
    assert isinstance(reader, NoiseReader)
    assert reader.shapes == loading.load_generator().noise_shapes
