"""Parts that are registered by themselves and break a law: regions, compositions, starts."""

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


WRONG = {
    "added_region.finds_a_mask": ("regions/mine", AddedRegion(bright), r"a mask in \[0, 1\] was"),
    "compose.composes_a_picture": ("compose/mine", glowing, r"beyond \[-1, 1\]"),
    "start.starts_with_a_latent": ("start/mine", one_row, r"\(1, 8, 8\) was expected"),
}
GOOD = (("regions/mine", AddedRegion(whole)), ("compose/mine", halved), ("start/mine", mean_start))


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_part_breaks_one_law(law, make_plugin, broken):
    name, item, message = WRONG[law]
    found = broken(make_plugin(components=[(name, item)]), law.partition(".")[0])
    assert set(found) == {law}, found
    assert re.search(message, found[law]), found[law]


def test_good_ones_break_none(make_plugin, broken):
    plugin = make_plugin(components=GOOD)
    for kind in ("added_region", "compose", "start"):
        assert broken(plugin, kind) == {}
