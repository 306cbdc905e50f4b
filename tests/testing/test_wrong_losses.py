"""Every law of losses can fail: a wrong loss for each, which breaks that law and no other."""

from __future__ import annotations

import re

import pytest
import torch

from styleforge.losses.masking import masked_mean
from styleforge.recipe.objective import Term


def good(view, *, mask="image.thing"):
    return masked_mean(view.image.square(), view.mask(mask)).mean()


def needs_an_argument(view, *, level):
    return (view.image - level).square().mean()


def one_of_many(view):
    return view.image.square().mean().reshape(1)


def cut_off(view):
    return view.image.detach().square().mean()


def uphill(view):
    value = view.image.square().mean()
    return 2 * value.detach() - value


def everywhere(view, *, mask="image.thing"):
    return view.image.square().mean()


def divides_by_the_area(view, *, mask="image.thing"):
    where = view.mask(mask)
    return ((view.image.square() * where).sum((1, 2, 3)) / where.sum((1, 2, 3))).mean()


def sums_the_batch(view):
    return view.image.square().mean((1, 2, 3)).sum()


def by_chance(view):
    return view.image.square().mean() + 1e-12 * torch.rand(())


def in_place(view):
    view.reference("identity").image.mul_(0.99)
    return view.image.square().mean()


def by_number(view, *, levels):
    return (view.image - levels.get(1, 0)).square().mean()


def half_of_it(view, *, reference):
    """Least where the picture is half as bright as the reference."""
    return (view.image - 0.5 * view.reference(reference).image).square().mean()


def all_of_it(view, *, reference):
    return (view.image - view.reference(reference).image).square().mean()


half_of_it.distance = all_of_it.distance = True
LIKE = Term("like", "mine.loss", {"reference": "look"})
NUMBERED = Term("numbered", "mine.loss", {"levels": {1: 0.5}})
WRONG = {
    "loss.has_a_case": (needs_an_argument, (), "styleforge_cases"),
    "loss.is_one_number": (one_of_many, (), r"shape \(1,\); a scalar"),
    "loss.is_differentiable": (cut_off, (), "without .detach"),
    "loss.descends": (uphill, (), "no step along its negative gradient"),
    "loss.is_local": (everywhere, (), "outside its mask 'image.thing'"),
    "loss.survives_empty_masks": (divides_by_the_area, (), "nan for regions that are empty in"),
    "loss.treats_a_batch_as_each_alone": (sums_the_batch, (), "their mean, .* was expected"),
    "loss.is_deterministic": (by_chance, (), "for the same picture"),
    "loss.leaves_the_view_alone": (in_place, (), "changed the reference 'identity'"),
    "loss.is_least_at_its_reference": (half_of_it, (LIKE,), "says that it is a distance"),
    "loss.round_trips": (by_number, (NUMBERED,), "different after"),
}


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_loss_breaks_one_law(law, make_plugin, broken):
    loss, cases, message = WRONG[law]
    found = broken(make_plugin(losses=[("mine.loss", loss)]), "loss", cases=cases)
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]
    assert "mine.loss" in found[law]


def test_a_good_loss_breaks_none(make_plugin, broken):
    assert broken(make_plugin(losses=[("mine.loss", good)]), "loss") == {}


def test_a_distance_breaks_none(make_plugin, broken):
    plugin = make_plugin(losses=[("mine.loss", all_of_it)])
    assert broken(plugin, "loss", cases=(LIKE,)) == {}


def test_a_loss_that_raises_is_reported_with_its_place(make_plugin, broken):
    def falls(view):
        raise RuntimeError("no")

    found = broken(make_plugin(losses=[("mine.loss", falls)]), "loss")
    assert "raised RuntimeError: no" in found["loss.is_one_number"]
    assert "test_wrong_losses.py" in found["loss.is_one_number"]


def test_a_loss_may_bring_its_models(make_plugin, broken):
    def sharp(view):
        return view.models.get("sharpness")(view.image)

    plugin = make_plugin(losses=[("mine.loss", sharp)])
    assert "has no sharpness" in broken(plugin, "loss")["loss.is_one_number"]
    assert broken(plugin, "loss", components={"sharpness": sharpness}) == {}


def sharpness():
    return lambda image: (image[..., 1:] - image[..., :-1]).square().mean()
