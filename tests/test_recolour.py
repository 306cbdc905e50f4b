"""Recolouring a region: swatches, pictures, words, of packs that find it and have no more."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

import styleforge
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.methods.recolour import Recolour
from styleforge.prepare.images import load_image, save_image
from styleforge.recipe.colour_names import colours_of
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.recipe.domain import Domain
from styleforge.run.events import Note
from styleforge.run.job import Job
from styleforge.testing import toy

THING = Recolour("paint", "thing")


class Box:
    """The thing is a box in the middle, wherever that is in the picture."""

    names = ("rest", "thing")

    def __call__(self, image):
        inside = torch.zeros_like(image[:, :1])
        inside[..., 8:24, 8:24] = 1
        return torch.cat((1 - inside, inside), dim=1)


class Paint:
    """A domain with a region, and a pack that finds it and does nothing else."""

    @hookimpl
    def register_domains(self, register):
        register(
            Domain(name="paint", title="Paint", help="Paints.", region="thing", keep=(),
                   presets=(THING.preset(),))
        )  # fmt: skip

    @hookimpl
    def register_attributes(self, register):
        register(THING.attribute())

    @hookimpl
    def register_packs(self, register):
        plain = toy.toy_pack()
        register(replace(plain, name="plain", components={"regions": Box}))


@pytest.fixture
def plain() -> Forge:
    forge = Forge(plugins=())
    forge.use(Paint())
    return forge


def picture(colour) -> torch.Tensor:
    """A picture ``(1, 3, 32, 32)`` whose box has a colour, lighter on its right."""
    image = torch.full((1, 3, 32, 32), 0.2)
    shade = torch.linspace(-0.1, 0.1, 16)
    image[..., 8:24, 8:24] = torch.tensor(colour)[None, :, None, None] + shade
    return image


@pytest.fixture
def before(tmp_path, monkeypatch) -> torch.Tensor:
    """The identity; pictures lie in the working folder."""
    monkeypatch.chdir(tmp_path)
    save_image(picture((-0.3, -0.4, 0.0)), "identity.png")
    save_image(picture((0.3, 0.0, -0.5)), "appearance.png")
    return load_image(Path("identity.png"))


def painted(forge, **asked):
    """The result, and the mean colour in [-1, 1] of its thing."""
    result = styleforge.edit("paint", "identity.png", forge=forge, **asked)
    return result, result.image[..., 8:24, 8:24].mean(dim=(0, 2, 3))


@pytest.mark.usefixtures("beside_pictures")
def test_a_swatch_needs_a_region_alone(plain, before):
    result, found = painted(plain, colour="#708090")
    assert torch.allclose(found, torch.tensor(Swatch("#708090").rgb), atol=0.02)
    assert result.recipe.pack == "plain"
    assert result.latent.numel() == 0
    left = result.image.clone()
    left[..., 8:24, 8:24] = before[..., 8:24, 8:24]
    assert torch.equal(left, before)
    assert float(result.image[0, 0, 16, 23] - result.image[0, 0, 16, 8]) > 0.1  # shading stays
    assert plain.lacks(plain.recipe("paint"), "plain") == ()


@pytest.mark.usefixtures("before")
def test_words_are_the_names_of_colours(plain):
    by_name, _ = painted(plain, colour="slate grey")
    by_swatch, _ = painted(plain, colour="#708090")
    assert torch.equal(by_name.image, by_swatch.image)
    asked = {"paint.colour": styleforge.Text("bright teal")}
    recipe = plain.recipe("paint", identity=ImageRef("identity.png"), conditions=asked)
    notes = [event.text for event in Job(plain, recipe) if isinstance(event, Note)]
    assert "'bright teal' was read as #008080; 'bright' is no colour, and was left out." in notes


@pytest.mark.usefixtures("before")
def test_a_picture_s_region_has_the_colour(plain):
    _, found = painted(plain, colour="appearance.png")
    assert torch.allclose(found, torch.tensor([0.3, 0.0, -0.5]), atol=0.02)


def test_strength_goes_part_of_the_way(plain, before):
    _, half = painted(plain, colour="appearance.png", strength=0.5)
    assert torch.allclose(half, torch.tensor([0.0, -0.2, -0.25]), atol=0.02)
    none, _ = painted(plain, colour="appearance.png", strength=0)
    assert torch.allclose(none.image, before, atol=1e-5)


@pytest.mark.usefixtures("before")
def test_words_that_are_no_colour_need_an_encoder(plain):
    with pytest.raises(UserError, match=r"'tall' is no name of a colour .*'plain' has no text-im"):
        styleforge.edit("paint", "identity.png", forge=plain, colour="tall")


@pytest.mark.usefixtures("beside_pictures")
def test_with_an_encoder_it_reads_what_is_no_name(forge):
    forge.use(Paint())
    result = styleforge.edit("paint", "identity.png", forge=forge, pack="toy", colour="tall")
    assert torch.isfinite(result.image).all()
    named = styleforge.edit("paint", "identity.png", forge=forge, pack="toy", colour="red")
    assert not torch.equal(named.image, result.image)


@pytest.mark.usefixtures("beside_pictures")
def test_a_swatch_in_a_preset_that_optimizes_needs_no_encoder(forge):
    pack = toy.toy_pack()
    left = {kind: make for kind, make in pack.components.items() if kind != "embedding"}

    class Silent:
        @hookimpl
        def register_packs(self, register):
            register(replace(pack, name="silent", components=left))

    forge.use(Silent())
    asked = {"toy.appearance": Swatch("#708090")}
    recipe = forge.recipe("toy", pack="silent", identity=ImageRef("identity.png"), conditions=asked)
    recipe = recipe.with_steps(2)
    assert Job(forge, recipe).result().status == "done"
    assert forge.lacks(recipe, "silent") == ()


def test_what_it_does_not_look_at_is_refused(plain):
    class More:
        @hookimpl
        def register_attributes(self, register):
            register(replace(THING.attribute(), name="paint.gloss"))

    plain.use(More())
    with pytest.raises(UserError, match=r"recolour changes colour, and not paint\.gloss"):
        plain.recipe("paint", conditions={"paint.gloss": ImageRef("a.png")})


@pytest.mark.parametrize(
    ("text", "colour", "left"),
    [
        ("purple", "#800080", ""),
        ("dark red", "#8b0000", ""),
        ("a very dark red shirt", "#8b0000", "very"),
        ("Rebecca Purple", "#663399", ""),
    ],
)
def test_names_are_those_of_css(text, colour, left):
    found = colours_of(text, replace(THING.attribute(), prompt="{} shirt"))
    assert found is not None
    assert (found.colours, found.left) == ((Swatch(colour),), left)


class Dim:
    """Paints nothing, and has something to say."""

    def tone(self, image, mask):
        return image.mean((0, 2, 3)) / 2 + 0.5

    def __call__(self, image, coverage, colour, share=1.0):
        return image

    def remarks(self, image, coverage, colour, tune=None):
        return (f"It is dark: {float(image.mean()):.0f}.",)


def test_what_a_pack_s_recolouring_says_is_a_note(tmp_path: Path) -> None:
    class Dark(Paint):
        @hookimpl
        def register_packs(self, register):
            register(
                replace(toy.toy_pack(), name="plain", components={"regions": Box, "recolour": Dim})
            )

    forge = Forge(plugins=())
    forge.use(Dark())
    save_image(torch.full((1, 3, 32, 32), -1.0), tmp_path / "me.png")
    result = styleforge.edit("paint", tmp_path / "me.png", forge=forge, colour="red")
    assert result.notes.count("It is dark: -1.") == 1
