"""Where a run starts: noise maps that take detail from pictures."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.builtin.inpainters import telea
from styleforge.compose.paste import paste
from styleforge.errors import UserError
from styleforge.losses.noise import normalize_noise
from styleforge.pack.pack import Models
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Compose, Paste, Recipe, StartDetail
from styleforge.run.job import Job
from styleforge.run.start import begin
from styleforge.run.view import Plan, views_of
from styleforge.testing import toy, toy_models


@pytest.fixture
def problem(models):
    return toy.toy_problem(models)


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy")


@pytest.mark.parametrize("start", ["mapper", "inverter", "mean"])
def test_what_is_only_pasted_needs_no_latent(forge, problem, start):
    """Neither inverter nor mapper is run for a picture that no generator draws."""
    pack = problem.models.pack
    others = ("inverter", "mapper/toy", "noise")
    left = {kind: one for kind, one in pack.components.items() if kind not in others}
    problem = replace(problem, models=Models(replace(pack, components=left)))
    recipe = forge.recipe(
        "toy", "toy-mapper", start=start, start_paste=Paste(region="thing"),
        compose=Compose(mode="pasted"), conditions={"toy.shape": ImageRef("shape.png")},
    )  # fmt: skip
    result = Job(forge, recipe, problem).result()
    assert torch.equal(result.image, paste(problem, recipe.start_paste, telea))
    generator = problem.models.get("generator")
    assert result.latent.shape == (1, generator.rows, generator.width)
    with pytest.raises(UserError, match="has no inverter"):  # what is drawn does need one
        Job(forge, replace(recipe, start="mapper", compose=Compose(mode="edit")), problem).result()


def test_noise_is_chance_where_nothing_else_is_said(recipe, problem):
    first, second = begin(problem, recipe).noise, begin(problem, recipe).noise
    other = begin(problem, replace(recipe, seed=recipe.seed + 1)).noise
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
    assert not any(torch.equal(a, b) for a, b in zip(first, other, strict=True))


def test_detail_of_a_whole_picture_is_that_picture_normalised(recipe, problem):
    whole = replace(recipe, start_noise=(StartDetail(reference="identity"),))
    plain, found = begin(problem, recipe).noise, begin(problem, whole).noise
    wanted = toy_models.noise()(problem.identity.image)
    for before, after, detail in zip(plain, found, wanted, strict=True):
        if detail is None:
            assert torch.equal(before, after)
        else:
            assert torch.allclose(after, normalize_noise(detail), atol=1e-5)


def test_detail_comes_from_the_reference_inside_its_mask(recipe, problem):
    region = next(iter(problem.identity.regions))
    parts = (
        StartDetail(reference="identity"),
        StartDetail(reference="shape", mask=f"shape.{region}"),
    )
    found = begin(problem, replace(recipe, start_noise=parts)).noise[-1]
    own, other = (toy_models.noise()(problem.role(r).image)[-1] for r in ("identity", "shape"))
    mask = views_of(problem, recipe.loss_size, _plan())["identity"].mask(f"shape.{region}")
    assert torch.allclose(found, normalize_noise(torch.lerp(own, other, mask)), atol=1e-4)


def test_without_a_reference_there_is_no_detail(recipe, problem):
    region = next(iter(problem.identity.regions))
    parts = (StartDetail(reference="identity"), StartDetail(mask=f"identity.{region}"))
    found = begin(problem, replace(recipe, start_noise=parts)).noise[-1]
    inside = found[views_of(problem, 256, _plan())["identity"].region(region) > 0.5]
    assert inside.std() < 1e-5
    assert found.std() == pytest.approx(1, abs=1e-4)


def test_a_pack_that_reads_no_noise_leaves_it_to_chance(recipe, problem, monkeypatch):
    wanted = replace(recipe, start_noise=(StartDetail(reference="identity"),))
    monkeypatch.setattr(problem.models, "has", lambda kind: kind != "noise")
    plain, found = begin(problem, recipe).noise, begin(problem, wanted).noise
    assert all(torch.equal(a, b) for a, b in zip(plain, found, strict=True))


def test_it_round_trips_with_the_recipe(recipe):
    detail = StartDetail(reference="shape", mask="shape.x")
    sent = replace(recipe, start_noise=(detail,))
    assert Recipe.from_json(sent.to_json()).start_noise == (detail,)


def _plan():
    return Plan()
