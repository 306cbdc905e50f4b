"""Composition: published, layered, edit and none."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.compose.compose import compose, inpainter_of
from styleforge.compose.coverage import continued, edited_area, hole_of, shown
from styleforge.compose.harmonize import harmonize
from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.prepare import masks
from styleforge.prepare.pixels import blend
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.recipe import Compose
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


def test_layered_is_the_new_thing_over_the_identity_without_its_own(forge, identity, generated):
    inpainter = forge.components["inpainter/telea"]
    identity.image[..., 40:70, 40:90] = 1.0
    how = Compose(mode="layered")
    done = compose(generated, regions(slice(20, 60)), identity, toy.TOY, how, inpainter)
    assert (done[..., 20:60, 40:90] == INK).all()
    assert (done[..., 62:68, 45:85] - PAPER).abs().max() < 0.02  # uncovered
    assert (done[..., 80:, :] == PAPER).all()


def test_faint_guesses_far_from_the_thing_change_nothing(forge, identity, generated):
    inpainter = forge.components["inpainter/telea"]
    new = regions(slice(40, 70))
    new["thing"][..., 100:120, :20] = 0.2
    new["rest"][..., 100:120, :20] = 0.8
    done = compose(generated, new, identity, toy.TOY, Compose(mode="layered"), inpainter)
    assert (done[..., 100:120, :20] == PAPER).all()


def test_no_colour_from_behind_comes_along_at_an_edge():
    """A thing of one colour before another, softly cut out, brings its own colour alone."""
    coverage = torch.zeros(1, 1, SIZE, SIZE)
    coverage[..., 30:90] = 1
    coverage[..., 28:30], coverage[..., 90:92] = 0.5, 0.5
    image = coverage * INK + (1 - coverage) * -1.0
    clean = continued(image.expand(-1, 3, -1, -1), coverage)
    assert (clean[..., 28:92] - INK).abs().max() < 0.02
    nothing = torch.zeros(1, 1, SIZE, SIZE)
    assert torch.equal(continued(image, nothing), image)


def test_the_packs_inpainter_or_telea(forge, models):
    how = Compose(mode="layered", inpainter="pack")
    telea = forge.components["inpainter/telea"]
    assert inpainter_of(how, models, forge.components).inner is telea

    class Own:
        def __call__(self, image, hole):
            return image

    own = Own()
    pack = replace(models.pack, components={**models.pack.components, "inpainter": lambda: own})
    assert inpainter_of(how, Models(pack), forge.components).inner.inner is own
    named = Compose(inpainter="telea")
    assert inpainter_of(named, Models(pack), forge.components).inner is telea
    with pytest.raises(UserError, match="no component 'inpainter/magic'"):
        inpainter_of(Compose(inpainter="magic"), models, forge.components)


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
    matched = harmonize(generated, new, identity, "thing", area)
    outside = new["thing"][0, 0] < 0.5
    assert (matched[0, 0][outside] - PAPER).abs().max() < 1e-4
    assert (matched[0, 0][~outside] == INK).all()


def test_what_only_one_of_them_has_says_nothing_of_what_is_uncovered(identity, generated):
    """A beard of the reference, a collar of the identity: colours beside them are as they were."""
    new = regions(slice(40, 70))
    area = edited_area(new, identity, toy.TOY, Compose(mode="edit"))
    generated[..., 90:98, 55:75] = -1.0  # a part of what is kept, dark in one of them
    matched = harmonize(generated, new, identity, "thing", area)
    assert (matched[..., 72:86, 52:78] - PAPER).abs().max() < 0.01


def test_a_region_of_which_too_little_is_common_follows_the_one_most_like_it(identity, generated):
    new = regions(slice(40, 70))
    area = edited_area(new, identity, toy.TOY, Compose(mode="edit"))
    area[..., 69:101, 49:81] = 1  # all of what is kept is uncovered
    generated[..., 70:100, 50:80] = INK + 0.1
    matched = harmonize(generated, new, identity, "thing", area)
    assert (matched[..., 72:98, 52:78] - (PAPER + 0.1)).abs().max() < 0.01


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


def test_the_hole_spares_what_is_kept(identity):
    """Its margin goes over the rest and over uncertain edges, not over what is certainly kept."""
    thing, keep = (identity.regions[name] for name in ("thing", "keep"))
    hole = hole_of(identity, ("thing",), ("keep",))
    assert not (hole * (1 - masks.dilate(thing, 1)) * (keep > 0.9)).any()
    assert (hole * identity.regions["rest"]).any()
    edge = masks.dilate(thing, 3) * keep  # pixels of keep beside thing
    assert edge.any()
    unsure = {**identity.regions, "keep": keep * 0.6}
    edge = edge * (1 - masks.dilate(thing, 1))
    hole = hole_of(replace(identity, regions=unsure), ("thing",), ("keep",))
    assert (hole * edge).any()
    assert (hole_of(identity, ("thing",)) * edge).any()


def test_faint_guesses_far_away_are_not_shown():
    """A segmenter's softmax is never quite zero; the published blend showed it as blotches."""
    new = regions(slice(40, 60))
    new = {name: one * 0.9 + 0.1 / len(new) for name, one in new.items()}
    seen = shown(new, ("thing", "keep"))
    assert seen[..., :20, :].max() == 0
    assert seen[..., 42:58, 45:85].min() > 0.9


def test_blend_and_hard():
    one, two = torch.ones(1, 3, 2, 2), -torch.ones(1, 3, 2, 2)
    assert torch.equal(blend(one, two, torch.full((1, 1, 2, 2), 0.5)), torch.zeros(1, 3, 2, 2))
    hard = hard_regions({"a": torch.full((1, 1, 2, 2), 0.4), "b": torch.full((1, 1, 2, 2), 0.6)})
    assert hard["b"].all()
    assert not hard["a"].any()
