"""Parts that are registered by themselves and break a law, such as compositions and metrics."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import torch

from styleforge.errors import UserError
from styleforge.pack.added import AddedMapper, AddedRegion
from styleforge.prepare.flat import colour_reference
from styleforge.testing import toy, toy_mapper


def whole(image, models):
    return torch.ones_like(image[:, :1])


def bright(image, models):
    return image[:, :1] + 5


def halved(generated, regions, identity, domain, how, inpainter):
    return (generated + identity.image).clamp(-1, 1) / 2


def glowing(generated, regions, identity, domain, how, inpainter):
    return generated + 5


def mean_start(problem, recipe, mean):
    return mean.expand(1, problem.models.get("generator").rows, -1)


def one_row(problem, recipe, mean):
    return mean


def brightness(given):
    return given.image.mean()


def endless(given):
    return float("nan")


def mapped(given):
    return given.image


class Counted:
    def __init__(self):
        self.calls = 0

    def __call__(self, given):
        self.calls += 1
        return self.calls


def smearing(given):
    return float(given.image.zero_().mean())


class Brightest:
    """The brightest result, as a score of a set."""

    def __init__(self, found):
        self.found = found

    def add(self, shown, *, real):
        if not real:
            self.found.append(float(shown.image.mean()))

    def value(self):
        return sum(self.found) if self.found else None


KEPT = []


def brightest(models, domain):
    return Brightest([])


def hoarding(models, domain):
    return Brightest(KEPT)


def nameless(models, domain):
    return 3.0


def palette(value, identity, region, models):
    if value != "autumn":
        message = f"There is no palette {value!r}; there is autumn."
        raise UserError(message)
    return colour_reference((0.5, -0.2, -0.8), identity, region, value)


def careless(value, identity, region, models):
    return colour_reference({"autumn": (0.5, -0.2, -0.8)}[value], identity, region, value)


def silent(value, identity, region, models):
    return palette(value, identity, region, models)


def promising(value, identity, region, models):
    return palette(value, identity, region, models)


def worded(value, identity, region, models):
    return torch.ones(1, 8)


def numbered(value, identity, region, models):
    return 3.0


palette.examples = careless.examples = ("autumn",)
promising.examples = ("autumn", "spring")


class Bold(torch.nn.Module):
    """A mapper that goes on at strength 0."""

    attributes = ("toy.shape",)

    def forward(self, latent, conditions, *, absent, strengths):
        return latent + 0.1


def bold(models):
    return Bold()


def toy_mapped(models):
    return toy_mapper.mapper()


WRONG = {
    "condition.reads_its_values": ("condition/mine", careless, "KeyError"),
    "mapper.maps_latents": ("mapper/mine", AddedMapper(bold, packs=()), "at strength 0"),
    "added_region.finds_a_mask": ("regions/mine", AddedRegion(bright), r"a mask in \[0, 1\] was"),
    "compose.composes_a_picture": ("compose/mine", glowing, r"beyond \[-1, 1\]"),
    "set_metric.scores_a_set": ("set_metric/mine", hoarding, "Begin each score without"),
    "metric.gives_a_number": ("metric/mine", endless, "a finite number was expected"),
    "start.starts_with_a_latent": ("start/mine", one_row, r"\(1, 8, 8\) was expected"),
}
CONDITIONS = {
    "read none of '', '1', 'red', and says no value": silent,
    "refused 'spring', which is one of its examples": promising,
    "gave a float; a tensor was expected": numbered,
}
METRICS = {
    "gave a Tensor; a number was expected": mapped,
    "gave 1.0 and then 2.0 for one picture": Counted(),
    "changed the picture that it was given": smearing,
}
GOOD = (
    ("regions/mine", AddedRegion(whole)), ("compose/mine", halved), ("start/mine", mean_start),
    ("metric/mine", brightness), ("set_metric/mine", brightest),
    ("condition/mine", palette), ("condition/words", worded),
    ("mapper/mine", AddedMapper(toy_mapped, packs=())),
    ("mapper/theirs", AddedMapper(bold, packs=("not here",))),
)  # fmt: skip


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_part_breaks_one_law(law, make_plugin, broken):
    name, item, message = WRONG[law]
    found = broken(make_plugin(components=[(name, item)]), law.partition(".")[0])
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


def test_good_ones_break_none(make_plugin, broken):
    plugin = make_plugin(components=GOOD)
    for kind in ("added_region", "compose", "start", "metric", "set_metric", "condition", "mapper"):
        assert broken(plugin, kind) == {}


@pytest.mark.parametrize("message", METRICS)
def test_a_wrong_metric_breaks_its_law(message, make_plugin, broken):
    found = broken(make_plugin(components=[("metric/mine", METRICS[message])]), "metric")
    assert set(found) == {"metric.gives_a_number"}
    assert message in found["metric.gives_a_number"]


def test_what_is_no_score_of_a_set_breaks_its_law(make_plugin, broken):
    found = broken(make_plugin(components=[("set_metric/mine", nameless)]), "set_metric")
    assert "began a float; an object with `add" in found["set_metric.scores_a_set"]


@pytest.mark.parametrize("message", CONDITIONS)
def test_a_wrong_reader_of_conditions_breaks_its_law(message, make_plugin, broken):
    plugin = make_plugin(components=[("condition/mine", CONDITIONS[message])])
    found = broken(plugin, "condition")
    assert set(found) == {"condition.reads_its_values"}
    assert message in found["condition.reads_its_values"]


def test_a_mapper_is_tried_on_the_pack_that_it_is_for(make_plugin, broken):
    tried = []

    def load(models):
        tried.append(models.pack.name)
        return toy_mapper.mapper()

    pack = replace(toy.toy_pack(), name="theirs")
    mapper = ("mapper/mine", AddedMapper(load, packs=("theirs",)))
    plugin = make_plugin(components=[mapper], packs=[pack])
    assert broken(plugin, "mapper") == {}
    assert tried == ["theirs"]
