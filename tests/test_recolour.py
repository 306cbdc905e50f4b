"""Recolouring a region: swatches, pictures, words, of packs that find it and have no more."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

import styleforge
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.methods.recolour import Recolour
from styleforge.prepare.flat import colour_of_name
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.regions import found_regions, hard_regions
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.recipe.domain import Domain
from styleforge.run.events import Note
from styleforge.run.job import Job
from styleforge.testing import toy

THING = Recolour("paint", "thing")


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
        register(replace(plain, name="plain", components={"regions": plain.components["regions"]}))


@pytest.fixture
def plain() -> Forge:
    forge = Forge(plugins=())
    forge.use(Paint())
    return forge


def coloured(result) -> torch.Tensor:
    """The mean colour in [-1, 1] where the identity's thing was."""
    return (
        torch.from_numpy(mean_colour(result.image, hard_regions(result.regions)["thing"])) * 2 - 1
    )


def painted(forge, before, **asked):
    result = styleforge.edit("paint", "identity.png", forge=forge, **asked)
    there = found_regions(before, forge.models())["thing"]
    return result, torch.from_numpy(mean_colour(result.image, there)) * 2 - 1


@pytest.fixture
def before(plain, pictures):
    from styleforge.prepare.prepare import prepare

    return prepare(pictures / "identity.png", plain.models()).image


@pytest.mark.usefixtures("beside_pictures")
def test_a_swatch_needs_a_region_alone(plain, before):
    result, found = painted(plain, before, colour="#708090")
    assert torch.allclose(found.float(), torch.tensor(Swatch("#708090").rgb), atol=0.12)
    assert result.recipe.pack == "plain"
    rest = found_regions(before, plain.models())["rest"]
    assert float(((result.image - before).abs() * rest).mean()) < 0.05
    assert result.latent.numel() == 0
    assert plain.lacks(plain.recipe("paint"), "plain") == ()


@pytest.mark.usefixtures("beside_pictures")
def test_words_are_the_names_of_colours(plain, before):
    by_name, _ = painted(plain, before, colour="slate grey")
    by_swatch, _ = painted(plain, before, colour="#708090")
    assert torch.equal(by_name.image, by_swatch.image)
    recipe = plain.recipe("paint", identity=ImageRef("identity.png"),
                          conditions={"paint.colour": styleforge.Text("bright teal")})  # fmt: skip
    notes = [event.text for event in Job(plain, recipe) if isinstance(event, Note)]
    assert "'bright teal' was read as #008080; 'bright' was left out." in notes


@pytest.mark.usefixtures("beside_pictures")
def test_a_picture_s_region_has_the_colour(plain, before):
    from styleforge.prepare.prepare import prepare

    _, found = painted(plain, before, colour="appearance.png")
    other = prepare("appearance.png", plain.models())
    theirs = mean_colour(other.image, hard_regions(other.regions)["thing"]) * 2 - 1
    own = mean_colour(before, found_regions(before, plain.models())["thing"]) * 2 - 1
    wanted = torch.from_numpy(theirs)
    assert (found - wanted).norm() < 0.4 * (torch.from_numpy(own) - wanted).norm()


@pytest.mark.usefixtures("beside_pictures")
def test_strength_goes_part_of_the_way(plain, before):
    whole, half, none = (
        painted(plain, before, colour="#708090", strength=share)[0].image for share in (1, 0.5, 0)
    )
    assert torch.allclose(none, before, atol=1e-5)
    assert torch.allclose(half, (whole + before) / 2, atol=0.2)
    assert not torch.equal(half, whole)


@pytest.mark.usefixtures("beside_pictures")
def test_words_that_are_no_colour_need_an_encoder(plain):
    with pytest.raises(UserError, match="'plain' has no text-image encoder"):
        styleforge.edit("paint", "identity.png", forge=plain, colour="tall")


@pytest.mark.usefixtures("beside_pictures")
def test_with_an_encoder_it_reads_what_is_no_name(forge):
    forge.use(Paint())
    result = styleforge.edit("paint", "identity.png", forge=forge, pack="toy", colour="tall red")
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
    assert colour_of_name(text, ["shirt"]) == (Swatch(colour), left)
