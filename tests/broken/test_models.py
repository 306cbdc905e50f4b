"""Models that do what they should not: a sentence with the pack and the plugin."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from faulty import raising

from styleforge.errors import PluginError, UserError
from styleforge.hookspecs import hookimpl
from styleforge.pack.checked import checked
from styleforge.pack.guards import load
from styleforge.pack.models import Models
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Compose
from styleforge.run.job import Job
from styleforge.testing import toy


class Regions:
    names = ("rest", "keep", "thing")

    def __init__(self, fault):
        self.fault = fault

    def __call__(self, image):
        return self.fault(image, torch.full((len(image), 3, *image.shape[-2:]), 1 / 3))


REGIONS = {
    "raises": (lambda image, good: raising(image), "failed: ValueError: oops"),
    "too few": (lambda image, good: good[:, :2], r"shape \(1, 2, 32, 32\); \(1, 3, 32, 32\) is"),
    "too small": (lambda image, good: good[..., :16], r"shape \(1, 3, 32, 16\)"),
    "no batch": (lambda image, good: good[0], r"shape \(3, 32, 32\)"),
    "NaN": (lambda image, good: good * float("nan"), "gave values from nan to nan"),
    "logits": (lambda image, good: good * 30 - 9, "soft regions in \\[0, 1\\] that sum to 1"),
    "labels": (lambda image, good: good.argmax(1), r"shape \(1, 32, 32\)"),
    "numpy": (lambda image, good: good.numpy(), "gave a ndarray; a tensor is expected"),
}


def pack_with(name, **components):
    plain = toy.toy_pack()
    return replace(plain, name=name, components={**plain.components, **components})


class Shipping:
    """A plugin with a pack."""

    def __init__(self, pack):
        self.pack = pack

    @hookimpl
    def register_packs(self, register):
        register(self.pack)


@pytest.mark.parametrize(("fault", "said"), REGIONS.values(), ids=REGIONS)
@pytest.mark.usefixtures("beside_pictures")
def test_a_faulty_region_provider_is_named(forge, fault, said):
    forge.use(Shipping(pack_with("odd", regions=lambda: Regions(fault))), "shiny")
    recipe = forge.recipe("toy", pack="odd", identity=toy_identity())
    with pytest.raises(PluginError, match=said) as caught:
        Job(forge, recipe).result()
    assert "The component 'regions' of the pack 'odd', from plugin 'shiny'" in str(caught.value)


def toy_identity():
    return ImageRef("identity.png")


def test_names_of_regions():
    twice = Regions(None)
    twice.names = ("rest", "rest")
    for faulty, said in ((twice, "distinct names"), (object(), "has no names")):
        with pytest.raises(PluginError, match=said):
            checked("regions", faulty, "It")


class Generator:
    """The toy generator with another picture."""

    def __init__(self, fault):
        self.good, self.fault = toy.toy_models.generator(), fault

    def __getattr__(self, name):
        return getattr(self.good, name)

    def synthesize(self, latent, noise):
        return self.fault(self.good.synthesize(latent, noise))


GENERATORS = {
    "raises": (raising, "failed: ValueError: oops"),
    "one channel": (lambda image: image[:, :1], r"shape \(1, 1, 32, 32\); \(1, 3, 32, 32\)"),
    "too small": (lambda image: image[..., :16, :16], r"shape \(1, 3, 16, 16\)"),
    "NaN": (lambda image: image * float("nan"), "drew NaN or infinite values at step 0"),
    "a list": (lambda image: [image], "gave a list"),
}


@pytest.mark.parametrize(("fault", "said"), GENERATORS.values(), ids=GENERATORS)
def test_a_faulty_generator_is_named(forge, recipe, models, fault, said):
    forge.use(Shipping(pack_with("odd", generator=lambda: Generator(fault))), "shiny")
    stage = replace(recipe.stages[0], regions="live")
    problem = replace(toy.toy_problem(models), models=forge.models("odd"))
    with pytest.raises(PluginError, match=said) as caught:
        Job(forge, replace(recipe, stages=(stage,)), problem).result()
    assert "the pack 'odd', from plugin 'shiny'" in str(caught.value)


MODELS = {
    "poser": "transfer", "inverter": "edit", "landmarks": "edit", "inpainter": "edit",
    "embedding": "edit", "mapper/toy": "edit",
}  # fmt: skip


class Broken:
    """A model of any kind that raises, whatever is asked of it."""

    names = ("thing",)
    attributes = ("toy.shape",)

    def __call__(self, *args, **named):
        raising(None)

    embed_image = embed_text = place = __call__


@pytest.mark.parametrize(("kind", "how"), MODELS.items(), ids=MODELS)
@pytest.mark.usefixtures("beside_pictures")
def test_a_model_that_raises_is_named_with_its_plugin(forge, kind, how):
    forge.use(Shipping(pack_with("odd", **{kind: Broken})), "shiny")
    preset = "toy-mapper" if how == "edit" else "toy-loho"
    recipe = forge.recipe(
        "toy", preset, pack="odd", identity=toy_identity(),
        conditions={"toy.shape": ImageRef("shape.png")},
    )  # fmt: skip
    with pytest.raises(PluginError, match=r"failed: ValueError: oops \(faulty") as caught:
        Job(forge, recipe).result()
    assert f"The component {kind!r} of the pack 'odd', from plugin 'shiny'" in str(caught.value)


class Painting:
    """A plugin with an inpainter that raises."""

    @hookimpl
    def register_components(self, register):
        register(raising, name="inpainter/odd")


@pytest.mark.usefixtures("beside_pictures")
def test_an_inpainter_that_raises_is_named_with_its_plugin(forge):
    forge.use(Painting(), "shiny")
    recipe = forge.recipe(
        "toy", "toy-mapper", identity=toy_identity(),
        conditions={"toy.shape": ImageRef("shape.png")},
        compose=Compose(mode="layered", inpainter="odd"),
    )  # fmt: skip
    with pytest.raises(PluginError, match="The component 'inpainter/odd' of plugin 'shiny' of"):
        Job(forge, recipe).result()


def test_a_latent_that_the_generator_does_not_take(models):
    generator = models.get("generator")
    with pytest.raises(PluginError, match=r"takes W\+ of shape \(N, 8, 8\); it was given \(1, 3"):
        generator.synthesize(torch.zeros(1, 3, 8), [])


def test_a_factory_that_fails_is_named():
    made = Models(pack_with("odd", lpips=lambda: raising(None)), owner="plugin 'shiny' of d")
    with pytest.raises(
        PluginError, match="'lpips' of the pack 'odd', from plugin 'shiny' of d, ca"
    ):
        made.get("lpips")
    with pytest.raises(PluginError, match="its function returned nothing"):
        load(lambda: None, "It")


def test_errors_that_speak_to_the_user_are_passed_on():
    def missing():
        msg = "Fetch the weights first."
        raise UserError(msg)

    with pytest.raises(UserError, match=r"^Fetch the weights first\.$"):
        load(missing, "It")


def test_a_checked_component_hands_on_the_rest(models):
    import copy

    generator = models.get("generator")
    assert generator.rows == 8
    assert list(generator.parameters())
    assert copy.deepcopy(generator).rows == 8
    with pytest.raises(AttributeError):
        _ = generator.no_such_attribute
