"""Edits in one pass: strengths, what is absent, every kind of condition."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
import torch

import styleforge
from styleforge.api.edit_recipe import edit_recipe
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.prepare.images import load_image, read_recipe
from styleforge.recipe.condition import Mask, Swatch, Text
from styleforge.run.events import Finished, Note, Preparing
from styleforge.run.job import Job
from styleforge.testing import toy, toy_mapper

SHAPE_ROWS = [row for name in ("coarse", "medium") for row in toy_mapper.ROW_GROUPS[name]]
FINE_ROWS = list(toy_mapper.ROW_GROUPS["fine"])
VALUES = {
    "shape": ("tall", "shape.png"),
    "appearance": ("red", "appearance.png", "#8a2be2"),
}


pytestmark = pytest.mark.usefixtures("beside_pictures")


@pytest.fixture
def inverted(models):
    return models.get("inverter")(load_image("identity.png"))


@pytest.fixture
def mapped(models, inverted):
    """What the mapper itself makes of words."""

    def run(absent="zero", **words):
        encoder = models.get("embedding")
        conditions = {f"toy.{role}": encoder.embed_text([one]) for role, one in words.items()}
        with torch.no_grad():
            return models.get("mapper/toy")(inverted, conditions, absent=absent)

    return run


# --- strength -----------------------------------------------------------------------------
def test_one_call_is_the_mapper(edit, mapped, inverted):
    result = edit(shape="tall", appearance="red")
    assert torch.equal(result.latent, mapped(shape="tall", appearance="red"))
    assert not torch.equal(result.latent, inverted)
    assert (result.status, result.steps) == ("done", 0)
    assert result.photo.shape == (1, 3, 32, 32)
    assert torch.isfinite(result.photo).all()


def test_strength_goes_from_the_inversion_beyond_the_mapper(edit, mapped, inverted):
    full = mapped(shape="tall", appearance="red")
    latents = {s: edit(shape="tall", appearance="red", strength=s).latent for s in (0, 0.5, 1, 2)}
    assert torch.equal(latents[0], inverted.expand_as(full))
    assert torch.equal(latents[1], full)
    torch.testing.assert_close(latents[0.5], (inverted + full) / 2)
    torch.testing.assert_close(latents[2] - inverted, 2 * (full - inverted))


def test_strengths_by_attribute(edit, mapped, inverted):
    full = mapped(shape="tall", appearance="red")
    half = edit(shape="tall", appearance="red", strength={"shape": 0, "toy.appearance": 0.5})
    assert torch.equal(half.latent[:, SHAPE_ROWS], inverted[:, SHAPE_ROWS])
    middle = (inverted + full)[:, FINE_ROWS] / 2
    torch.testing.assert_close(half.latent[:, FINE_ROWS], middle)
    assert half.recipe.strengths == {"toy.shape": 0.0, "toy.appearance": 0.5}


@pytest.mark.parametrize("bad", [-0.1, 3.1, float("nan"), float("inf")])
def test_strengths_out_of_range(edit, bad):
    with pytest.raises(UserError, match=r"strength of toy\.shape is .*; give a number from 0 to 3"):
        edit(shape="tall", strength=bad)
    with pytest.raises(UserError, match=r"strength of toy\.shape"):
        edit(shape="tall", strength={"shape": bad})


def test_a_strength_of_nothing(edit):
    with pytest.raises(UserError, match="toy has no attribute 'hat'; it has shape, appearance"):
        edit(shape="tall", strength={"hat": 1})


# --- what is absent -----------------------------------------------------------------------
def test_what_is_not_asked_for_stays(edit, inverted, mapped):
    result = edit(appearance="red")
    assert torch.equal(result.latent[:, SHAPE_ROWS], inverted[:, SHAPE_ROWS])
    assert torch.equal(result.latent, mapped(appearance="red"))


def test_what_is_not_asked_for_moves_as_published(forge, mapped, inverted):
    recipe = edit_recipe(forge, "toy", "identity.png", {"appearance": "red"})
    how = replace(recipe.start_map, absent="published")
    result = Job(forge, replace(recipe, start_map=how)).result()
    assert torch.equal(result.latent, mapped("published", appearance="red"))
    assert (result.latent - inverted)[:, SHAPE_ROWS].abs().max() > 1e-3


# --- every kind of condition --------------------------------------------------------------
@pytest.mark.parametrize(
    ("shape", "appearance"), list(product((None, *VALUES["shape"]), (None, *VALUES["appearance"])))
)
def test_kinds_alone_and_together(edit, inverted, shape, appearance):
    asked = {k: v for k, v in {"shape": shape, "appearance": appearance}.items() if v}
    if not asked:
        with pytest.raises(UserError, match=r"Nothing to change .* one or more of shape, appear"):
            edit()
        return
    moved = (edit(**asked).latent - inverted).abs().amax(2)[0]
    for rows, value in ((SHAPE_ROWS, shape), (FINE_ROWS, appearance)):
        assert bool((moved[rows] > 0).all()) == bool(value)
        assert bool((moved[rows] > 0).any()) == bool(value)
    assert moved[4] == 0  # nothing drives it


def test_kinds_of_one_thing_differ(edit):
    rows = [edit(appearance=one).latent for one in ("red", "blue", "#ff0000", "appearance.png")]
    assert all(not torch.equal(a, b) for i, a in enumerate(rows) for b in rows[:i])


def test_only_the_region_of_a_picture_counts(edit, models, tmp_path):
    image = load_image("shape.png")
    regions = models.get("regions")(image)
    thing = (regions.argmax(1, keepdim=True) == 2).float()
    encoder = models.get("embedding")
    with torch.no_grad():
        found = models.get("mapper/toy")(
            models.get("inverter")(image),
            {"toy.shape": encoder.embed_image(image * thing)},
            absent="zero",
        )
    torch.testing.assert_close(edit(shape="shape.png").latent, found)


def test_paths_instead_of_strings(edit):
    assert torch.equal(edit(shape=Path("shape.png")).image, edit(shape="shape.png").image)


def test_conditions_instead_of_strings(edit):
    asked = {"shape": Text("tall"), "appearance": Swatch("#8a2be2")}
    assert torch.equal(edit(**asked).latent, edit(shape="tall", appearance="#8a2be2").latent)
    with pytest.raises(UserError, match=r"toy\.shape takes image, text; it was given a swatch"):
        edit(shape=Swatch("#8a2be2"))
    with pytest.raises(UserError, match=r"toy\.shape takes image, text; it was given a mask"):
        edit(shape=Mask("shape.png"))


def test_any_number_of_attributes(models, edit, inverted):
    """A third attribute that a third party declares, with a mapper of its own."""

    def three():
        made = toy_mapper.mapper()
        made.injections = tuple(
            replace(one, attribute="toy.glow") if one.name == "medium" else one
            for one in made.injections
        )
        return made

    glow = replace(toy.ATTRIBUTES[0], name="toy.glow", aligned=False, drives=("medium",))
    pack = toy.toy_pack()

    class Plugin:
        register_domains = staticmethod(toy.register_domains)
        register_stages = staticmethod(toy.register_stages)

        @hookimpl
        def register_attributes(self, register):
            for one in (*toy.ATTRIBUTES, glow):
                register(one)

        @hookimpl
        def register_packs(self, register):
            register(replace(pack, components={**pack.components, "mapper/toy": three}))

    forge = Forge(plugins=())
    forge.use(Plugin(), "toy")
    result = styleforge.edit(
        "toy", "identity.png", forge=forge, shape="tall", appearance="red", glow="blue",
        strength={"glow": 0.5},
    )  # fmt: skip
    two = edit(shape="tall", appearance="red")
    medium, rest = [2, 3], [0, 1, 4, 5, 6, 7]
    assert torch.equal(result.latent[:, rest], two.latent[:, rest])
    assert not torch.equal(result.latent[:, medium], two.latent[:, medium])
    assert not torch.equal(result.latent[:, medium], inverted[:, medium])


# --- the result ---------------------------------------------------------------------------
def test_the_png_holds_the_recipe(edit, forge, tmp_path):
    result = edit(shape="tall", appearance="appearance.png", strength=0.7, seed=3)
    result.save(tmp_path / "out.png")
    recipe = read_recipe(tmp_path / "out.png")
    assert recipe == result.recipe
    assert (recipe.method, recipe.start, recipe.seed) == ("toy-mapper", "mapper", 3)
    assert recipe.conditions["toy.shape"] == Text("tall")
    again = Job(forge, recipe).result()
    assert torch.equal(again.photo, result.photo)


def test_the_seed_only_moves_the_noise(edit):
    one, other = edit(shape="tall", seed=1), edit(shape="tall", seed=2)
    assert torch.equal(one.latent, other.latent)
    assert not all(torch.equal(a, b) for a, b in zip(one.noise, other.noise, strict=True))


def test_one_pass_maps_once(forge, models, monkeypatch):
    """Words are no reason to render a preview that no stage would look at."""
    calls = []
    made = forge.models("toy")
    generator = made.get("generator")
    plain = generator.synthesize
    monkeypatch.setattr(generator, "synthesize", lambda *a, **k: calls.append(1) or plain(*a, **k))
    events = list(Job(forge, edit_recipe(forge, "toy", "identity.png", {"shape": "tall"})))
    assert len(calls) == 1  # the picture that is shown says where the new region is as well
    said = [type(event) for event in events if not isinstance(event, Preparing)]
    assert said == [Note, Finished]  # that toy has no inpainter


def test_what_was_read_otherwise_is_said(forge):
    recipe = edit_recipe(forge, "toy", "identity.png", {"shape": "tal", "appearance": "red"})
    said = [event.text for event in Job(forge, recipe) if isinstance(event, Note)]
    assert said[0] == "'tal' was read as 'tall'."
    assert len(said) == 2  # and that toy has no inpainter
    assert "has no inpainter" in said[1]
