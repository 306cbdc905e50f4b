"""Pictures wider than 256: shares of the picture, in seconds that do not grow with it."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from styleforge.builtin.inpainters import navier_stokes, telea
from styleforge.compose import compose
from styleforge.compose.paste_back import paste_back, place_back
from styleforge.pack.models import Models
from styleforge.pack.pack import Alignment
from styleforge.prepare import bent, geometry, masks
from styleforge.prepare.pixels import enlarge
from styleforge.prepare.prepare import prepare
from styleforge.prepare.problem import Placement, Reference
from styleforge.testing import toy

EYES = Alignment(groups=((0,), (1,)), places=((10 / 32, 14 / 32), (22 / 32, 14 / 32)))


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


def test_the_benchmark_compares_with_full_size(capsys):
    pytest.importorskip("styleforge_portraits")
    from benchmarks import large

    large._harmonize(384, np.random.default_rng(3))
    _, step, fast, full, off, *_ = capsys.readouterr().out.split("|")
    assert (step, off) == (" harmonize ", " 0.00 of 255 on average ")
    assert float(full) > float(fast) > 0


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
    small = torch.from_numpy(bent.landmark_map(here, there, (192, 256)))
    large = bent.landmark_map(here * 4, there * 4, (768, 1024))
    wanted = enlarge(small.permute(2, 0, 1)[None], (768, 1024))[0].permute(1, 2, 0) * 4
    inner = (slice(8, -8), slice(8, -8))
    assert np.abs(large - wanted.numpy())[inner].max() < 0.1
    still = bent.landmark_map(here * 4, here * 4, (768, 1024))
    rows, columns = np.mgrid[:768, :1024] + 0.5
    assert np.abs(still - np.stack([columns, rows], -1)).max() < 0.01


# --- photographs of tens of megapixels ----------------------------------------------------------
def photograph(height: int, width: int) -> torch.Tensor:
    """Waves ``(1, 3, H, W)`` in bytes."""
    rows, columns = np.mgrid[:height, :width] / width
    planes = [np.sin(9 * rows + 4 * columns + phase) for phase in (0, 1, 2)]
    return torch.from_numpy(((np.stack(planes) + 1) * 127).astype(np.uint8))[None]


TURNS = {
    "all of it": [[0.1, 0, 0], [0, 0.1, 8]],
    "a part, made smaller": [[0.15, 0.02, -30], [-0.02, 0.15, -20]],
    "a part, as it is": [[0.98, 0.17, -200], [-0.17, 0.98, -100]],
    "a part, enlarged": [[3, 0, -900], [0, 3, -900]],
    "beyond its corner": [[0.2, 0, 20], [0, 0.2, 30]],
    "far beyond it": [[1, 0, 9000], [0, 1, 9000]],
}


@pytest.mark.parametrize("matrix", TURNS.values(), ids=TURNS)
@pytest.mark.parametrize("border", ["edge", "zero"])
def test_of_a_large_photograph_only_what_is_seen_is_looked_at(monkeypatch, matrix, border):
    photo, matrix = photograph(480, 640), np.array(matrix, float)
    whole = geometry.warp(photo, matrix, (64, 64), border=border)
    monkeypatch.setattr(geometry, "LARGE", 1000)
    seen = geometry.warp(photo, matrix, (64, 64), border=border)
    assert seen.shape == whole.shape
    assert (seen - whole).abs().mean() < 0.01
    if border == "edge":  # the step from the photo to 0 is as wide as one pixel of what is seen
        assert (seen - whole).abs().max() < 0.15


def test_a_large_photograph_is_pasted_back_in_strips(monkeypatch):
    photo = photograph(480, 640)
    matrix = np.array([[0.15, 0.02, -30], [-0.02, 0.15, -20]])
    image = geometry.warp(photo, matrix, (64, 64))
    rows = tuple(tuple(map(float, row)) for row in matrix)
    identity = Reference(image=image, regions={}, placement=Placement(photo=photo, matrix=rows))
    edited = image.clone()
    edited[..., 20:40, 20:40] = 0.3
    whole = paste_back(edited, identity)
    monkeypatch.setattr("styleforge.compose.paste_back._AT_ONCE", 5000)
    strips = paste_back(edited, identity)
    assert whole.dtype == strips.dtype == torch.uint8
    assert (whole.int() - strips.int()).abs().max() <= 1
    untouched = (whole == photo).all(dim=1)
    assert 0.5 < untouched.float().mean() < 1
    assert torch.equal((strips == photo).all(dim=1), untouched)
    mask = torch.zeros(1, 1, 64, 64)
    mask[..., 20:40, 20:40] = 1
    placed = place_back(mask, identity)
    assert placed.dtype == torch.uint8
    assert (placed.max(), placed.min()) == (255, 0)


def test_a_large_photograph_is_aligned_on_a_smaller_one_and_cut_from_itself(monkeypatch):
    """Of the photo's own pixels, at the same place to a pixel."""
    models = Models(replace(toy.toy_pack(), alignment=EYES))
    picture = Image.fromarray(photograph(480, 640)[0].permute(1, 2, 0).numpy())
    whole = prepare(picture, models)
    monkeypatch.setattr(geometry, "LARGE", 100_000)
    small = prepare(picture, models)
    assert small.photo_size == (480, 640)
    assert small.placement.photo.shape == (1, 3, 480, 640)
    np.testing.assert_allclose(small.placement.matrix, whole.placement.matrix, rtol=0.02, atol=0.5)
    assert (small.image - whole.image).abs().mean() < 0.03
    assert small.notes == whole.notes


@pytest.mark.slow
def test_48_megapixels_take_less_than_one_and_a_half_gigabytes():
    pytest.importorskip("styleforge_portraits")
    pytest.importorskip("styleforge_hair")
    command = [sys.executable, "-m", "benchmarks.memory", "--kinds", "1"]
    root = Path(__file__).parent.parent
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root).stdout
    assert "48 megapixels" in said
    mebibytes = int(said.splitlines()[-1].split("|")[2])
    assert 500 < mebibytes < 1.5e9 / 2**20
