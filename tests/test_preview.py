"""Words for methods that need pictures: a mapped edit stands for them."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.api.edit_recipe import edit_recipe
from styleforge.compose.render import Layer, render
from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef, Swatch, Text
from styleforge.recipe.roles import TOWARDS
from styleforge.run.events import Note, Step
from styleforge.run.job import Job
from styleforge.run.preview import PREVIEW, with_preview
from styleforge.run.start import begin
from styleforge.testing import toy

WORDS = {"toy.shape": Text("tall"), "toy.appearance": Swatch("#8a2be2")}


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy", "toy-mapped", conditions=WORDS)


@pytest.fixture
def problem(models):
    """Shape and appearance are described, finer style is a picture."""
    embed = models.get("embedding").embed_text
    described = {"shape": embed(["tall"]), "appearance": embed(["red"])}
    return replace(toy.toy_problem(models, "finer_style"), described=described)


def test_the_mapped_picture_is_the_reference_of_every_role_in_words(forge, recipe, problem):
    found, notes = with_preview(problem, recipe, forge)
    assert notes == ("Shape, appearance: drawn in one pass first; the run follows that picture.",)
    assert found.references["shape"] is found.references["appearance"]
    assert found.references["finer_style"] is problem.references["finer_style"]
    assert found.described == problem.described
    one_pass = forge.recipe("toy", "toy-mapper", conditions=WORDS)
    state = begin(problem, one_pass)
    layers = [Layer(forge.domains["toy"], PREVIEW)]
    wanted = render(state.latent, state.noise, problem, layers, forge.components).image
    assert torch.equal(found.references["shape"].image, wanted)
    assert set(found.references["shape"].regions) == set(problem.identity.regions)


@pytest.mark.parametrize("preset", ["toy-loho", "toy-mapper"])
def test_other_methods_are_left_alone(forge, problem, preset):
    recipe = forge.recipe("toy", preset, conditions=WORDS)
    assert with_preview(problem, recipe, forge) == (problem, ())


def test_pictures_need_no_preview(forge, models, recipe):
    plain = toy.toy_problem(models)
    assert with_preview(plain, recipe, forge) == (plain, ())


def test_a_run_starts_where_the_mapper_ends(forge, recipe, problem):
    one_pass = forge.recipe("toy", "toy-mapper", conditions=WORDS)
    assert torch.equal(begin(problem, recipe).latent, begin(problem, one_pass).latent)
    assert not torch.equal(
        begin(problem, recipe).latent, begin(problem, forge.recipe("toy")).latent
    )


def test_events_say_so_and_the_run_compares_with_the_preview(forge, recipe, problem):
    events = list(Job(forge, recipe, problem))
    notes = [event.text for event in events if isinstance(event, Note)]
    assert [note for note in notes if "drawn in one pass first" in note] == notes
    assert len(notes) == 1
    steps = [event for event in events if isinstance(event, Step)]
    assert steps[0].losses.keys() >= {"toy.shape", "identity"}
    # The same run with the preview's picture as a reference that was given.
    told, _ = with_preview(problem, recipe, forge)
    again = [e for e in Job(forge, recipe, told) if isinstance(e, Step)]
    assert [e.losses for e in again] == [e.losses for e in steps]


def test_a_preview_is_made_at_full_strength(forge, recipe, problem):
    """The terms that compare with it are already shared with the identity."""
    weak = replace(recipe, strengths={"toy.shape": 0.25, "toy.appearance": 0.25})
    full, found = (with_preview(problem, one, forge)[0] for one in (recipe, weak))
    assert torch.equal(found.references["shape"].image, full.references["shape"].image)


def test_the_edit_that_is_mixed_in_gets_no_reference(forge, recipe, problem):
    described = {**problem.described, f"{TOWARDS}shape": problem.described["shape"]}
    found, notes = with_preview(replace(problem, described=described), recipe, forge)
    assert set(found.references) == {"identity", "finer_style", "shape", "appearance"}
    assert TOWARDS not in notes[0]


def test_what_the_mapper_does_not_change_cannot_be_previewed(forge, models, recipe):
    embed = models.get("embedding").embed_text
    problem = toy.toy_problem(models, "appearance")
    problem = replace(problem, described={"shape": embed(["tall"]), "finer_style": embed(["red"])})
    with pytest.raises(UserError, match="makes a picture of shape, appearance, and not of finer_s"):
        with_preview(problem, recipe, forge)


# --- refined edits ------------------------------------------------------------------------
@pytest.mark.parametrize("preset", ["toy-mapped", "toy-loho"])
def test_an_edit_can_be_refined(forge, pictures, monkeypatch, preset):
    monkeypatch.chdir(pictures)
    asked = {"shape": "tall", "appearance": "#8a2be2"}
    recipe = edit_recipe(
        forge, "toy", "identity.png", asked, refine=preset, steps=3, strength={"shape": 0.5}
    )
    assert recipe.steps == 3
    assert (recipe.start, recipe.described) == ("mapper", "preview")
    assert recipe.stages[1].objective["toy.shape@identity"].args["reference"] == "identity"
    job = Job(forge, recipe)
    notes = [event.text for event in job if isinstance(event, Note)]
    assert any("drawn in one pass first" in note for note in notes)
    result = job.result()
    assert (result.status, result.steps) == ("done", 3)
    assert torch.isfinite(result.photo).all()
    again = Job(forge, result.recipe).result()
    assert torch.equal(again.photo, result.photo)


def test_refinement_takes_what_one_pass_does_not(forge, pictures, monkeypatch):
    monkeypatch.chdir(pictures)
    asked = {"shape": "tall", "finer_style": "finer_style.png"}
    recipe = edit_recipe(forge, "toy", "identity.png", asked, refine="toy-mapped", steps=2)
    assert isinstance(recipe.conditions["toy.finer_style"], ImageRef)
    assert Job(forge, recipe).result().status == "done"
    with pytest.raises(UserError, match="from 0 to 1"):
        edit_recipe(forge, "toy", "identity.png", asked, refine="toy-mapped", strength=2)
    with pytest.raises(UserError, match="toy has no preset 'lost'"):
        edit_recipe(forge, "toy", "identity.png", asked, refine="lost")
    with pytest.raises(UserError, match=r"'toy-mapper' takes no steps; leave their number out"):
        edit_recipe(forge, "toy", "identity.png", {"shape": "tall"}, steps=4)


def test_a_refined_run_is_resumed_to_the_same_end(forge, pictures, monkeypatch, tmp_path):
    monkeypatch.chdir(pictures)
    recipe = edit_recipe(forge, "toy", "identity.png", {"shape": "tall"}, refine="toy-mapped")
    whole = Job(forge, recipe).result()
    job = Job(forge, recipe, checkpoint=tmp_path / "c")
    for event in job:
        if isinstance(event, Step) and event.done == 3:
            job.stop()
    assert torch.equal(Job.resume(forge, tmp_path / "c").result().photo, whole.photo)
