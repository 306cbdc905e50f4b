"""Presets of a person's own: their files, the folder they are in, and calls that use them."""

from __future__ import annotations

import json

import pytest

import styleforge as sf
from styleforge.api.transfer_recipe import transfer_recipe
from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef, Swatch, Text
from styleforge.recipe.own_preset import OwnPreset
from styleforge.recipe.own_presets import OwnPresets
from styleforge.testing import toy

COPPER = OwnPreset(
    title="My copper", domain="toy", preset="toy-loho", steps=6,
    conditions={"toy.appearance": Text("red"), "toy.shape": Text("tall")},
    strengths={"toy.appearance": 0.5},
)  # fmt: skip


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path))
    made = OwnPresets.of_user()
    made.save(COPPER, toy.TOY)
    return made


def as_json(**changes):
    return json.dumps({**json.loads(COPPER.to_json()), **changes})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("no json", "not a preset that can be read"),
        ("{}", "title"),
        (as_json(kind="recipe"), "kind"),
        (as_json(stages=[]), "stages"),
        (as_json(steps=0), "steps"),
        (as_json(version=2), "newer styleforge"),
        (as_json(title="?!"), "can be no preset's name"),
        (as_json(title="x" * 61), "60 at most"),
        (
            as_json(conditions={"toy.shape": {"kind": "image", "path": "/etc/passwd"}}),
            "toy.shape names a file",
        ),
        (
            as_json(conditions={"toy.shape": {"kind": "mask", "path": "gallery:x"}}),
            "toy.shape names a file",
        ),
        (" " * 1_000_001, "more than 1,000,000 characters"),
    ],
)
def test_a_bad_file_is_refused_in_a_sentence(text, sentence):
    with pytest.raises(UserError, match="preset") as refused:
        OwnPreset.from_json(text)
    assert sentence in str(refused.value)


def test_a_name_that_a_published_preset_has_is_refused(store):
    from dataclasses import replace

    for title in ("toy-loho", "Toy look"):
        with pytest.raises(UserError, match="is a published preset of toy"):
            store.save(replace(COPPER, title=title), toy.TOY)
    with pytest.raises(UserError, match="is of 'hat', not of 'toy'"):
        store.save(replace(COPPER, domain="hat"), toy.TOY)
    with pytest.raises(UserError, match="begins with 'lost', which toy does not have here"):
        store.save(replace(COPPER, preset="lost"), toy.TOY)


def test_they_are_kept_found_and_deleted(store):
    from dataclasses import replace

    assert store.of("toy") == (COPPER,)
    assert store.of("hat") == ()
    assert store.get("toy", "My copper") == store.get("toy", "my-copper") == COPPER
    with pytest.raises(UserError, match="no preset 'gold' of toy; you have my-copper"):
        store.get("toy", "gold")
    assert store.take(COPPER.to_json().encode(), toy.TOY) == COPPER  # the very same
    with pytest.raises(UserError, match="already"):
        store.take(replace(COPPER, steps=9).to_json().encode(), toy.TOY)
    assert store.take(COPPER.to_json().encode(), toy.TOY, "Again").name == "again"
    (store.folder / "toy" / "bad.json").write_text("{}")
    assert [one.name for one in store.of("toy")] == ["again", "my-copper"]
    assert "bad.json" in store.unreadable("toy")[0]
    store.delete("toy", "my-copper")
    assert [one.name for one in store.of("toy")] == ["again"]


def test_a_call_takes_what_it_asks_for_and_the_call_goes_before_it(store, forge, pictures):
    me = str(pictures / "identity.png")
    recipe = transfer_recipe(forge, "toy", me, {}, preset="my-copper", pack="toy")
    assert (recipe.method, recipe.steps) == ("toy-loho", 6)
    assert recipe.conditions == COPPER.conditions
    plain = transfer_recipe(
        forge, "toy", me, {"appearance": "red", "shape": "tall"}, preset="toy-loho", steps=6,
        strength={"appearance": 0.5}, pack="toy",
    )  # fmt: skip
    assert recipe == plain
    recipe = transfer_recipe(
        forge, "toy", me, {"appearance": "#0000ff"}, preset="my-copper", steps=4, pack="toy",
    )  # fmt: skip
    assert recipe.conditions["toy.appearance"] == Swatch("#0000ff")
    assert recipe.conditions["toy.shape"] == Text("tall")
    assert recipe.steps == 4
    with pytest.raises(UserError, match="no preset 'gold'"):
        transfer_recipe(forge, "toy", me, {"shape": "tall"}, preset="gold", pack="toy")


def test_one_of_one_pass_is_run_by_python(store, forge, pictures):
    made = OwnPreset(
        title="Quick red", domain="toy", preset="toy-mapper",
        conditions={"toy.appearance": Text("red")},
    )  # fmt: skip
    store.save(made, toy.TOY)
    me = str(pictures / "identity.png")
    mine = sf.transfer("toy", me, forge=forge, preset="quick-red", pack="toy")
    plain = sf.edit("toy", me, forge=forge, appearance="red", pack="toy")
    assert mine.recipe.as_asked() == plain.recipe.as_asked()
    assert (mine.image == plain.image).all()
    with pytest.raises(UserError, match="takes no steps"):
        sf.transfer("toy", me, forge=forge, preset="quick-red", steps=3, pack="toy")


def test_a_gallery_picture_may_be_part_of_one():
    from dataclasses import replace

    shaped = replace(COPPER, conditions={"toy.shape": ImageRef("gallery:noor")})
    assert OwnPreset.from_json(shaped.to_json()) == shaped
