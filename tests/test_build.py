"""From a recipe to a problem: what is asked for, and files that are not what they were."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from styleforge.errors import UserError
from styleforge.hookspecs import hookimpl
from styleforge.prepare import cache
from styleforge.prepare.build import build_problem
from styleforge.prepare.images import file_sha256
from styleforge.recipe.condition import ImageRef, Mask
from styleforge.recipe.domain import Attribute, Domain
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.refusals import refuse_unknown_roles
from styleforge.recipe.starts import Paste
from styleforge.run.events import Note
from styleforge.run.job import Job
from styleforge.testing import toy

pytestmark = pytest.mark.usefixtures("beside_pictures")

IDENTITY, SHAPE = ImageRef("identity.png"), ImageRef("shape.png")


class Hats:
    """A plugin with a domain whose regions the toy pack does not know."""

    def __init__(self, **changes):
        facts = {"region": "thing", "keep": ("keep",), "presets": toy.TOY.presets, **changes}
        self.domain = Domain(name="hat", title="", help="", **facts)

    @hookimpl
    def register_domains(self, register):
        register(self.domain)

    @hookimpl
    def register_attributes(self, register):
        register(Attribute(name="hat.shape", title="", help="", aligned=True))


@pytest.mark.parametrize("key", ["conditions", "strengths"])
def test_attributes_of_another_domain_are_refused(forge, key):
    forge.use(Hats())
    asked = {"hat.shape": SHAPE if key == "conditions" else 0.5}
    for domain in ("toy", "hat+toy"):
        wrong = {"sock.shape": 1} if "+" in domain else asked
        forge.use(Socks(), "socks")
        with pytest.raises(
            UserError, match=r"shape is no attribute of .*toy; ask for .*toy\.shape"
        ):
            forge.recipe(domain, **{key: wrong})


class Socks:
    @hookimpl
    def register_attributes(self, register):
        register(Attribute(name="sock.shape", title="", help=""))


def test_a_recipe_with_conditions_of_another_domain(forge):
    forge.use(Hats())
    recipe = replace(forge.recipe("toy", identity=IDENTITY), conditions={"hat.shape": SHAPE})
    with pytest.raises(UserError, match=r"hat\.shape is no attribute of toy"):
        Job(forge, recipe).result()


@pytest.mark.parametrize(
    "names", [{"region": "brim"}, {"keep": ("brim",)}, {"behind": ("brim",)}], ids=str
)
def test_a_pack_without_a_domain_s_region(forge, names):
    forge.use(Hats(**names))
    recipe = forge.recipe("hat", "toy-mapper", identity=IDENTITY)
    recipe = replace(recipe, conditions={"hat.shape": ImageRef("shape.png")})
    with pytest.raises(UserError, match="'toy' finds no region 'brim', which hat needs; it finds"):
        Job(forge, recipe).result()


def test_masks_say_whose_region_they_paint(forge):
    forge.use(Hats())
    mask = Mask("mask.png")
    with pytest.raises(UserError, match=r"name it toy\.identity or hat\.identity"):
        forge.recipe("toy+hat", masks={"identity": mask})
    made = forge.recipe("toy+hat", masks={"hat.identity": mask, "toy.shape": mask})
    assert made.masks == {"shape": mask}
    assert made.also[0].masks == {"identity": mask}
    with pytest.raises(
        UserError, match="no role 'idenity' to paint a mask for; there are identity"
    ):
        forge.recipe("toy", masks={"idenity": mask})


def test_files_that_cannot_be_read(forge, tmp_path):
    (tmp_path / "no.png").write_text("no picture")
    for path, said in (("lost.png", "There is no file"), ("no.png", "is not a picture")):
        file = str(tmp_path / path)
        for change in ({"masks": {"identity": Mask(file)}}, {"identity": ImageRef(file)}):
            recipe = forge.recipe("toy", **{"identity": IDENTITY, **change})
            with pytest.raises(UserError, match=said):
                Job(forge, recipe).result()


def test_a_file_that_changed_is_used_and_recorded(forge, tmp_path):
    """Nobody is stopped who edits a picture in another program, and the recipe stays true."""
    picture, mask = tmp_path / "me.png", tmp_path / "mask.png"
    shutil.copy("identity.png", picture)
    painted = Image.new("L", (32, 32), 0)
    painted.paste(255, (4, 2, 28, 14))
    painted.save(mask)
    recipe = forge.recipe(
        "toy",
        identity=ImageRef(str(picture), sha256=file_sha256(picture)),
        conditions={"toy.shape": ImageRef("shape.png")},
        masks={"shape": Mask(str(mask), sha256="0" * 64)},
    ).with_steps(2)
    shutil.copy("appearance.png", picture)
    job = Job(forge, recipe)
    notes = [event.text for event in job if isinstance(event, Note)]
    for path in (picture, mask):
        assert f"{path} has changed since it was chosen. It is used as it is now, and the " in (
            " ".join(notes)
        )
    made = job.result().recipe
    assert made.identity.sha256 == file_sha256(picture)
    assert made.masks["shape"].sha256 == file_sha256(mask)
    assert made.conditions["toy.shape"].sha256 is None  # nobody said what it was
    again = Job(forge, made)
    assert not any("has changed" in event.text for event in again if isinstance(event, Note))
    assert torch.equal(again.result().image, job.result().image)


def test_unchanged_files_are_not_mentioned(forge):
    known = ImageRef("identity.png", sha256=file_sha256("identity.png"))
    job = Job(forge, forge.recipe("toy", identity=known).with_steps(2))
    assert not any("changed" in event.text for event in job if isinstance(event, Note))


def test_a_job_opens_and_hashes_each_file_once_and_prepares_it_once_for_all_jobs(
    forge, monkeypatch, tmp_path
):
    painted = Image.new("L", (32, 32), 0)
    painted.paste(255, (4, 2, 28, 14))
    painted.save(tmp_path / "mask.png")
    opened: list[str] = []
    hashed: list[str] = []
    prepared: list[str] = []
    open_file, digest, prepare = Path.open, hashlib.file_digest, cache.prepare

    def count_opened(path, *args, **named):
        opened.append(path.name)
        return open_file(path, *args, **named)

    def count_hashed(file, name):
        hashed.append(Path(file.name).name)
        return digest(file, name)

    def count_prepared(picture, models, *, name, subject, painted):
        prepared.append(name)
        return prepare(picture, models, name=name, subject=subject, painted=painted)

    mask = Mask(str(tmp_path / "mask.png"))
    recipe = forge.recipe(
        "toy",
        identity=IDENTITY,
        conditions={"toy.shape": SHAPE, "toy.appearance": SHAPE, "toy.finer_style": IDENTITY},
        masks={"shape": mask, "identity": mask},
    ).with_steps(2)
    monkeypatch.setattr(Path, "open", count_opened)
    monkeypatch.setattr(hashlib, "file_digest", count_hashed)
    monkeypatch.setattr(cache, "prepare", count_prepared)
    first = Job(forge, recipe).result()
    files = ["identity.png", "mask.png", "shape.png"]
    assert sorted(opened) == sorted(hashed) == files
    again = Job(forge, recipe).result()
    assert sorted(hashed) == sorted(files * 2)  # it may have changed meanwhile
    assert sorted(prepared) == ["identity.png", "shape.png"]
    assert torch.equal(first.image, again.image)


@pytest.mark.parametrize("key", ["mask", "target", "reference_mask"])
def test_a_mask_of_an_unknown_role_is_refused_and_one_of_an_unasked_role_is_not(forge, key):
    recipe = forge.recipe("toy", "toy-loho", identity=IDENTITY)
    stage = recipe.stages[0]

    def with_mask(mask):
        term = Term("mine", "pixels", {"reference": "identity", key: mask})
        objective = Objective((*stage.objective, term))
        return replace(recipe, stages=(replace(stage, objective=objective), *recipe.stages[1:]))

    refuse_unknown_roles(with_mask("dilate(shape.thing, 2) & ~image.keep"), forge.attributes)
    with pytest.raises(UserError, match="'mine' mentions shap, which is no role; there are identi"):
        build_problem(forge, with_mask("identity.keep & ~shap.thing"))


@pytest.mark.parametrize(
    ("changes", "posed"),
    [
        ({"start_paste": Paste(region="thing")}, True),  # its pixels are laid over the identity
        ({"start_paste": Paste(region="thing", structure="identity")}, False),
        ({}, False),  # a mapper reads any pose
    ],
)
def test_what_is_pasted_in_place_is_bent_to_the_pose(forge, monkeypatch, changes, posed):
    bent = []

    def record(self, reference, identity, region):
        bent.append(reference.source)
        return reference

    monkeypatch.setattr(cache.Prepared, "posed", record)
    conditions = {"toy.shape": SHAPE, "toy.appearance": ImageRef("appearance.png")}
    recipe = forge.recipe("toy", "toy-mapper", identity=IDENTITY, conditions=conditions)
    build_problem(forge, replace(recipe, **changes))
    assert bent == (["shape.png"] if posed else [])
    build_problem(forge, replace(recipe, pose="off", **changes))
    assert len(bent) == int(posed)
