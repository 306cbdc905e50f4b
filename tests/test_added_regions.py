"""Regions that plugins add to a pack without cloning it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.errors import PluginError, UserError
from styleforge.hookspecs import hookimpl
from styleforge.pack.added import AddedRegion
from styleforge.pack.knowing import knowing
from styleforge.prepare.pose import match_pose
from styleforge.prepare.problem import Reference
from styleforge.testing import toy, toy_models


def right_half(image, models):
    """The right half of the picture ``(N, 1, H, W)``."""
    mask = torch.zeros_like(image[:, :1])
    mask[..., image.shape[-1] // 2 :] = 1
    return mask


class Plugin:
    """Adds the region ``half`` to whatever pack."""

    def __init__(self, item):
        self.item = item

    @hookimpl
    def register_components(self, register):
        register(self.item, name="regions/half")


@pytest.fixture
def picture(models):
    return toy.toy_problem(models).identity.image


def models_with(forge, item, names=("half",)):
    forge.use(Plugin(item), "halves")
    return knowing(forge.models("toy"), names)


def test_an_added_region_is_cut_out_of_those_it_lies_within(forge, picture):
    models = models_with(forge, AddedRegion(right_half, within=("thing",)))
    provider, own = models.get("regions"), forge.models("toy").get("regions")
    assert provider.names == (*own.names, "half")
    found, before = provider(picture), own(picture)
    assert torch.allclose(found.sum(1), torch.ones_like(found[:, 0]))
    thing, half = own.names.index("thing"), len(own.names)
    assert torch.equal(found[:, half, :, 16:], before[:, thing, :, 16:])
    assert float(found[:, half, :, :16].abs().max()) == 0
    keep = own.names.index("keep")
    assert torch.equal(found[:, keep], before[:, keep])


def test_without_within_it_lies_within_all(forge, picture):
    found = models_with(forge, right_half).get("regions")(picture)
    assert torch.allclose(found[:, -1, :, 16:], torch.ones_like(found[:, -1, :, 16:]))
    assert torch.allclose(found.sum(1), torch.ones_like(found[:, 0]))


def test_recipes_that_do_not_mention_it_run_as_before(forge):
    forge.use(Plugin(AddedRegion(right_half)), "halves")
    recipe = forge.recipe("toy")
    assert forge.models_of(recipe) is forge.models("toy")
    stage = recipe.stages[0]
    term = replace(next(iter(stage.objective)), label="x", args={"mask": "image.half"})
    other = replace(recipe, stages=(replace(stage, objective=stage.objective + term),))
    assert forge.models_of(other).get("regions").names[-1] == "half"
    assert forge.models_of(other) is forge.models_of(other)


def test_components_of_the_pack_are_given_the_regions_that_they_know(forge, picture, monkeypatch):
    models = models_with(forge, AddedRegion(right_half, within=("thing",)))
    own, seen = forge.models("toy").get("regions"), []

    class Poser:
        names = ("thing",)

        def __call__(self, image, regions, subject, subject_regions, region):
            seen.append((regions, subject_regions))
            y, x = torch.meshgrid(torch.arange(32) + 0.5, torch.arange(32) + 0.5, indexing="ij")
            return torch.stack((x, y))[None]

    monkeypatch.setitem(forge.models("toy")._loaded, "poser", Poser())
    monkeypatch.setattr(type(models), "has", lambda self, kind: kind == "poser")
    provider = models.get("regions")
    soft = provider(picture)
    regions = {name: soft[:, at : at + 1] for at, name in enumerate(provider.names)}
    one, two = (Reference(image=picture, regions=regions) for _ in range(2))
    bent = match_pose(one, two, models, "thing")
    assert tuple(bent.regions) == provider.names
    for given in seen[0]:
        assert torch.allclose(given, own(picture), atol=1e-6)


def test_what_is_cut_out_of_several_goes_back_to_them(forge, picture):
    models = models_with(forge, AddedRegion(lambda image, models: image[:, :1] * 0 + 0.5))
    provider, own = models.get("regions"), forge.models("toy").get("regions")
    soft = provider(picture)
    regions = {name: soft[:, at : at + 1] for at, name in enumerate(provider.names)}
    back = torch.cat(tuple(models.own_regions(regions).values()), dim=1)
    assert torch.allclose(back, own(picture), atol=1e-5)


def test_a_region_that_is_used_again_takes_the_earlier_one_s_place(forge, picture):
    first = models_with(forge, AddedRegion(right_half))
    second = models_with(forge, AddedRegion(lambda image, models: right_half(image, models) * 0))
    assert float(first.get("regions")(picture)[:, -1].max()) > 0.9
    assert float(second.get("regions")(picture)[:, -1].max()) == 0


@pytest.mark.parametrize(
    ("item", "message"),
    [
        (AddedRegion(lambda image, models: 1 / 0), "'regions/half' of .*halves.* failed"),
        (AddedRegion(lambda image, models: image), r"gave \(1, 3, 32, 32\); a mask of shape"),
        (AddedRegion(lambda image, models: None), "gave NoneType; a mask"),
    ],
)
def test_faults_name_the_plugin(forge, picture, item, message):
    with pytest.raises(PluginError, match=message):
        models_with(forge, item).get("regions")(picture)


def test_a_pack_without_the_region_around_it_is_refused(forge):
    with pytest.raises(UserError, match="lies within 'nose', which the pack 'toy' does not find"):
        models_with(forge, AddedRegion(right_half, within=("nose",)))


def test_what_the_pack_finds_itself_goes_before(forge):
    assert "thing" in toy_models.REGIONS

    class Thing:
        @hookimpl
        def register_components(self, register):
            register(AddedRegion(right_half), name="regions/thing")

    forge.use(Thing(), "things")
    assert knowing(forge.models("toy"), ["thing"]) is forge.models("toy")
