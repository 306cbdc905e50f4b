"""Recipes in and out, code and exports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from sessions import LONG, messages

from styleforge.errors import UserError
from styleforge.prepare.images import load_image, read_recipe
from styleforge.prepare.inputs import without_folders
from styleforge.recipe.condition import Swatch, Text
from styleforge.run.schedule import at_rates_of


@pytest.fixture
def elaborate(ready, pictures):
    """A session in which nearly everything was chosen."""
    ready.set_text("appearance", "red")
    ready.add_reference(pictures / "finer_style.png", attribute="finer_style")
    ready.set_strength("shape", 0.5)
    ready.set_seed(11)
    ready.set_steps(4)
    ready.wait(LONG)
    return ready


def controls(session):
    session.wait(LONG)
    now = session.snapshot()
    asked = [(one.name, one.kind, one.strength) for one in now.attributes if one.asked]
    return now.identity, asked, now.preset, now.steps, now.seed, now.painted


@pytest.mark.parametrize("form", ["png", "bytes", "json", "text", "recipe"])
def test_a_recipe_brings_the_controls_back(elaborate, form, tmp_path, pictures):
    recipe = elaborate.run(wait=True).recipe
    wanted = controls(elaborate)
    elaborate.export(tmp_path / "out.png")
    elaborate.save_recipe(tmp_path / "recipe.json")
    sources = {
        "png": tmp_path / "out.png",
        "bytes": (tmp_path / "out.png").read_bytes(),
        "json": tmp_path / "recipe.json",
        "text": elaborate.recipe_json(),
        "recipe": recipe,
    }
    elaborate.set_identity(pictures / "shape.png")
    elaborate.set_preset("toy-look")
    elaborate.set_colour("appearance", "#123456")
    elaborate.set_enabled("shape", enabled=False)
    elaborate.set_seed(1)
    elaborate.load_recipe(sources[form])
    assert controls(elaborate) == wanted
    assert not elaborate.snapshot().custom
    pack = elaborate.forge.models(elaborate.pack).pack  # a run fills in its rates and weights
    assert at_rates_of(pack, elaborate.recipe()) == recipe.as_asked()
    elaborate.undo()
    elaborate.wait(LONG)
    assert elaborate.snapshot().preset == "toy-look"


def test_locked_attributes_and_a_locked_seed_outlive_a_recipe(elaborate):
    text = elaborate.recipe_json()
    elaborate.set_colour("appearance", "#00ff00")
    elaborate.lock("appearance")
    elaborate.set_seed(5)
    elaborate.lock_seed()
    elaborate.load_recipe(text)
    assert "Appearance is locked and stays as it is." in messages(elaborate)
    assert elaborate.snapshot().seed == 5
    assert elaborate.recipe().conditions["toy.appearance"] == Swatch("#00ff00")


def test_a_recipe_can_be_applied_to_another_picture(elaborate, pictures):
    text = elaborate.recipe_json()
    elaborate.set_identity(pictures / "appearance.png")
    elaborate.wait(LONG)
    here = elaborate.snapshot().identity
    elaborate.load_recipe(text, keep_identity=True)
    elaborate.wait(LONG)
    assert elaborate.snapshot().identity == here
    assert elaborate.recipe().conditions["toy.appearance"] == Text("red")


def test_a_recipe_of_its_own_is_run_as_it_is_until_a_control_is_changed(elaborate):
    recipe = elaborate.recipe()
    own = replace(recipe, loss_size=16)
    elaborate.load_recipe(own)
    assert "more than the controls show" in messages(elaborate)[-1]
    assert elaborate.snapshot().custom
    elaborate.set_seed(12)
    assert elaborate.recipe() == replace(own, seed=12)
    assert elaborate.run(wait=True).recipe.loss_size == 16
    elaborate.set_strength("shape", 1)
    assert "The controls replace the recipe" in messages(elaborate)[-1]
    assert not elaborate.snapshot().custom
    assert elaborate.recipe().loss_size == recipe.loss_size


def test_a_recipe_that_does_not_fit_is_refused(elaborate, pictures, tmp_path):
    recipe = elaborate.recipe()
    before = elaborate.snapshot()
    gone = replace(recipe, identity=replace(recipe.identity, path="gone.png"))
    other = replace(recipe, identity=replace(recipe.identity, sha256="0" * 64))
    cases = {
        "no recipe": pictures / "shape.png",
        "not a recipe": '{"domain": 3}',
        "of the domain 'boots'": replace(recipe, domain="boots"),
        "pack 'none'": replace(recipe, pack="none"),
        "gone.png": gone,
        "SHA-256": other,
        "There is no file": tmp_path / "nothing.png",
        "That file": b"nothing",
    }
    for sentence, source in cases.items():
        elaborate.load_recipe(source)
        assert sentence in messages(elaborate)[-1]
    assert elaborate.snapshot().history == before.history


def test_the_recipe_of_a_stopped_run_is_run_to_its_end(elaborate):
    elaborate.load_recipe(replace(elaborate.recipe(), stop_after=2))
    assert "stopped after 2 steps" in messages(elaborate)[-1]
    assert elaborate.recipe().stop_after is None


def test_an_export_may_leave_the_recipe_out(elaborate, tmp_path):
    with pytest.raises(UserError, match="no result"):
        elaborate.export(tmp_path / "out.png")
    result = elaborate.run(wait=True)
    elaborate.export(tmp_path / "with.png")
    elaborate.export(tmp_path / "without.png", recipe=False)
    assert read_recipe(tmp_path / "with.png") == result.recipe
    elaborate.export(tmp_path / "shared.png", share=True)
    shared = read_recipe(tmp_path / "shared.png")
    assert shared == without_folders(result.recipe)[0]
    assert shared != result.recipe
    with pytest.raises(UserError, match="holds no recipe"):
        read_recipe(tmp_path / "without.png")
    images = [load_image(tmp_path / name) for name in ("with.png", "without.png")]
    assert torch.equal(*images)
    elaborate.accept()
    assert elaborate.export_bytes() == (tmp_path / "with.png").read_bytes()
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="cannot be written"):
        elaborate.export(tmp_path / "file" / "out.png")


def _one_pass(session):
    session.set_preset("toy-mapper")
    session.set_text("appearance", "red")
    session.set_strength("appearance", 1.5)


def _colour(session):
    session.set_preset("toy-mapper")
    session.set_colour("appearance", "#aa3311")


def _words_like_a_colour(session):
    session.set_preset("toy-mapper")
    session.set_text("shape", "#round")


def _optimized(session):
    session.set_strength("shape", 0.25)
    session.set_steps(3)
    session.set_text("appearance", "blue")
    session.set_seed(4)


def _painted(session):
    session.set_preset("toy-mapper")
    mask = np.zeros((32, 32), np.uint8)
    mask[:20, 4:28] = 255
    session.set_mask("identity", mask)


def _custom(session):
    session.set_steps(3)
    session.load_recipe(replace(session.recipe(), loss_size=16))


@pytest.mark.parametrize(
    "choose", [_one_pass, _colour, _words_like_a_colour, _optimized, _painted, _custom]
)
def test_copied_python_makes_the_same_result(ready, forge, choose, tmp_path, monkeypatch):
    choose(ready)
    wanted = ready.run(wait=True)
    code = ready.to_python(str(tmp_path / "copied.png"))
    monkeypatch.setattr("styleforge.api.default.Forge", lambda: forge)  # knows the toy domain
    names = {}
    exec(compile(code, "copied", "exec"), names)
    assert names["result"].recipe == wanted.recipe
    assert torch.equal(names["result"].photo, wanted.photo)
    assert read_recipe(tmp_path / "copied.png") == wanted.recipe
