"""Pasting the reference's pixels over the identity."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.builtin.inpainters import telea
from styleforge.compose.paste import paste, with_paste
from styleforge.errors import UserError
from styleforge.prepare.problem import Problem, Reference
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Paste
from styleforge.run.engine import optimize
from styleforge.run.job import Job
from styleforge.run.set_up import set_up
from styleforge.run.start import begin
from styleforge.testing import toy

HOW = Paste(region="thing")
SIZE = 32


def person(back: float, thing: tuple[float, float, float], top: int, bottom: int) -> Reference:
    image = torch.full((1, 3, SIZE, SIZE), back)
    mask = torch.zeros(1, 1, SIZE, SIZE)
    mask[..., top:bottom, 8:24] = 1
    image = torch.where(mask > 0, torch.tensor(thing).view(1, 3, 1, 1), image)
    return Reference(image=image, regions={"rest": 1 - mask, "thing": mask})


def problem_of(models, **references: Reference) -> Problem:
    return Problem(models, references)


def test_outline_of_one_colour_of_another_rest_of_the_third(models):
    one = person(0.2, (-0.8, -0.8, -0.8), 4, 12)
    two = person(-0.5, (0.5, 0.0, 0.0), 8, 20)
    three = person(0.9, (0.1, 0.4, 0.6), 2, 9)
    image = paste(problem_of(models, identity=one, shape=two, appearance=three), HOW, telea)
    assert image[..., 14, 16].flatten().tolist() == pytest.approx([0.1, 0.4, 0.6], abs=0.02)
    assert image[..., 5, 16].flatten().tolist() == pytest.approx([0.2] * 3, abs=0.05)
    assert image[..., 30, 2].flatten().tolist() == pytest.approx([0.2] * 3, abs=0.01)


def test_without_references_the_identity_stays_nearly_the_same(models):
    one = person(0.2, (0.3, -0.3, 0.0), 4, 20)
    assert torch.allclose(paste(problem_of(models, identity=one), HOW, telea), one.image, atol=0.02)


def test_a_reference_without_the_region_is_left_out(models):
    one, bare = person(0.2, (0.3, -0.3, 0.0), 4, 20), person(0.1, (0.0, 0.0, 0.0), 4, 4)
    image = paste(problem_of(models, identity=one, shape=bare), HOW, telea)
    assert torch.isfinite(image).all()
    assert torch.allclose(image, torch.full_like(image, 0.2), atol=0.05)
    image = paste(problem_of(models, identity=one, appearance=bare), HOW, telea)
    assert torch.allclose(image, one.image, atol=0.02)


def stripes(low: float, high: float) -> Reference:
    """A grey thing with stripes of two brightnesses."""
    made = person(0.2, (0.0, 0.0, 0.0), 4, 20)
    band = torch.where(torch.arange(SIZE) % 4 < 2, low, high).expand(1, 3, SIZE, SIZE)
    image = torch.where(made.regions["thing"] > 0, band, made.image)
    return replace(made, image=image)


def spread(image: torch.Tensor) -> float:
    return float(image[..., 6:18, 10:22].std())


def test_contrast_follows_the_reference_that_is_named(models):
    problem = problem_of(
        models,
        identity=person(0.2, (0.1, 0.1, 0.1), 4, 20),
        shape=stripes(-0.4, 0.4),
        finer_style=stripes(-0.1, 0.1),
    )
    plain, like = (
        paste(problem, HOW, telea),
        paste(problem, replace(HOW, contrast="finer_style"), telea),
    )
    assert spread(plain) == pytest.approx(0.4, rel=0.15)
    assert spread(like) == pytest.approx(
        spread(stripes(-0.1, 0.1).image), rel=0.3
    )  # spread of lightness is not that of RGB


def test_strengths_go_part_of_the_way(models):
    one, two = person(0.2, (-0.5, -0.5, -0.5), 4, 12), person(0.2, (0.5, 0.5, 0.5), 4, 20)
    problem = problem_of(models, identity=one, shape=two, appearance=two)

    def at(**strengths: float) -> torch.Tensor:
        return paste(problem, replace(HOW, strengths=strengths), telea)[0, 0]

    full, half, none = (at(appearance=share)[8, 16] for share in (1.0, 0.5, 0.0))
    assert full == pytest.approx(0.5, abs=0.02)
    assert none == pytest.approx(-0.5, abs=0.02)
    assert -0.3 < half < 0.3
    heights = [int((at(shape=share)[:, 16] > 0.35).sum()) for share in (0.0, 0.5, 1.0)]
    assert heights == sorted(heights)
    assert heights[0] <= 9
    assert 10 <= heights[1] <= 14
    assert heights[2] == 16


def test_the_pasted_picture_is_a_reference(models, forge):
    described = {"appearance": torch.ones(1, 4)}
    problem = replace(toy.toy_problem(models), described=described)
    recipe = replace(forge.recipe("toy"), start_paste=HOW)
    more = with_paste(problem, recipe, forge.components)
    assert torch.equal(more.references["paste"].image, paste(problem, HOW, telea))
    assert set(more.references["paste"].regions) == set(problem.identity.regions)
    assert more.described is described
    assert with_paste(more, recipe, forge.components) is more
    plain = replace(recipe, start_paste=None)
    assert with_paste(problem, plain, forge.components) is problem


class Grey:
    """An inpainter that counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, image, hole):
        self.asked += 1
        return torch.where(hole > 0.5, torch.zeros(()), image)


