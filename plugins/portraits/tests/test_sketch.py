"""Sketches: what is read off a latent, and how the world draws it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from styleforge_portraits import world
from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.models.loading import load_generator, load_sketcher
from styleforge_portraits.models.sensitivity import sensitivity
from styleforge_portraits.models.sketch import ReaderNet, Sketcher, readable
from styleforge_portraits.training.codes import canonical, random_codes

from styleforge.pack.protocols import LatentReader


@pytest.fixture(scope="module")
def generator():
    return load_generator()


@pytest.fixture(scope="module")
def sketcher() -> Sketcher:
    return load_sketcher()


def latents(generator, codes: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return generator.map(code_to_z(codes))[:, None].expand(-1, generator.rows, -1)


def test_hair_can_be_read_off_a_latent(generator, sketcher):
    codes = torch.from_numpy(random_codes(np.random.default_rng(5), 400))
    with torch.no_grad():
        read = sketcher.reader(latents(generator, codes))
    truth = canonical(codes)
    explained = 1 - (read - truth).square().mean(0) / truth.var(0)
    at, found = 0, {}
    for factor in world.FACTORS:
        found[factor.name] = float(explained[at : at + factor.width].mean())
        at += factor.width
    assert isinstance(sketcher.reader, LatentReader)
    for name in ("length", "volume_top", "fringe", "curl", "updo", "balding"):
        assert found[name] > 0.85, name
    for name in ("taper", "parting", "highlights", "strand_contrast"):
        assert found[name] > 0.4, name


def test_geometry_and_colours_come_from_their_own_rows(generator, sketcher):
    codes = torch.from_numpy(random_codes(np.random.default_rng(6), 2))
    one, two = latents(generator, codes)
    mixed = torch.cat((one[:6], two[6:]))[None]
    with torch.no_grad():
        first, second, both = (sketcher.reader(w) for w in (one[None], two[None], mixed))
    colour = sketcher.reader.colour
    assert torch.allclose(both[0, ~colour], first[0, ~colour], atol=1e-5)
    assert torch.allclose(both[0, colour], second[0, colour], atol=1e-5)


def test_a_sketch_is_the_person_with_regions_that_sum_to_one(generator, sketcher):
    codes = torch.from_numpy(random_codes(np.random.default_rng(7), 2))
    latent = latents(generator, codes)
    picture, regions = sketcher(latent)
    assert picture.shape == (2, 3, 256, 256)
    assert set(regions) == set(world.REGIONS)
    total = torch.stack(tuple(regions.values())).sum(0)
    assert torch.allclose(total, torch.ones_like(total), atol=1e-3)
    with torch.no_grad():
        code = sketcher.reader(latent)[0].double().numpy()
    person = readable(world.decode(code))
    drawn = torch.from_numpy(np.array(world.render(person, 256).image))
    assert torch.equal(((picture[0] + 1) * 127.5).round().byte(), drawn.permute(2, 0, 1))


def test_the_last_sketch_is_kept_and_another_latent_is_drawn_anew(generator):
    sketcher = Sketcher(ReaderNet())
    codes = torch.from_numpy(random_codes(np.random.default_rng(8), 2))
    one, two = latents(generator, codes).split(1)
    first = sketcher(one)
    assert sketcher(one.clone()) is first
    assert sketcher(two) is not first


def test_sensitivity_is_what_the_affine_layers_see(generator):
    step = torch.randn(512, generator=torch.Generator().manual_seed(3))
    layers = [conv.affine for conv in generator.convs] + [rgb.affine for rgb in generator.rgbs]
    seen = sum((step @ (one.weight * one.gain).t()).square().mean() for one in layers)
    length = (step @ sensitivity(generator)).square().sum()
    assert float(length) == pytest.approx(float(seen), rel=1e-3)


def test_a_pattern_that_is_sketched_can_be_seen():
    colours = {"cloth_hue": 0.51, "accent_hue": 0.52, "cloth_lightness": 0.6}
    dotted = replace(world.Person(), pattern="dots", accent_lightness=0.5, **colours)
    seen = readable(dotted)
    cloth, accent = (world.MATERIALS.index(name) for name in ("cloth", "cloth_accent"))
    before, after = world.palette(dotted), world.palette(seen)
    assert np.abs(before[cloth] - before[accent]).max() < 0.15
    assert np.abs(after[cloth] - after[accent]).max() > 0.2
    assert np.array_equal(before[cloth], after[cloth])
    assert readable(seen) == seen
    plain = replace(dotted, pattern="plain")
    assert readable(plain) == plain
