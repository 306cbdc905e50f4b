"""The kinds of components: laws, the shipped packs and the docs know the same."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_overloads

import pytest

from styleforge.errors import UserError
from styleforge.pack import protocols
from styleforge.pack.models import Models
from styleforge.pack.taxonomy import KINDS, LAYOUTS, REGIONS, kind_of, outline_of
from styleforge.testing import ComponentLaws, RegionLaws, toy

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "packs.md"


def test_every_kind_has_laws():
    held = {*ComponentLaws.kinds, *RegionLaws.kinds}
    assert {kind.name for kind in KINDS} <= held


def test_the_page_has_the_kinds():
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| `(\w+)` \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert rows == [(kind.name, kind.does, kind.protocol.__name__) for kind in KINDS]


def test_the_page_has_the_regions_and_the_layouts():
    text = PAGE.read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", text, re.MULTILINE)
    assert rows == [(one.name, one.shows) for one in REGIONS] + [
        (one.name, f"{one.count}: {', '.join(one.parts)}") for one in LAYOUTS
    ]


def test_every_landmark_of_a_layout_has_one_part():
    for layout in LAYOUTS:
        assert sorted(sum(layout.parts.values(), ())) == list(range(layout.count))


def test_parts_that_no_landmarks_outline():
    with pytest.raises(UserError, match=r"Where lips is .* layout is 'unknown', and ibug68 was"):
        outline_of("lips", "")
    with pytest.raises(UserError, match="The layout ibug68 has no 'ear'; it has jaw, right_brow"):
        outline_of("ear", "ibug68")


def test_type_checkers_know_every_kind():
    declared = {}
    for one in get_overloads(Models.get):
        kind, answer = one.__annotations__["kind"], one.__annotations__["return"]
        declared[kind.removeprefix("Literal['").removesuffix("']")] = answer.removeprefix(
            "protocols."
        )
    assert declared.pop("str") == "Any"
    wanted = {kind.name: kind.protocol for kind in KINDS}
    assert declared.keys() == wanted.keys()
    for name, answer in declared.items():  # what a pack gives, or that with more around it
        assert wanted[name] in getattr(protocols, answer).__mro__


@pytest.mark.parametrize("name", sorted(filter(kind_of, toy.toy_pack().components)))
def test_components_satisfy_their_protocols(name):
    assert isinstance(Models(toy.toy_pack()).get(name), kind_of(name).protocol)
