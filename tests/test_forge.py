"""The forge: plugins of a session, recipes by name, models, hooks around a run."""

from __future__ import annotations

import types
from dataclasses import replace

import pytest

from styleforge.errors import PluginError, Refused, UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.domain import Attribute, Domain, Preset
from styleforge.recipe.objective import Objective, Term
from styleforge.testing import toy


def reason(made: Forge, name: str) -> str:
    return next(info.reason for info in made.plugins if info.name == name)


def domain(name: str) -> Domain:
    return Domain(name=name, title="", help="", region="thing", keep=())


def plugin(**items: object) -> object:
    """A plugin object with one domain per name."""

    class Plugin:
        @hookimpl
        def register_domains(self, register):
            for item in items.values():
                register(item)

    return Plugin()


def test_use_makes_an_object_a_plugin(forge):
    forge.use(plugin(hats=domain("hats")), name="cell")
    assert "hats" in forge.domains
    assert forge.plugins[-1].distribution == "this session"


def test_use_raises_and_leaves_nothing_behind(forge):
    with pytest.raises(PluginError, match="a Domain was expected"):
        forge.use(plugin(hats=domain("hats"), wrong=3), name="cell")
    assert "hats" not in forge.domains
    forge.use(plugin(hats=domain("hats")), name="cell")  # mended, and run again
    assert "hats" in forge.domains


def test_use_of_a_taken_name(forge):
    with pytest.raises(PluginError, match="Two plugins claim the domain 'toy'"):
        forge.use(plugin(toy=domain("toy")), name="cell")
    assert forge.domains["toy"] is toy.TOY


def test_a_cell_that_is_run_again_takes_the_place_of_the_first(forge):
    seen: list[str] = []

    class First:
        @hookimpl
        def before_run(self, recipe):
            seen.append(recipe.domain)

        @hookimpl
        def register_stages(self, register):
            register(replace(toy.STAGES[0], steps=1), replace=True)
            register(replace(toy.STAGES[0], name="cell.stage"))

    forge.use(First(), name="cell")
    assert forge.recipe("toy").stages[0].steps == 1
    forge.use(plugin(hats=domain("hats")), name="cell")
    forge.before_run(forge.recipe("toy"))
    assert seen == []
    assert "hats" in forge.domains
    assert "cell.stage" not in forge.stages
    assert forge.recipe("toy").stages[0] == toy.STAGES[0]  # what it had replaced is back
    assert [info.name for info in forge.plugins].count("cell") == 1


def test_a_cell_with_a_fault_leaves_the_one_before(forge):
    forge.use(plugin(hats=domain("hats")), name="cell")
    with pytest.raises(PluginError, match="a Domain was expected"):
        forge.use(plugin(shoes=domain("shoes"), wrong=3), name="cell")
    assert "hats" in forge.domains
    assert "shoes" not in forge.domains
    assert [info.name for info in forge.plugins].count("cell") == 1


def test_an_installed_plugin_keeps_its_name(forge):
    with pytest.raises(PluginError, match="Two plugins are named 'core'"):
        forge.use(plugin(hats=domain("hats")), name="core")
    assert "lpips" in forge.losses


def test_a_misspelt_hook_is_refused(forge):
    class Plugin:
        @hookimpl
        def register_domain(self, register):
            register(domain("hats"))

    with pytest.raises(PluginError, match="unknown hook 'register_domain'"):
        forge.use(Plugin(), name="cell")


def test_one_plugin_may_not_register_twice(forge):
    with pytest.raises(PluginError, match="twice"):
        forge.use(plugin(a=domain("hats"), b=domain("hats")))


def test_a_third_party_extends_a_domain(forge):
    fringe = Attribute(name="toy.fringe", title="", help="")
    module = types.ModuleType("fringe")

    @hookimpl
    def register_attributes(register):
        register(fringe)

    module.register_attributes = register_attributes
    forge.use(module)
    assert fringe in forge.attributes_of("toy")
    assert fringe.role == "fringe"


def test_recipe_by_names(forge):
    recipe = forge.recipe("toy", "toy-look", seed=3)
    assert (recipe.method, recipe.start, recipe.seed) == ("toy-look", "inverter", 3)
    assert forge.recipe("toy").method == "toy-loho"
    with pytest.raises(UserError, match="no preset 'nope'; it has toy-loho, toy-look"):
        forge.recipe("toy", "nope")
    with pytest.raises(UserError, match=r"There is no domain 'toi'; there are: toy. Did you mean"):
        forge.recipe("toi")
    forge.use(plugin(hats=domain("hats")))
    with pytest.raises(UserError, match="has no presets"):
        forge.recipe("hats")


def test_a_preset_with_an_unknown_stage(forge):
    lost = Preset(name="p", title="", help="", stages=("toy.nowhere",))
    hats = Domain(name="hats", title="", help="", region="", keep=(), presets=(lost,))
    forge.use(plugin(hats=hats))
    with pytest.raises(UserError, match=r"no stage 'toy\.nowhere'"):
        forge.recipe("hats")


def test_models_are_loaded_once(forge):
    assert forge.models() is forge.models("toy")
    with pytest.raises(UserError, match="There is no pack 'tow'"):
        forge.models("tow")
    with pytest.raises(UserError, match="No pack of models is installed"):
        Forge(plugins=()).models()


def test_before_run_may_refuse_and_may_not_break(forge):
    class Guard:
        def __init__(self, error):
            self.error = error

        @hookimpl
        def before_run(self, recipe):
            raise self.error

    recipe = forge.recipe("toy")
    forge.use(Guard(ValueError("oops")), name="clumsy")
    forge.before_run(recipe)
    assert "before_run failed: ValueError: oops" in reason(forge, "clumsy")
    forge.use(Guard(Refused("not on a Sunday")), name="strict")
    with pytest.raises(Refused, match="Sunday"):
        forge.before_run(recipe)


def test_a_failing_after_run_loses_nothing(forge):
    class Logger:
        @hookimpl
        def after_run(self, result):
            raise OSError("disk full")

    forge.use(Logger(), name="logger")
    forge.after_run(forge.recipe("toy"), None)
    assert "disk full" in reason(forge, "logger")


class Third:
    """A third party's attribute for another's domain."""

    @hookimpl
    def register_attributes(self, register):
        objective = Objective(
            (Term("toy.glow", "pixels", {"reference": "glow", "mask": "glow.thing"}),)
        )
        register(
            Attribute(name="toy.glow", title="Glow", help="How it glows.", objective=objective)
        )


def test_an_attribute_no_preset_carries_is_added_to_the_last_stage():
    made = Forge(plugins=())
    made.use(toy)
    made.use(Third(), "third")
    plain = made.recipe("toy")
    asked = made.recipe("toy", conditions={"toy.glow": ImageRef("a.png")})
    assert "toy.glow" not in plain.stages[-1].objective.labels
    assert "toy.glow" in asked.stages[-1].objective.labels
    assert asked.stages[0] == plain.stages[0]
