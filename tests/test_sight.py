"""Stages that look at smaller pictures than the generator's."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from styleforge.models.stylegan2 import Generator
from styleforge.pack.models import Models
from styleforge.prepare.pixels import shrink
from styleforge.run.checkpoint import load_checkpoint
from styleforge.run.engine import optimize
from styleforge.run.events import Note, Step
from styleforge.run.job import Job
from styleforge.run.set_up import set_up
from styleforge.run.sight import LIKE, sight_of
from styleforge.testing import toy, toy_models


def alike() -> Generator:
    """The toy's generator, whose last level adds next to nothing to the skip image."""
    made = toy_models.generator().requires_grad_(False)
    nn.init.zeros_(made.rgbs[-1].weight)
    nn.init.zeros_(made.rgbs[-1].bias)
    return made


def models_of(generator) -> Models:
    pack = toy.toy_pack()
    return Models(replace(pack, components={**pack.components, "generator": generator}))


def coarse_to_fine(forge, small=16):
    recipe = forge.recipe("toy", "toy-loho")
    first, second = recipe.stages
    return replace(recipe, stages=(replace(first, size=small), second))


def pictures(forge, recipe, problem):
    """The size of the picture that each step saw, and the events."""
    problem, recipe, state = set_up(problem, recipe, forge.components)
    seen, events = [], []
    for event in optimize(problem, recipe, state, forge, preview_every=1):
        events.append(event)
        if isinstance(event, Step):
            seen.append(tuple(state.picture.shape[-2:]))
    return seen, events


@pytest.mark.parametrize("size", [16, 8])
def test_the_way_back_from_a_skip_image_equals_autograds(size):
    generator = toy_models.generator().double().requires_grad_(False)
    latent = torch.randn(2, generator.rows, generator.width, dtype=torch.float64)
    noise = generator.random_noise()
    cotangent = torch.randn(1, 2, 3, size, size, dtype=torch.float64)
    of_latent, of_noise = generator.record(latent, noise, size=size).pull_back(cotangent, (0,))
    latent.requires_grad_()
    noise = [one.requires_grad_() for one in noise]
    picture = generator.synthesize(latent, noise, size=size)
    true, *maps = torch.autograd.grad(
        picture, [latent, *noise], cotangent[0], allow_unused=True
    )  # fmt: skip
    assert float((of_latent[0] - true).norm() / true.norm()) < 1e-13
    for found, expected in zip(of_noise, maps, strict=True):
        if expected is None:  # beyond the skip image
            assert not found.any()
        else:
            torch.testing.assert_close(found[0], expected, rtol=1e-10, atol=1e-14)


def test_a_stage_sees_pictures_of_its_own_size(forge):
    recipe = coarse_to_fine(forge)
    seen, _ = pictures(forge, recipe, toy.toy_problem(models_of(alike)))
    steps = [one.steps for one in recipe.stages]
    assert seen == [(16, 16)] * steps[0] + [(32, 32)] * steps[1]


def apart(first, second):
    return float((first - second).abs().mean())


def test_who_watches_sees_the_picture_as_the_result_will_be(forge):
    """Whole, though the stage sees less, and composed."""
    problem = toy.toy_problem(models_of(alike))
    for recipe in (coarse_to_fine(forge), forge.recipe("toy", "toy-loho")):
        job = Job(forge, recipe, problem, preview_every=1)
        previews = [one.preview for one in job if isinstance(one, Step)]
        assert {tuple(one.shape[-2:]) for one in previews} == {(32, 32)}
        made = job.result()
        assert apart(previews[-1], made.image) < 0.01  # a preview may be drawn in bfloat16
        assert apart(made.image, made.generated) > 0.02


def test_drawing_ends_where_the_skip_image_is_the_picture(forge, monkeypatch):
    drawn = []
    record = Generator.record

    def watched(self, latent, noise, *, size=None):
        drawn.append(size)
        return record(self, latent, noise, size=size)

    monkeypatch.setattr(Generator, "record", watched)
    recipe = coarse_to_fine(forge)
    _, events = pictures(forge, recipe, toy.toy_problem(models_of(alike)))
    steps = [one.steps for one in recipe.stages]
    # One to see whether it is the picture; the first picture of each stage; the steps.
    assert drawn.count(16) == 1 + 1 + steps[0]
    assert drawn.count(None) == 1 + steps[1]
    assert not [one for one in events if isinstance(one, Note) and "px" in one.text]


