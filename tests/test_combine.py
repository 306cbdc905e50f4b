"""Two domains in one run: one latent, terms and rules of both, two layers."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.api.edit_recipe import edit_recipe
from styleforge.errors import UserError
from styleforge.hookspecs import hookimpl
from styleforge.methods.loho import Loho
from styleforge.recipe.combine import combine, parts, split
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.domain import Domain, Preset
from styleforge.recipe.expression import names_in
from styleforge.recipe.objective import Term
from styleforge.recipe.recipe import Compose, Recipe
from styleforge.recipe.several import default_presets
from styleforge.recipe.starts import Paste
from styleforge.recipe.strength import with_strengths
from styleforge.run.engine import optimize
from styleforge.run.events import Step
from styleforge.run.job import Job
from styleforge.run.set_up import set_up
from styleforge.testing import toy

LOHO = Loho(domain="base", region="keep", keep="identity.thing")
BASE = Domain(
    name="base",
    title="Base",
    help="What the thing stands on.",
    region="keep",
    keep=("thing",),
    presets=(
        Preset(
            name="toy-loho",
            title="LOHO",
            help="As the toy's.",
            stages=("base.structure", "base.look"),
        ),
        Preset(name="one", title="One stage", help="Only one.", stages=("base.structure",)),
        Preset(
            name="pasted", title="Pasted", help="No steps.", stages=(), start="inverter",
            start_paste=Paste(region="keep", structure="shape"), compose=Compose(mode="pasted"),
        ),
        Preset(
            name="far", title="Far", help="From the inverter.", stages=("base.look",) * 2,
            start="inverter",
        ),
    ),
)  # fmt: skip


class Base:
    """A plugin with a second domain of the toy world."""

    @hookimpl
    def register_domains(self, register):
        register(BASE)

    @hookimpl
    def register_attributes(self, register):
        for one in LOHO.attributes(shape="Outline.", appearance="Colour.", finer_style="Texture."):
            register(one)

    @hookimpl
    def register_stages(self, register):
        register(LOHO.structure_stage("base.structure", 4))
        register(LOHO.look_stage("base.look", (LOHO.orthogonal(), LOHO.off_noise()), 4))


@pytest.fixture
def forge(forge):
    forge.use(Base())
    return forge


@pytest.fixture
def both(forge, pictures) -> Recipe:
    asked = {
        "toy.shape": ImageRef(str(pictures / "shape.png")),
        "base.appearance": ImageRef(str(pictures / "appearance.png")),
    }
    identity = ImageRef(str(pictures / "identity.png"))
    return forge.recipe("toy+base", pack="toy", conditions=asked, identity=identity)


def test_each_part_has_what_it_was_asked_for(both):
    assert both.domains == ("toy", "base")
    assert set(both.conditions) == {"toy.shape"}
    assert set(both.also[0].conditions) == {"base.appearance"}
    assert both.also[0].stages == ()
    assert both.steps == 8
    assert Recipe.from_json(both.to_json()) == both


def test_stages_hold_the_terms_and_rules_of_both(both):
    labels = both.stages[1].objective.labels
    assert {"toy.appearance", "base.appearance", "identity", "noise"} <= set(labels)
    assert labels.count("noise") == 1
    project = [use for use in both.stages[1].rules if use.rule == "project"]
    assert [use.of for use in project] == [("toy.shape",), ("base.shape",)]
    assert project[1].against == LOHO.probe_labels


def test_roles_of_the_second_carry_its_name(both):
    terms = both.stages[1].objective
    assert terms["toy.shape"].args["reference"] == "shape"
    assert terms["base.shape"].args["reference"] == "base_shape"
    assert terms["base.shape"].args["mask"] == "erode(base_shape.keep, 5)"
    assert terms["base.appearance"].args["reference_mask"] == "base_appearance.keep"
    assert [prefix for prefix, _ in parts(both)] == ["", "base_"]


def test_the_identity_is_kept_where_neither_changes_it(both):
    mask = both.stages[0].objective["identity"].args["mask"]
    assert set(names_in(mask)) == {
        ("identity", "keep"), ("shape", "thing"), ("identity", "thing"), ("base_shape", "keep"),
    }  # fmt: skip


def test_other_terms_of_one_label_stay_apart(forge):
    one, two = forge.recipe("toy"), forge.recipe("base")
    noisy = replace(two.stages[1].objective["noise"], weight=1.0)
    objective = two.stages[1].objective.without("noise") + noisy
    two = replace(two, stages=(two.stages[0], replace(two.stages[1], objective=objective)))
    made = combine(one, two).stages[1].objective
    assert made["noise"].weight != made["base.noise"].weight == 1.0


def test_pasting_is_renamed_too(forge):
    paste = Paste(region="keep", contrast="finer_style", strengths={"shape": 0.5})
    two = replace(forge.recipe("base"), start_paste=paste)
    made = combine(forge.recipe("toy"), two)
    pasted = made.also[0].start_paste
    assert (pasted.structure, pasted.look) == ("base_shape", "base_appearance")
    assert (pasted.contrast, pasted.strengths) == ("base_finer_style", {"base_shape": 0.5})


def test_regions_files_and_words_are_no_roles(forge):
    args = {
        "reference": "shape", "mask": "shape.keep & image.shape", "region": "shape",
        "text": "shape", "file": "shape.png",
    }  # fmt: skip
    two = forge.recipe("base")
    objective = two.stages[0].objective + Term("odd", "glow", args)
    two = replace(two, stages=(replace(two.stages[0], objective=objective), two.stages[1]))
    made = combine(forge.recipe("toy"), two).stages[0].objective["odd"].args
    renamed = {"reference": "base_shape", "mask": "base_shape.keep & image.shape"}
    assert made == {**args, **renamed}


def test_strengths_are_each_part_s_own(forge):
    made = forge.recipe("toy+base", strengths={"base.shape": 0.5, "toy.appearance": 0.25})
    assert made.strengths == {"toy.appearance": 0.25}
    assert made.also[0].strengths == {"base.shape": 0.5}
    labels = made.stages[1].objective.labels
    assert {"toy.appearance@identity", "base.shape@identity"} <= set(labels)
    mask = str(made.stages[1].objective["identity"].args["mask"])
    assert "morph(identity.keep, base_shape.keep, 0.5)" in mask
    alone = forge.recipe("toy", strengths={"toy.shape": 0.5})
    assert alone == with_strengths(forge.recipe("toy"), toy.ATTRIBUTES, {"toy.shape": 0.5})


def test_a_run_brings_both_nearer(forge, both):
    both = both.with_steps(24)
    job = Job(forge, both)
    result = job.result()
    assert result.steps == 24
    first, last = result.history[0], result.history[11]
    assert last["toy.shape"] < first["toy.shape"]
    assert last["base.shape"] < first["base.shape"]
    assert result.recipe.also == both.also
    assert "toy+base" in repr(result)
    assert {"shape", "base_appearance"} <= set(job.problem.references)


def test_one_part_without_the_other_s_wishes_is_that_part(forge, models64):
    """Terms of a part do not depend on the other part's."""
    problem = toy.toy_problem(models64)
    names = {f"base_{role}": ref for role, ref in problem.references.items() if role != "identity"}
    wide = replace(problem, references={**problem.references, **names})

    def losses(recipe, problem):
        steps = [
            one
            for one in optimize(*set_up(problem, recipe, forge.components), forge)
            if isinstance(one, Step)
        ]
        return steps[0].losses

    joint = losses(forge.recipe("toy+base"), wide)
    for name in ("toy", "base"):
        alone = losses(forge.recipe(name), problem)
        assert joint[f"{name}.shape"] == pytest.approx(alone[f"{name}.shape"], rel=1e-9)


