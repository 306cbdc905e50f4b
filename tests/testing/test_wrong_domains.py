"""Every law of domains, presets, attributes and stages can fail: one wrong thing for each."""

from __future__ import annotations

import re
import time
from dataclasses import replace

import pytest
import torch

from styleforge.errors import Refused
from styleforge.hookspecs import hookimpl
from styleforge.recipe.domain import Attribute, Domain, Preset
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Compose
from styleforge.recipe.stage import RuleUse, Stage
from styleforge.recipe.starts import Paste
from styleforge.testing import toy
from styleforge.testing.laws import timing

TERM = Term(
    "lips.colour",
    "colour",
    {"reference": "colour", "mask": "image.lips", "reference_mask": "colour.lips"},
)
KEEP = Term("keep", "pixels", {"reference": "identity", "mask": "identity.face"})
STAGE = Stage(name="lips.all", steps=20, objective=Objective((KEEP, TERM)))
PRESET = Preset(name="simple", title="Simple", help="One stage.", stages=("lips.all",))
COLOUR = Attribute(
    name="lips.colour", title="Colour", help="Of the lips.", objective=Objective((TERM,))
)
LIPS = Domain(
    name="lips", title="Lips", help="Lips.", region="lips", keep=("face",), presets=(PRESET,)
)
OTHER = replace(COLOUR, name="lips.shine", objective=Objective((replace(TERM, label="shine"),)))


def never(view):
    """A loss that is no number."""
    return view.image.mean() * float("nan")


def refuses(steps):
    """A hook that refuses runs of so many steps."""

    @hookimpl
    def before_run(recipe):
        if recipe.steps == steps:
            msg = f"not {steps} steps"
            raise Refused(msg)

    return before_run


def by_chance(image, hole):
    return torch.where(hole > 0.5, torch.rand_like(image), image)


def slow(view):
    time.sleep(0.1)
    return view.image.square().mean()


def domain(**changes):
    return {"domains": [replace(LIPS, **changes)]}


def preset(**changes):
    return domain(presets=(replace(PRESET, **changes),))


def attribute(**changes):
    return {"attributes": [COLOUR, replace(OTHER, **changes)]}


def stage(**changes):
    return {"stages": [replace(STAGE, **changes)]}


NOISY = preset(compose=Compose(mode="published", inpainter="noisy"))
UNKNOWN = (Term("a", "nothing"),)
WRONG = {
    "domain.has_title_and_help": (domain(title=""), "no title"),
    "domain.names_a_region": (domain(keep=("lips",)), "'lips' and is to keep it"),
    "domain.has_a_preset": (domain(presets=()), "no preset"),
    "domain.has_an_attribute": ({"attributes": []}, "no attribute"),
    "domain.finds_its_regions": ({"packs": [toy.toy_pack()]}, "toy lacks lips, face"),
    "preset.has_title_and_help": (preset(help=" "), "no help"),
    "preset.round_trips": (
        preset(start_paste=Paste(region="lips", behind=["face"])),
        "different after",
    ),
    "preset.runs": ({"before_run": refuses(2)}, "not 2 steps"),
    "preset.stops_with_a_result": ({"before_run": refuses(3)}, "not 3 steps"),
    "preset.is_deterministic": (
        {**NOISY, "components": [("inpainter/noisy", by_chance)]},
        "two pictures that differ",
    ),
    "attribute.has_title_and_help": (attribute(title=""), "no title"),
    "attribute.belongs_to_a_domain": (attribute(name="mouth.shine"), "'mouth', which nobody"),
    "attribute.accepts_conditions_that_exist": (attribute(accepts=("film",)), "accepts film"),
    "attribute.places_the_words": (attribute(prompt="shiny"), "exactly one {} was"),
    "attribute.is_carried": (attribute(objective=Objective()), "changes nothing"),
    "attribute.names_losses_that_exist": (
        attribute(objective=Objective(UNKNOWN)),
        "There is no loss 'nothing'",
    ),
    "attribute.can_be_measured": (
        attribute(objective=Objective((replace(TERM, args={"mask": "lips &"}),))),
        "cannot be read",
    ),
    "attribute.round_trips": (attribute(drives=["coarse"]), "different after"),
    "stage.names_what_exists": (stage(objective=Objective(UNKNOWN)), "no loss 'nothing'"),
    "stage.minimises_something": (
        stage(objective=Objective((TERM.as_probe("look"),))),
        "nothing to minimise",
    ),
    "stage.round_trips": (stage(moves=["latent"]), "different after"),
    "stage.runs": (
        {
            **stage(objective=Objective((KEEP, TERM, Term("never", "lips.never")))),
            "losses": [("lips.never", never)],
        },
        "NaN",
    ),
}

ALSO = {  # a recipe that could not be read again is not run either
    "preset.round_trips": ("preset.runs", "preset.stops_with_a_result", "preset.is_deterministic"),
}


def plugin_of(make_plugin, given):
    whole = {"domains": [LIPS], "attributes": [COLOUR], "stages": [STAGE]}
    return make_plugin(**{**whole, **given})


@pytest.mark.parametrize("law", WRONG)
def test_a_wrong_thing_breaks_one_law(law, make_plugin, broken):
    given, message = WRONG[law]
    found = broken(plugin_of(make_plugin, given), law.partition(".")[0])
    assert set(found) == {law, *ALSO.get(law, ())}, found
    assert re.search(message, found[law]), found[law]


@pytest.mark.parametrize("kind", ["plugin", "domain", "preset", "attribute", "stage"])
def test_good_things_break_none(kind, make_plugin, broken):
    assert broken(plugin_of(make_plugin, {}), kind) == {}


@pytest.mark.parametrize("kind", ["stage", "preset"])
def test_what_takes_too_long_breaks_the_law_of_running(kind, make_plugin, broken, monkeypatch):
    monkeypatch.setattr(timing, "LIMIT", 0.1)
    given = stage(objective=Objective((KEEP, TERM, Term("slow", "mine.slow"))))
    found = broken(plugin_of(make_plugin, {**given, "losses": [("mine.slow", slow)]}), kind)
    assert set(found) == {f"{kind}.runs"}
    assert "at most 0.1 s were expected" in found[f"{kind}.runs"]


def test_a_stage_with_an_unknown_rule(make_plugin, broken):
    given = stage(rules=(RuleUse(rule="unheard", of=("keep",), against=("lips.colour",)),))
    found = broken(plugin_of(make_plugin, given), "stage")
    assert "There is no rule 'unheard'" in found["stage.names_what_exists"]


def test_a_domain_whose_regions_a_plugin_adds(make_plugin, broken):
    found = [(f"regions/{name}", lambda image, models: image[:, :1]) for name in ("lips", "face")]
    plugin = make_plugin(domains=[LIPS], packs=[toy.toy_pack()], components=found)
    assert "domain.finds_its_regions" not in broken(plugin, "domain")
