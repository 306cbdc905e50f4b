"""Composition: published, edit and none."""

from __future__ import annotations

import pytest
import torch

from styleforge.compose import blend, compose, edited_area, hard_regions, harmonize, hole_of
from styleforge.errors import UserError
from styleforge.problem import Reference
from styleforge.recipe import Compose
from styleforge.testing import toy

SIZE = 128
INK, PAPER = 0.5, -0.5


def regions(thing: slice) -> dict[str, torch.Tensor]:
    """Rest everywhere but for a band of thing and a square of keep."""
    made = {name: torch.zeros(1, 1, SIZE, SIZE) for name in ("rest", "keep", "thing")}
    made["thing"][..., thing, 40:90] = 1
    made["keep"][..., 70:100, 50:80] = 1
    made["rest"] = 1 - made["thing"] - made["keep"]
    return made


@pytest.fixture
def identity() -> Reference:
    return Reference(image=torch.full((1, 3, SIZE, SIZE), PAPER), regions=regions(slice(40, 70)))


@pytest.fixture
def generated() -> torch.Tensor:
    return torch.full((1, 3, SIZE, SIZE), INK)


def test_none_is_the_generators_picture(forge, identity, generated):
    inpainter = forge.components["inpainter/telea"]
    new = regions(slice(20, 70))
    done = compose(generated * 4, new, identity, toy.TOY, Compose(mode="none"), inpainter)
    assert torch.equal(done, torch.ones_like(done))


def test_edit_keeps_the_identity_far_from_the_thing(forge, identity, generated):
    inpainter = forge.components["inpainter/telea"]
    new = regions(slice(20, 60))
    done = compose(generated, new, identity, toy.TOY, Compose(mode="edit"), inpainter)
    assert (done[..., 22:58, 45:85] - INK).abs().max() < 1e-3  # the new thing
    assert (done[..., 63:67, 45:85] - PAPER).abs().max() < 0.02  # uncovered, in its colours
    far = torch.ones(SIZE, SIZE, dtype=torch.bool)
    far[10:80, 30:100] = False
    assert (done[0, 0][far] == PAPER).all()


def test_edited_area_grows_with_the_setting(identity):
    new = regions(slice(20, 60))
    areas = [
        float(edited_area(new, identity, toy.TOY, Compose(mode="edit", grow=grow)).sum())
        for grow in (0.0, 0.02, 0.05)
    ]
    assert areas == sorted(areas)
    assert areas[0] < areas[2]


def test_the_surroundings_take_the_identitys_colours(identity, generated):
    """A generator that is off by a constant blends without a seam."""
    new = regions(slice(40, 70))
    area = edited_area(new, identity, toy.TOY, Compose(mode="edit"))
    matched = harmonize(generated, new, identity, toy.TOY, area)
    outside = new["thing"][0, 0] < 0.5
    assert (matched[0, 0][outside] - PAPER).abs().max() < 1e-4
    assert (matched[0, 0][~outside] == INK).all()


@pytest.mark.parametrize("inpainter", ["telea", "navier-stokes"])
def test_published_puts_the_person_over_an_inpainted_background(
    forge, identity, generated, inpainter
):
    fill = forge.components[f"inpainter/{inpainter}"]
    new = regions(slice(40, 60))
    identity.image[..., 40:70, 40:90] = 1.0  # the old thing, which has to go
    done = compose(generated, new, identity, toy.TOY, Compose(), fill)
    assert (done[..., 42:58, 45:85] == INK).all()
    assert (done[..., 72:98, 52:78] == INK).all()
    gone = done[..., 62:68, 42:48]  # the old thing that the new one does not cover
    assert (gone - PAPER).abs().max() < 0.1


def test_the_hole_covers_the_person(identity):
    hole = hole_of(identity, ("thing", "keep"))
    assert (hole >= identity.regions["thing"]).all()
    assert (hole >= identity.regions["keep"]).all()
    assert hole.sum() > (identity.regions["thing"] + identity.regions["keep"]).sum()


def test_an_unknown_inpainter_is_named(forge):
    with pytest.raises(UserError, match="no component 'inpainter/magic'"):
        forge.components["inpainter/magic"]


def test_blend_and_hard():
    one, two = torch.ones(1, 3, 2, 2), -torch.ones(1, 3, 2, 2)
    assert torch.equal(blend(one, two, torch.full((1, 1, 2, 2), 0.5)), torch.zeros(1, 3, 2, 2))
    hard = hard_regions({"a": torch.full((1, 1, 2, 2), 0.4), "b": torch.full((1, 1, 2, 2), 0.6)})
    assert hard["b"].all()
    assert not hard["a"].any()