def test_layers_are_laid_from_the_last_to_the_first(forge, both):
    """The first domain's layer is on top; each changes its own region alone."""
    layered = Compose(mode="layered")
    one = replace(both, compose=layered, stages=both.stages)
    one = replace(one, also=tuple(replace(part, compose=layered) for part in one.also))
    job = Job(forge, one.with_steps(2))
    result = job.result()
    inside = (result.regions["thing"] > 0.95).expand_as(result.image)
    assert inside.any()
    assert torch.allclose(result.image[inside], result.generated.clamp(-1, 1)[inside], atol=0.15)


def test_what_is_pasted_alone_lies_under_what_is_made(forge, both):
    one = forge.recipe(
        "toy", pack="toy", identity=both.identity, conditions=both.conditions,
        compose=Compose(mode="layered"),
    )  # fmt: skip
    asked = {"base.shape": ImageRef(str(both.identity.path).replace("identity", "shape"))}
    two = forge.recipe("base", "pasted", pack="toy", identity=both.identity, conditions=asked)
    made = combine(one, two)
    assert made.stages == one.stages  # it takes no part in them
    assert made.also[0].start_paste.structure == "base_shape"
    alone, result = Job(forge, two).result(), Job(forge, made).result()
    only = Job(forge, one).result()
    assert torch.equal(result.generated, only.generated)  # nor does it move the latent
    changed = (alone.image - only.image).abs().amax(1) > 0.1
    nearer = (result.image - alone.image).abs().amax(1) < (result.image - only.image).abs().amax(1)
    assert changed.any()
    assert (changed & nearer).any()  # it is seen where the other lets it
    with pytest.raises(UserError, match="name its domain last"):
        combine(two, one)


