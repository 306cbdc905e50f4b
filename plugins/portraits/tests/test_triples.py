"""Triples of the world: the same for a seed, and sorted as they say."""

from __future__ import annotations

import pytest
from styleforge_portraits.selections import SELECTIONS
from styleforge_portraits.triples import world_triples

from styleforge.errors import UserError


def test_one_of_each_level():
    found = world_triples(1, seed=2)
    assert [one.level for one in found] == ["easy", "medium", "difficult"]
    assert found == world_triples(1, seed=2)
    for one in found:
        assert SELECTIONS["hair"].level_of(one.iou, one.distance) == one.level


def test_other_domains_have_none():
    with pytest.raises(UserError, match="only for hair, clothing"):
        world_triples(1, domain="hats")
