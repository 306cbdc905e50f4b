"""Which pack is taken where a recipe names none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from styleforge.api.transfer_recipe import transfer_recipe
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.pack.choice import Choice
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Note
from styleforge.run.job import Job
from styleforge.testing import toy, toy_models


class Packs:
    """Packs by name, changed from the toy's."""

    def __init__(self, **changes):
        self.changes = changes

    @hookimpl
    def register_packs(self, register):
        for name, change in self.changes.items():
            register(replace(toy.toy_pack(), name=name, **change))


class OtherRegions(toy_models.ToyRegions):
    names = ("rest", "keep", "lips")


def others(**kinds):
    return {"components": {**toy.toy_pack().components, **kinds}}


def without(*kinds):
    have = toy.toy_pack().components
    return {"components": {kind: make for kind, make in have.items() if kind not in kinds}}


def made(**changes) -> Forge:
    """A forge whose packs are loaded before the toy's, as one of an earlier name is."""
    forge = Forge(plugins=())
    forge.use(Packs(**changes), "packs")
    forge.use(toy)
    return forge


def test_a_pack_of_an_earlier_name_breaks_nobody_s_command():
    forge = made(aaa=others(regions=OtherRegions))
    choice = forge.pack_for(forge.recipe("toy"))
    assert (choice.name, choice.note, choice.clear) == ("toy", "", "toy")
    assert forge.models_of(forge.recipe("toy")).pack.name == "toy"


def test_a_pack_that_says_its_regions_is_not_loaded_to_find_out():
    def load():
        raise AssertionError

    forge = made(aaa=others(regions=load) | {"regions": ("rest", "lips")})
    assert forge.pack_for(forge.recipe("toy")).name == "toy"
    assert forge.lacks(forge.recipe("toy"), "aaa") == ("the region thing", "the region keep")


def test_what_a_preset_lacks_decides_too():
    forge = made(aaa=without("mapper/toy"))
    assert forge.pack_for(forge.recipe("toy", "toy-mapper")).name == "toy"
    assert forge.lacks(forge.recipe("toy", "toy-mapper"), "aaa") == ("mapper/toy",)
    assert forge.lacks(forge.recipe("toy"), "aaa") == ()


def test_of_two_that_can_the_first_wins_or_the_default_and_a_note_says_so():
    forge = made(aaa={})
    choice = forge.pack_for(forge.recipe("toy"))
    assert (choice.name, choice.clear) == ("aaa", "")
    assert "The packs aaa and toy can do toy (toy-loho); aaa was taken." in choice.note
    forge = made(aaa={}, bbb={"default": True})
    assert forge.pack_for(forge.recipe("toy")).name == "bbb"
    assert forge.models().pack.name == "bbb"


def test_a_picture_of_a_gallery_decides_between_two_that_can(pictures, tmp_path):
    forge = made(aaa={}, bbb={"gallery": pictures, "default": False})
    of_one = forge.recipe("toy", identity=ImageRef("gallery:identity"))
    assert forge.pack_for(of_one) == Choice("bbb")
    for path in ("gallery:nobody", "identity.png"):  # the first wins, and a note says so
        choice = forge.pack_for(forge.recipe("toy", identity=ImageRef(path)))
        assert (choice.name, choice.clear) == ("aaa", "")
    taken = transfer_recipe(forge, "toy", "gallery:identity", {"shape": "gallery:shape"})
    assert taken.pack == "bbb"


def test_what_is_configured_wins(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "styleforge.toml").write_text('pack = "toy"\n')
    forge = made(aaa={"default": True})
    assert forge.pack_for(forge.recipe("toy")).name == "toy"
    assert forge.notes == ()
    monkeypatch.setenv("STYLEFORGE_PACK", "aaa")
    forge = made(aaa={}, bbb={"default": True})
    assert forge.pack_for(forge.recipe("toy")).name == "aaa"
    forge = Forge(plugins=(), pack="bbb")
    forge.use(Packs(aaa={}, bbb={}), "packs")
    assert forge.models().pack.name == "bbb"


def test_a_configured_pack_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setenv("STYLEFORGE_PACK", "gone")
    with pytest.raises(UserError, match="The configured pack 'gone' is not installed; there are"):
        made(aaa={}).models()


def test_where_none_can_a_sentence_says_what_each_lacks():
    forge = made(aaa=without("features"))
    recipe = forge.recipe("toy")
    term = replace(next(iter(recipe.stages[0].objective)), label="x", args={"mask": "image.moon"})
    stage = replace(recipe.stages[0], objective=recipe.stages[0].objective + term)
    with pytest.raises(UserError) as refused:
        forge.pack_for(replace(recipe, stages=(stage,)))
    assert str(refused.value) == (
        "No pack can do toy (toy-loho): aaa lacks the region moon, features; toy lacks the region "
        "moon. `styleforge packs` lists what each can do."
    )


@pytest.mark.usefixtures("beside_pictures")
def test_a_run_says_what_it_took_and_the_recipe_keeps_it():
    forge = made(aaa={})
    recipe = forge.recipe("toy", identity=ImageRef("identity.png")).with_steps(2)
    job = Job(forge, recipe)
    notes = [event.text for event in job if isinstance(event, Note)]
    assert any("aaa was taken" in text for text in notes)
    assert job.result().recipe.pack == "aaa"