@pytest.fixture
def grey(forge):
    made, parts = Grey(), forge.components
    parts.add(parts.entry(made, "inpainter/grey", "test", "test", replace=False))
    return made


def test_the_composition_names_the_inpainter(models, forge, grey):
    problem = toy.toy_problem(models)
    recipe = replace(forge.recipe("toy"), start_paste=HOW, compose=Compose(inpainter="grey"))
    found = with_paste(problem, recipe, forge.components).references["paste"].image
    assert torch.equal(found, paste(problem, HOW, Grey()))
    assert not torch.equal(found, paste(problem, HOW, telea))
    missing = replace(recipe, compose=Compose(inpainter="magic"))
    with pytest.raises(UserError, match="magic"):
        with_paste(problem, missing, forge.components)


def test_a_job_pastes_once(models, forge, grey):
    how = Compose(mode="none", inpainter="grey")
    recipe = replace(forge.recipe("toy").with_steps(2), start_paste=HOW, compose=how)
    Job(forge, recipe, toy.toy_problem(models)).result()
    assert grey.asked == 1
    for _ in optimize(*set_up(toy.toy_problem(models), recipe, forge.components), forge):
        pass
    assert grey.asked == 2


def test_beginning_without_the_pasted_picture_says_what_to_do(models, forge):
    recipe = replace(forge.recipe("toy"), start_paste=HOW)
    with pytest.raises(UserError, match="with_paste"):
        begin(toy.toy_problem(models), recipe)


def test_a_run_may_start_from_the_pasted_picture(models, forge):
    problem = toy.toy_problem(models)
    recipe = replace(forge.recipe("toy"), start="inverter")
    seen = []

    class Inverter:
        def __call__(self, image):
            seen.append(image)
            return torch.zeros(1, models.get("generator").rows, 8)

    problem.models.get("inverter")
    before = problem.models._loaded["inverter"]
    problem.models._loaded["inverter"] = Inverter()
    try:
        begin(problem, recipe)
        pasting = replace(recipe, start_paste=HOW)
        begin(with_paste(problem, pasting, forge.components), pasting)
    finally:
        problem.models._loaded["inverter"] = before
    assert torch.equal(seen[0], problem.identity.image)
    assert torch.equal(seen[1], paste(problem, HOW, telea))