def test_what_finer_layers_add_is_seen_without_being_drawn(forge):
    """Colours would be fitted without it."""
    generator = alike()
    nn.init.constant_(generator.rgbs[-1].bias, 0.03)
    problem, recipe, state = set_up(
        toy.toy_problem(models_of(lambda: generator)), coarse_to_fine(forge), forge.components
    )
    sight = sight_of(problem, recipe, recipe.stages[0], state)
    assert sight.stop == 16
    noise = tuple(torch.zeros_like(one) for one in state.noise)

    def seen(latent, sight):
        drawing = sight.draw(generator, {"latent": (latent,), "noise": noise})
        (found,) = drawing.pull_back([torch.ones_like(drawing.picture)], [("latent",)])
        return drawing.picture, shrink(generator.synthesize(latent, noise), 16), found

    here, whole, _ = seen(state.start, sight)
    torch.testing.assert_close(here, whole)
    moved = state.start + 0.1 * torch.randn_like(state.start)
    (there, whole, found), without = seen(moved, sight), seen(moved, replace(sight, rest=None))
    darker = float((whole - without[0]).mean())
    assert darker > 0.02
    assert float((there - whole).mean().abs()) < darker / 5
    assert torch.equal(found["latent"][0], without[2]["latent"][0])


def test_what_finer_layers_read_stays_where_it_is(forge):
    first, second = forge.recipe("toy", "toy-loho").stages
    recipe = replace(
        forge.recipe("toy", "toy-loho"),
        stages=(replace(first, size=16), replace(second, steps=0)),
    )
    problem = toy.toy_problem(models_of(alike))
    whole = replace(recipe, stages=tuple(replace(one, steps=0) for one in recipe.stages))
    before, after = (Job(forge, one, problem).result() for one in (whole, recipe))
    moved = (before.latent != after.latent).any(-1)[0].tolist()
    assert moved == [True] * 6 + [False] * 2


def test_a_skip_image_that_is_not_the_picture_is_said_and_not_used(forge):
    seen, events = pictures(
        forge, coarse_to_fine(forge), toy.toy_problem(models_of(toy_models.generator))
    )
    (text,) = [one.text for one in events if isinstance(one, Note) and "px" in one.text]
    assert "is not yet its picture" in text
    assert "draws the whole" in text
    assert seen[0] == (16, 16)  # the whole picture, reduced
    assert LIKE == 30


class Plain:
    """A generator that has neither resolutions nor a way back of its own."""

    def __init__(self):
        self._inner = toy_models.generator().requires_grad_(False)
        for name in ("rows", "width", "size", "noise_shapes", "map", "random_noise"):
            setattr(self, name, getattr(self._inner, name))

    def synthesize(self, latent, noise):
        return self._inner.synthesize(latent, noise)


def test_any_generator_can_be_looked_at_smaller(forge):
    seen, events = pictures(forge, coarse_to_fine(forge, 24), toy.toy_problem(models_of(Plain)))
    assert seen[0] == (24, 24)
    assert not [one for one in events if isinstance(one, Note) and "px" in one.text]


@pytest.mark.parametrize("done", [1, 4, 5])  # in the coarse stage, at its end, after it
def test_a_run_that_is_resumed_ends_the_same(forge, tmp_path, done):
    recipe = coarse_to_fine(forge)
    problem = toy.toy_problem(models_of(alike))
    assert recipe.stages[0].steps == 4
    whole = Job(forge, recipe, problem).result()
    job = Job(forge, recipe, problem, checkpoint=tmp_path / "c")
    for event in job:
        if isinstance(event, Step) and event.done == done:
            job.stop()
    assert load_checkpoint(tmp_path / "c")[0].done == done
    again = Job.resume(forge, tmp_path / "c", problem).result()
    assert torch.equal(again.latent, whole.latent)
    assert all(torch.equal(a, b) for a, b in zip(again.noise, whole.noise, strict=True))
