"""Masks as conditions: the region gets the outline that was painted, and keeps its look."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.prepare.build import build_problem
from styleforge.prepare.masks import erode
from styleforge.prepare.outline import mirrored
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.condition import ImageRef, Mask
from styleforge.recipe.domain import Attribute
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Paste
from styleforge.run.job import Job
from styleforge.testing import toy

pytestmark = pytest.mark.usefixtures("beside_pictures")

BOX = (6, 4, 22, 16)  # left, top, right, bottom


class Drawn:
    """The toy plugin with a shape and an appearance that take masks."""

    register_domains = staticmethod(toy.register_domains)
    register_stages = staticmethod(toy.register_stages)
    register_packs = staticmethod(toy.register_packs)

    @hookimpl
    def register_attributes(self, register):
        for one in toy.ATTRIBUTES:
            register(replace(one, accepts=(*one.accepts, "mask")))


@pytest.fixture
def forge() -> Forge:
    made = Forge(plugins=())
    made.use(Drawn(), "toy")
    return made


@pytest.fixture
def mask(tmp_path) -> Mask:
    picture = Image.new("L", (32, 32), 0)
    picture.paste(255, BOX)
    picture.save(tmp_path / "mask.png")
    return Mask(str(tmp_path / "mask.png"))


def recipe_of(forge, preset="toy-loho", **asked):
    return forge.recipe("toy", preset, identity=ImageRef("identity.png"), conditions=asked)


def test_the_reference_is_the_identity_in_that_outline(forge, mask):
    problem, _ = build_problem(forge, recipe_of(forge, **{"toy.shape": mask}))
    identity, shape = problem.identity, problem.references["shape"]
    wanted = torch.zeros(1, 1, 32, 32)
    wanted[..., BOX[1] : BOX[3], BOX[0] : BOX[2]] = 1
    assert torch.equal(hard_regions(shape.regions)["thing"], wanted)
    torch.testing.assert_close(sum(shape.regions.values()), torch.ones(1, 1, 32, 32))
    inside = hard_regions(identity.regions)["thing"]
    same = erode(inside, 1) * wanted
    assert same.any()
    assert torch.equal(shape.image * same, identity.image * same)
    outside = 1 - torch.maximum(inside, wanted)
    assert torch.equal(shape.image * outside, identity.image * outside)


def test_beyond_the_edge_is_the_mirror_image():
    image = torch.arange(6.0).expand(1, 1, 3, 6)
    known = np.zeros((3, 6), dtype=bool)
    known[:, :3] = True
    assert mirrored(image, known)[0, 0, 1].tolist() == [0, 1, 2, 1, 0, 2]


def test_the_outline_moves_towards_the_mask(forge, mask):
    """As far as the toy generator can: the term that measures it falls."""
    recipe = recipe_of(forge, **{"toy.shape": mask})
    term = Term("outline", "region", {"region": "thing", "target": "shape.thing"}, 10.0)
    stage = replace(recipe.stages[0], objective=Objective((term,)), rules=(), steps=12)
    history = Job(forge, replace(recipe, stages=(stage,))).result().history
    assert history[-1]["outline"] < history[0]["outline"]


@pytest.mark.parametrize("strength", [1.0, 0.5])
def test_methods_that_optimize_and_that_paste_take_masks(forge, mask, strength):
    asked = {"toy.shape": mask}
    recipe = forge.recipe(
        "toy", identity=ImageRef("identity.png"), conditions=asked,
        strengths={"toy.shape": strength},
    )  # fmt: skip
    assert Job(forge, recipe.with_steps(2)).result().status == "done"
    pasting = recipe_of(forge, "toy-mapper", **asked)
    pasting = replace(
        pasting, start_paste=Paste(region="thing"), compose=Compose(mode="pasted"),
        strengths={"toy.shape": strength},
    )  # fmt: skip
    job = Job(forge, pasting)
    assert not torch.equal(job.result().image, job.problem.identity.image)


def test_masks_that_nothing_can_be_made_of(forge, mask, tmp_path):
    with pytest.raises(UserError, match=r"toy\.appearance was given a mask, which only says where"):
        Job(forge, recipe_of(forge, **{"toy.appearance": mask})).result()
    with pytest.raises(UserError, match="toy-mapper maps in one pass, which cannot follow a mask"):
        Job(forge, recipe_of(forge, "toy-mapper", **{"toy.shape": mask})).result()
    empty = tmp_path / "empty.png"
    Image.new("L", (32, 32), 0).save(empty)
    with pytest.raises(UserError, match=r"No thing was found in .*empty\.png"):
        Job(forge, recipe_of(forge, **{"toy.shape": Mask(str(empty))})).result()
    bald = replace(recipe_of(forge, **{"toy.shape": mask}), masks={"identity": Mask(str(empty))})
    with pytest.raises(UserError, match=r"No thing was found in identity\.png"):
        Job(forge, bald).result()


def test_the_law_of_masks():
    from styleforge.testing.laws.attribute import accepts_conditions_that_exist
    from styleforge.testing.laws.law import LawBroken

    class Subject:
        item = Attribute(name="toy.look", title="", help="", accepts=("image", "mask"))

    with pytest.raises(LawBroken, match="accepts a mask and is not aligned"):
        accepts_conditions_that_exist(Subject())
