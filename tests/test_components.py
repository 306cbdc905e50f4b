"""What plugins register by itself and recipes name: compositions, starts, conditions, mappers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.errors import PluginError, UserError
from styleforge.hookspecs import hookimpl
from styleforge.mapper.with_encoder import WithEncoder
from styleforge.pack.added import AddedMapper
from styleforge.prepare.flat import colour_reference
from styleforge.recipe.condition import Custom, ImageRef
from styleforge.recipe.recipe import Compose, Recipe
from styleforge.recipe.starts import Mapped
from styleforge.run.events import Note
from styleforge.run.job import Job
from styleforge.testing import toy, toy_mapper, toy_words

pytestmark = pytest.mark.usefixtures("beside_pictures")


class Parts:
    """Registers components by name."""

    def __init__(self, **parts):
        self.parts = parts

    @hookimpl
    def register_components(self, register):
        for name, item in self.parts.items():
            register(item, name=name.replace("__", "/"))


def grey(generated, regions, identity, domain, how, inpainter):
    return identity.image * 0


def zero(problem, recipe, mean):
    return torch.zeros(1, problem.models.get("generator").rows, mean.shape[-1])


def run(forge, **changes):
    recipe = forge.recipe("toy", pack="toy", identity=ImageRef("identity.png"), **changes)
    return Job(forge, Recipe.from_json(recipe.with_steps(2).to_json())).result()


def test_a_composition(forge):
    forge.use(Parts(compose__grey=grey), "parts")
    assert float(run(forge, compose=Compose(mode="grey")).image.abs().max()) == 0


def test_a_composition_that_fails_or_is_not_there_is_named(forge):
    def fails(*_):
        raise ValueError("no paint")

    forge.use(Parts(compose__fails=fails), "parts")
    with pytest.raises(PluginError, match=r"'compose/fails' of .*parts.* failed: .*no paint"):
        run(forge, compose=Compose(mode="fails"))
    with pytest.raises(UserError, match="There is no component 'compose/lost'"):
        run(forge, compose=Compose(mode="lost"))


def test_a_start(forge):
    forge.use(Parts(start__zero=zero, start__row=lambda problem, recipe, mean: mean), "parts")
    recipe = forge.recipe("toy", pack="toy", identity=ImageRef("identity.png"), start="zero")
    job = Job(forge, recipe.with_steps(2))
    job.result()
    assert float(job.state.start.abs().max()) == 0
    with pytest.raises(PluginError, match=r"'start/row' of .* gave \(1, 1, 8\); W\+ of shape"):
        run(forge, start="row")
    with pytest.raises(UserError, match="starts from 'lost', which no plugin registered; there "):
        run(forge, start="lost")


def test_a_condition_of_a_plugin_s_own_kind(forge, edit):
    def read(value, identity, region, models):
        colours = {"autumn": (0.5, -0.2, -0.8)}
        return colour_reference(colours[value], identity, region, value)

    class More(Parts):
        @hookimpl
        def register_attributes(self, register):
            item = forge.attributes["toy.appearance"]
            accepts = (*item.accepts, "mine.palette")
            register(replace(item, accepts=accepts), replace=True)

    forge.use(More(**{"condition__mine.palette": read}), "parts")
    asked = {"toy.appearance": Custom("mine.palette", "autumn")}
    result = run(forge, conditions=asked)
    assert result.status == "done"
    assert result.recipe.conditions == asked
    typed = edit(appearance="mine.palette:autumn", pack="toy")
    assert typed.recipe.conditions == asked
    with pytest.raises(PluginError, match=r"'condition/mine.palette' of .* failed"):
        run(forge, conditions={"toy.appearance": Custom("mine.palette", "spring")})
    with pytest.raises(UserError, match=r"takes image, text, swatch.*; it was given a lost"):
        run(forge, conditions={"toy.appearance": Custom("lost", "x")})


def test_a_mapper_for_somebody_s_pack_with_an_encoder_of_its_own(forge, edit):
    asked = []

    class Loud(toy_words.ToyEncoder):
        def embed_text(self, texts):
            asked.extend(texts)
            return 3 * super().embed_text(texts)

    def load(models):
        return WithEncoder(toy_mapper.mapper(), Loud())

    forge.use(Parts(mapper__loud=AddedMapper(load, packs=("toy",))), "parts")
    forge.use(Parts(mapper__far=AddedMapper(load, packs=("other",))), "more")
    models = forge.models("toy")
    assert models.has("mapper/loud")
    assert not models.has("mapper/far")
    recipe = edit(shape="tall", pack="toy").recipe
    plain = Job(forge, recipe).result()
    assert asked == []
    how = replace(recipe.start_map, mapper="loud")
    assert isinstance(how, Mapped)
    loud = Job(forge, Recipe.from_json(replace(recipe, start_map=how).to_json())).result()
    assert asked == ["tall"]
    assert not torch.equal(loud.latent, plain.latent)


def test_the_note_where_the_pack_has_no_inpainter(forge):
    recipe = forge.recipe("toy", "toy-mapper", pack="toy", identity=ImageRef("identity.png"),
                          conditions={"toy.shape": ImageRef("shape.png")})  # fmt: skip
    notes = [event.text for event in Job(forge, recipe) if isinstance(event, Note)]
    assert any("has no inpainter; what was covered is filled by telea" in text for text in notes)
    assert "inpainter" not in toy.toy_pack().components
    plain = replace(recipe, compose=Compose(mode="layered"))
    notes = [event.text for event in Job(forge, plain) if isinstance(event, Note)]
    assert not any("inpainter" in text for text in notes)
