"""Parts that are registered by themselves and break a law, such as compositions and metrics."""

from __future__ import annotations

import re

import pytest
import torch

from styleforge.pack.added import AddedRegion


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


WRONG = {
    "added_region.finds_a_mask": ("regions/mine", AddedRegion(bright), r"a mask in \[0, 1\] was"),
    "compose.composes_a_picture": ("compose/mine", glowing, r"beyond \[-1, 1\]"),
    "metric.gives_a_number": ("metric/mine", endless, "a finite number was expected"),
    "start.starts_with_a_latent": ("start/mine", one_row, r"\(1, 8, 8\) was expected"),
}
METRICS = {
    "gave a Tensor; a number was expected": mapped,
    "gave 1.0 and then 2.0 for one picture": Counted(),
    "changed the picture that it was given": smearing,
}
GOOD = (
    ("regions/mine", AddedRegion(whole)), ("compose/mine", halved), ("start/mine", mean_start),
    ("metric/mine", brightness),
)  # fmt: skip


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_part_breaks_one_law(law, make_plugin, broken):
    name, item, message = WRONG[law]
    found = broken(make_plugin(components=[(name, item)]), law.partition(".")[0])
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


def test_good_ones_break_none(make_plugin, broken):
    plugin = make_plugin(components=GOOD)
    for kind in ("added_region", "compose", "start", "metric"):
        assert broken(plugin, kind) == {}


@pytest.mark.parametrize("message", METRICS)
def test_a_wrong_metric_breaks_its_law(message, make_plugin, broken):
    found = broken(make_plugin(components=[("metric/mine", METRICS[message])]), "metric")
    assert set(found) == {"metric.gives_a_number"}
    assert message in found["metric.gives_a_number"]
