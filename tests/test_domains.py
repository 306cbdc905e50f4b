"""Presets that plugins add to a domain: found there, behind its own, and what goes wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from styleforge.errors import PluginError, UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.domain import Preset
from styleforge.recipe.refusals import roles_of
from styleforge.testing import toy

MINE = Preset(name="mine", title="Mine", help="", stages=("toy.look",), start="inverter")


class Adds:
    """A plugin that adds presets under these names."""

    def __init__(self, *names, preset=MINE):
        self.names, self.preset = names, preset

    @hookimpl
    def register_presets(self, register):
        for name in self.names:
            register(self.preset, name=name)


def forge_with(*plugins) -> Forge:
    forge = Forge(plugins=())
    for index, plugin in enumerate(plugins):
        forge.use(plugin, f"plugin-{index}")
    return forge


def names(forge):
    return [one.name for one in forge.domains["toy"].presets]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_preset_comes_behind_the_domain_s_own_whoever_is_loaded_first(order):
    plugins = (toy, Adds("toy/mine", "toy/again"))
    forge = forge_with(*(plugins[index] for index in order))
    own = [one.name for one in toy.TOY.presets]
    assert names(forge) == [*own, "mine", "again"]
    assert [one.presets for one in forge.domains.values()] == [forge.domains["toy"].presets]
    assert forge.recipe("toy", "again").method == "again"
    assert forge.recipe("toy").method == own[0]
    assert forge.notes == ()


def test_a_name_says_whose_preset_it_is():
    for name in ("mine", "toy/", "/mine"):
        with pytest.raises(PluginError, match="without saying of which domain"):
            forge_with(toy, Adds(name))


def test_a_domain_keeps_its_own_preset_and_says_so():
    taken = toy.TOY.presets[0].name
    forge = forge_with(toy, Adds(f"toy/{taken}"))
    assert names(forge) == [one.name for one in toy.TOY.presets]
    assert forge.recipe("toy", taken).stages[0].name == "toy.structure"
    (note,) = forge.notes
    assert f"adds the preset '{taken}' to toy, which has one of that name and keeps it" in note


def test_a_domain_that_is_not_there_is_waited_for_and_a_slip_is_told():
    assert forge_with(toy, Adds("lips/mine")).notes == ()
    (note,) = forge_with(toy, Adds("toyy/mine")).notes
    assert "did you mean 'toy'?" in note


def test_two_plugins_cannot_claim_one_preset():
    with pytest.raises(PluginError, match="Two plugins claim the preset 'toy/mine'"):
        forge_with(toy, Adds("toy/mine"), Adds("toy/mine"))


def test_a_plugin_that_is_used_again_takes_its_presets_along():
    forge = forge_with(toy, Adds("toy/mine"))
    forge.use(Adds("toy/other"), "plugin-1")
    assert names(forge)[-1] == "other"
    assert "mine" not in names(forge)


def test_what_a_preset_does_not_look_at_cannot_be_asked_of_it():
    some = replace(MINE, roles=("shape",))
    forge = forge_with(toy, Adds("toy/mine", preset=some))
    asked = {"toy.shape": ImageRef("a.png")}
    assert forge.recipe("toy", "mine", conditions=asked).conditions == asked
    with pytest.raises(UserError, match=r"mine takes shape alone, and not toy\.appearance"):
        forge.recipe("toy", "mine", conditions={"toy.appearance": ImageRef("a.png")})
    assert roles_of(some) == {"shape"}
    assert roles_of(MINE) is None
