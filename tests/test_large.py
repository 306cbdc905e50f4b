"""Pictures wider than 256: shares of the picture, in seconds that do not grow with it."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch

from styleforge.builtin.inpainters import navier_stokes, telea
from styleforge.compose import compose
from styleforge.prepare import geometry, masks
from styleforge.prepare.pixels import enlarge
from styleforge.prepare.problem import Reference
from styleforge.testing import toy


def scene(size: int) -> tuple[Reference, torch.Tensor, torch.Tensor]:
    """A picture with a thing, a picture that is off by a wave of colour, and an edited area."""
    rows, columns = torch.meshgrid(*[torch.linspace(0, 1, size)] * 2, indexing="ij")
    thing = ((rows - 0.5) ** 2 + (columns - 0.5) ** 2 < 0.04).float()[None, None]
    keep = (rows > 0.8).float()[None, None]
    regions = {"rest": 1 - thing - keep, "keep": keep, "thing": thing}
    image = (0.4 * torch.sin(5 * rows) * torch.cos(4 * columns)).expand(1, 3, -1, -1)
    generated = image + 0.2 * torch.sin(3 * columns + rows)
    return Reference(image=image, regions=regions), generated, masks.dilate(thing, size / 32)


@pytest.mark.parametrize("size", [512, 768])
def test_surroundings_in_the_identitys_colours_at_any_size(size):
    identity, generated, area = scene(256)
    small = compose.harmonize(generated, identity.regions, identity, toy.TOY.region, area)
    identity, generated, area = scene(size)
    large = compose.harmonize(generated, identity.regions, identity, toy.TOY.region, area)
    near = area[0, 0] < 0.01
    assert (large - identity.image)[0, :, near].abs().mean() < 0.01
    shrunk = torch.nn.functional.interpolate(large, size=256, mode="area")
    assert (shrunk - small).abs().mean() < 0.005


@pytest.mark.parametrize("fill", [telea, navier_stokes])
def test_large_holes_are_filled_as_small_ones_are(fill):
    identity, _, area = scene(256)
    small = fill(identity.image, area)
    identity, _, area = scene(768)
    large = fill(identity.image, area)
    assert torch.equal(large[..., area[0, 0] < 0.5], identity.image[..., area[0, 0] < 0.5])
    off = (torch.nn.functional.interpolate(large, size=256, mode="area") - small).abs()
    assert off.mean() < 0.005
    assert off.max() < 0.1
    step = (large[..., 1:] - large[..., :-1]).abs()  # no seam at the hole's edge, nor in it
    assert step.max() < 0.05


def test_large_pictures_take_less_than_two_seconds():
    identity, generated, area = scene(1024)
    for run in (
        lambda: compose.harmonize(generated, identity.regions, identity, toy.TOY.region, area),
        lambda: telea(identity.image, area),
        lambda: navier_stokes(identity.image, area),
    ):
        start = time.process_time()
        run()
        assert time.process_time() - start < 2


def test_the_spline_of_a_large_picture_is_that_of_a_small_one():
    here = torch.tensor([[[80.0, 90.0], [170.0, 90.0], [128.0, 150.0], [128.0, 200.0]]])
    there = here + torch.tensor([[[6.0, 2.0], [-3.0, 4.0], [2.0, -5.0], [0.0, 6.0]]])
    small = torch.from_numpy(geometry.landmark_map(here, there, (192, 256)))
    large = geometry.landmark_map(here * 4, there * 4, (768, 1024))
    wanted = enlarge(small.permute(2, 0, 1)[None], (768, 1024))[0].permute(1, 2, 0) * 4
    inner = (slice(8, -8), slice(8, -8))
    assert np.abs(large - wanted.numpy())[inner].max() < 0.1
    still = geometry.landmark_map(here * 4, here * 4, (768, 1024))
    rows, columns = np.mgrid[:768, :1024] + 0.5
    assert np.abs(still - np.stack([columns, rows], -1)).max() < 0.01
