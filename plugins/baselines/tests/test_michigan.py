"""Conditional generation in MichiGAN's manner: orientation, the network, pasting, files."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from styleforge_baselines.michigan import weights
from styleforge_baselines.michigan.network import CODE, Look, Painter, Spade
from styleforge_baselines.michigan.orientation import orientation
from styleforge_baselines.michigan.paste import paint, painted

from styleforge.builtin.inpainters import telea
from styleforge.compose.coverage import hole_of
from styleforge.errors import UserError
from styleforge.losses.lab import mean_lab
from styleforge.pack.models import Models
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.starts import Paste
from styleforge.run.job import Job
from styleforge.testing import toy


def stripes(angle: float, side: int = 48) -> torch.Tensor:
    """Strands at an angle to the x axis, ``(1, 3, side, side)`` in float64."""
    y, x = torch.meshgrid(torch.arange(side).double(), torch.arange(side).double(), indexing="ij")
    across = -math.sin(angle) * x + math.cos(angle) * y
    return torch.sin(across)[None, None].expand(1, 3, -1, -1)


@pytest.mark.parametrize("angle", [0.0, 0.4, 1.2, 2.0, 2.9])
def test_orientation_is_that_of_the_strands(angle):
    found = orientation(stripes(angle))
    assert found.dtype == torch.float64
    middle = found[0, :, 16:32, 16:32].mean((1, 2))
    assert float(middle[0]) == pytest.approx(math.cos(2 * angle), abs=0.06)
    assert float(middle[1]) == pytest.approx(math.sin(2 * angle), abs=0.06)


def test_orientation_is_unsure_of_what_has_none():
    assert float(orientation(torch.zeros(1, 3, 16, 16)).abs().max()) == 0
    rng = torch.Generator().manual_seed(0)
    noise = torch.randn(1, 3, 64, 64, generator=rng)
    smooth = orientation(noise, sigma=6.0)[0, :, 16:48, 16:48]
    assert float(smooth.norm(dim=0).mean()) < 0.3


def test_the_code_of_a_look_is_a_mean_over_its_region():
    torch.manual_seed(0)
    look = Look().double()
    rng = torch.Generator().manual_seed(1)
    image = torch.rand(1, 3, 32, 32, generator=rng, dtype=torch.float64)
    mask = torch.zeros(1, 1, 32, 32, dtype=torch.float64)
    mask[..., 8:24, 8:24] = 1
    code = look(image, mask)
    assert torch.allclose(code[0, CODE:], image[0, :, 8:24, 8:24].mean((1, 2)))
    elsewhere = image + 5 * (1 - mask)  # outside the region
    assert torch.allclose(look(elsewhere, mask), code)


def test_spade_is_the_published_formula():
    torch.manual_seed(0)
    spade = Spade(8).double()
    maps = torch.randn(2, 8, 5, 5, dtype=torch.float64)
    conditions = torch.randn(2, 3, 5, 5, dtype=torch.float64)
    hidden = torch.nn.functional.conv2d(conditions, spade.read.weight, spade.read.bias, padding=1)
    hidden = torch.where(hidden > 0, hidden, 0.2 * hidden)
    both = torch.nn.functional.conv2d(hidden, spade.write.weight, spade.write.bias, padding=1)
    variance = maps.square().mean((2, 3), keepdim=True) - maps.mean((2, 3), keepdim=True).square()
    normal = (maps - maps.mean((2, 3), keepdim=True)) / (variance + 1e-5).sqrt()
    expected = normal * (1 + both[:, :8]) + both[:, 8:]
    assert torch.allclose(spade(maps, conditions), expected, atol=1e-9)


@pytest.fixture
def painter() -> Painter:
    torch.manual_seed(5)
    return Painter().requires_grad_(requires_grad=False)


def test_every_condition_is_heard_and_the_background_stays_outside(painter):
    rng = torch.Generator().manual_seed(2)
    mask = torch.zeros(1, 1, 32, 32)
    mask[..., 4:20, 4:28] = 1
    strands = torch.rand(1, 2, 32, 32, generator=rng)
    image = torch.rand(1, 3, 32, 32, generator=rng)
    own = painter(mask, strands, image, mask, image)
    assert own.shape == (1, 3, 32, 32)
    for changed in (
        painter(mask.flip(3).flip(2), strands, image, mask, image),
        painter(mask, -strands, image, mask, image),
        painter(mask, strands, image.flip(1), mask, image),
        painter(mask, strands, image, mask, image.flip(1)),
    ):
        assert float((changed - own).abs().max()) > 1e-5
    inside_changed = image + mask  # what is around is not looked at within the mask
    assert torch.allclose(painter(mask, strands, image, mask, inside_changed), own)


def test_pasting_changes_the_region_alone(painter):
    problem = toy.toy_problem(Models(toy.toy_pack()), "shape", "appearance")
    how = Paste(region="thing", by="michigan")
    image = paint(painter, problem, how, telea)
    new = hard_regions(problem.role("shape").regions)["thing"]
    assert image.shape == problem.identity.image.shape
    assert float(image.abs().max()) <= 1
    bare = telea(problem.identity.image, hole_of(problem.identity, ("thing",)))
    untouched = problem.role("shape").regions["thing"] < 1e-3
    assert bool(untouched.any())
    changed = (image - bare).abs().amax(1, keepdim=True)
    assert float(changed[untouched].max()) < 0.01
    assert float(changed[new.bool()].mean()) > 0.01


def test_strengths_go_from_the_identity_s_own(painter):
    problem = toy.toy_problem(Models(toy.toy_pack()), "shape", "appearance")
    how = Paste(region="thing", by="michigan")
    own = problem.identity
    same = replace(problem, references={**problem.references, "appearance": own})
    none = paint(painter, problem, replace(how, strengths={"appearance": 0.0}), telea)
    assert torch.allclose(none, paint(painter, same, how, telea), atol=1e-5)
    whole = paint(painter, problem, how, telea)
    assert not torch.allclose(none, whole, atol=1e-3)
    half = paint(painter, problem, replace(how, strengths={"shape": 0.5}), telea)
    assert not torch.allclose(half, whole, atol=1e-3)


def test_a_pack_without_a_painter_says_how_to_train_one(tmp_path, monkeypatch, painter, forge):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    problem = toy.toy_problem(Models(toy.toy_pack()), "shape")
    how = Paste(region="thing", by="michigan")
    with pytest.raises(UserError, match="No painter of thing was trained for the pack 'toy'"):
        painted(problem, how, telea)
    component = forge.components["paste/michigan"]
    assert component.weight_files(problem.models) == ()
    assert component.lacks(problem.models, "thing").startswith("a painter of thing (`python -m ")
    path = weights.own_file("toy", "thing")
    weights.write(path, painter)
    assert component.lacks(problem.models, "thing") == ""
    assert component.weight_files(problem.models) == (path,)
    again = painted(problem, how, telea)
    assert torch.allclose(again, paint(painter, problem, how, telea), atol=0.02)
    assert torch.equal(painted(problem, how, telea), again)
    torch.manual_seed(1)
    weights.write(path, Painter())  # it was trained again, in the same process
    assert not torch.allclose(painted(problem, how, telea), again, atol=0.02)
    path.write_bytes(b"nothing")
    with pytest.raises(UserError, match="is no painter"):
        painted(problem, how, telea)


@pytest.mark.slow
def test_hair_is_where_the_shape_has_it_and_in_the_colour_of_the_look(portraits):
    pictures = {"shape": "gallery:noor", "appearance": "gallery:otto"}
    asked = {f"hair.{role}": ImageRef(name) for role, name in pictures.items()}
    recipe = portraits.recipe(
        "hair", "michigan", pack="portraits", identity=ImageRef("gallery:mira"), conditions=asked
    )
    job = Job(portraits, recipe)
    result = job.result()
    found, wanted = (
        hard_regions(one)["hair"] for one in (result.regions, job.problem.role("shape").regions)
    )
    overlap = float((found * wanted).sum() / (found + wanted).clamp(max=1).sum())
    assert overlap > 0.75
    look = job.problem.role("appearance")
    mine, theirs, own = (
        mean_lab(image, hard_regions(regions)["hair"])
        for image, regions in (
            (result.image, result.regions),
            (look.image, look.regions),
            (job.problem.identity.image, job.problem.identity.regions),
        )
    )
    assert float((mine - theirs).norm()) < 0.4 * float((own - theirs).norm())
