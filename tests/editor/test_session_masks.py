"""Masks that are painted in a session are those that its runs see."""

from __future__ import annotations

import io

import numpy as np
import pytest
import torch
from PIL import Image
from sessions import LONG

from styleforge.recipe.recipe import Recipe
from styleforge.run.job import Job


# --- masks --------------------------------------------------------------------------------
def test_a_mask_begins_as_the_pack_finds_it(ready):
    found = ready.region_mask("identity")
    assert found.size == ready.aligned("identity").size == (32, 32)
    assert 0 < np.asarray(found).mean() < 255
    ready.set_mask("identity", found)
    ready.wait(LONG)
    assert ready.snapshot().painted == {ready.snapshot().identity.id}
    assert np.array_equal(np.asarray(ready.region_mask("identity")), np.asarray(found))


@pytest.mark.parametrize("form", ["array", "floats", "bytes", "picture", "alpha"])
def test_a_painted_mask_is_what_a_run_sees(mapped, form):
    mask = np.zeros((32, 32), np.uint8)
    mask[8:24, 8:24] = 255
    picture = Image.fromarray(mask)
    file = io.BytesIO()
    picture.save(file, format="PNG")
    alpha = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
    alpha.putalpha(picture)
    forms = {
        "array": mask,
        "floats": mask / 255,
        "bytes": file.getvalue(),
        "picture": picture,
        "alpha": alpha,
    }
    plain = mapped.run(wait=True)
    mapped.set_mask("identity", forms[form])
    painted = mapped.run(wait=True)
    assert not torch.equal(plain.photo, painted.photo)
    recipe = painted.recipe
    assert set(recipe.masks) == {"identity"}
    job = Job(mapped.forge, Recipe.from_json(recipe.to_json()))
    assert torch.equal(job.result().photo, painted.photo)
    assert torch.equal(job.problem.identity.regions["thing"][0, 0] > 0.5, torch.tensor(mask) > 0)
    mapped.load_recipe(recipe)
    mapped.wait(LONG)
    assert not mapped.snapshot().custom
    mapped.set_mask("identity", None)
    assert mapped.run(wait=True).recipe.masks == {}


def test_a_mask_of_another_size_is_refused_at_once(ready):
    before = ready.snapshot().painted
    ready.set_mask("identity", np.full((40, 33), 255, np.uint8))
    ready.wait(LONG)
    assert ready.snapshot().painted == before
    assert "is 33 x 40 pixels, but" in ready.snapshot().messages[-1].text


def test_what_a_mask_was_painted_over_travels(ready):
    ready.set_mask("identity", np.eye(32, dtype=np.uint8), "aligned")
    ready.wait(LONG)
    recipe = ready.recipe()
    assert recipe.masks["identity"].over == "aligned"
    assert Recipe.from_json(recipe.to_json()) == recipe
    assert "over='aligned'" in ready.to_python()
    ready.set_mask("identity", None)
    ready.load_recipe(recipe)
    ready.wait(LONG)
    assert not ready.snapshot().custom
    assert ready.recipe().masks == recipe.masks


def test_a_mask_belongs_to_its_picture(ready):
    ready.set_mask("shape", np.full((32, 32), 255, np.uint8))
    ready.wait(LONG)
    shape = ready.snapshot().attribute("shape").picture
    assert ready.snapshot().painted == {shape}
    assert set(ready.recipe().masks) == {"shape"}
    ready.set_enabled("shape", enabled=False)
    ready.set_text("appearance", "red")
    assert ready.recipe().masks == {}  # the picture plays no role
    assert np.asarray(ready.region_mask(shape)).min() == 255


# --- subjects -----------------------------------------------------------------------------
def test_the_subject_that_is_meant_travels(ready):
    ready.set_subject("identity", 1)
    ready.wait(LONG)
    recipe = ready.recipe()
    assert recipe.identity.subject == 1
    assert "subject=1," in ready.to_python()
    assert ready.snapshot().subjects == {ready.snapshot().identity.id: 1}
    ready.set_subject("identity", None)
    ready.wait(LONG)
    assert ready.recipe().identity.subject is None
    ready.load_recipe(recipe)
    ready.wait(LONG)
    assert not ready.snapshot().custom
    assert ready.recipe().identity.subject == 1
    ready.undo()
    ready.wait(LONG)
    assert ready.recipe().identity.subject is None


def test_a_result_shows_the_same_subjects(mapped):
    mapped.set_subject("identity", 1)
    mapped.run(wait=True)
    mapped.accept()
    mapped.wait(LONG)
    snapshot = mapped.snapshot()
    assert snapshot.identity.origin == "result"
    assert snapshot.subjects[snapshot.identity.id] == 1


@pytest.mark.parametrize(("number", "said"), [(0, "it is a number from 1"), (2, "only 1 subject")])
def test_a_subject_that_is_not_there_is_said(mapped, number, said):
    mapped.set_subject("identity", number)
    mapped.run()
    mapped.wait(LONG)
    assert any(said in one.text for one in mapped.snapshot().messages)