def test_the_presets_of_domains_that_nobody_named(forge):
    toy_domain = forge.domains["toy"]
    pasted = next(one for one in BASE.presets if one.name == "pasted")
    under = replace(BASE, presets=(pasted, *BASE.presets))
    assert default_presets((toy_domain, under)) == ("toy-loho", "pasted")
    assert default_presets((under, toy_domain)) == ("toy-loho", "toy-loho")  # not on top
    with pytest.raises(UserError, match="toy and base have no preset of one name"):
        default_presets((toy_domain, replace(BASE, presets=(BASE.presets[1],))))


def test_what_cannot_be_done_together(forge):
    for pair in ("toy+toy", "toy+", "+toy"):
        with pytest.raises(UserError, match="write domains as"):
            split(pair)
    with pytest.raises(UserError, match="of a domain of its own"):
        combine(forge.recipe("toy"), forge.recipe("toy"))
    with pytest.raises(UserError, match="An edit of toy and base is of several domains already"):
        combine(combine(forge.recipe("toy"), forge.recipe("base")))
    with pytest.raises(UserError, match="they have 2 and 1 stages"):
        combine(forge.recipe("toy"), forge.recipe("base", "one"))
    with pytest.raises(UserError, match="their start is 'mean' and 'inverter'"):
        combine(forge.recipe("toy"), forge.recipe("base", "far"))
    with pytest.raises(UserError, match="no domain 'bass'"):
        forge.recipe("toy+bass")


def test_names_of_several_domains(forge, pictures):
    picture = str(pictures / "identity.png")
    with pytest.raises(UserError, match="'shape' is an attribute of several domains"):
        edit_recipe(forge, "toy+base", picture, {"shape": "round"})
    with pytest.raises(UserError, match="toy_shape, toy_appearance"):
        edit_recipe(forge, "toy+base", picture, {"colour": "red"})
    with pytest.raises(UserError, match="base has no preset that maps"):
        edit_recipe(forge, "toy+base", picture, {"toy_shape": "round"})


def test_domains_with_a_dash(forge):
    dashed = Loho(domain="sun-hat", region="keep", keep="identity.thing")
    stages = (dashed.structure_stage("a", 2), dashed.look_stage("b", (dashed.orthogonal(),), 2))
    two = replace(forge.recipe("base"), domain="sun-hat", stages=stages)
    made = combine(forge.recipe("toy"), two)
    masks = [one.args["mask"] for one in made.stages[1].objective if "mask" in one.args]
    roles = {role for mask in masks for role, _ in names_in(mask)}
    assert "sun_hat_shape" in roles
    assert [prefix for prefix, _ in parts(made)] == ["", "sun_hat_"]
