"""The forge of a worker is like the caller's, or the worker is refused."""

from __future__ import annotations

import importlib
import json
import sys
from dataclasses import dataclass
from types import ModuleType

import deadly
import pytest

from styleforge.errors import PluginError, UserError
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.testing import toy
from styleforge.workers.home import facts_of, forge_at, home_of


@dataclass
class Mine:
    """A plugin as an object."""

    name: str = "mine"

    @hookimpl
    def register_losses(self, register):
        register(lambda view: view.image.mean(), name=self.name)


def test_plugins_of_this_session_come_along(forge):
    forge.use(deadly)
    made = forge_at(home_of(forge))
    assert sorted(made.domains) == ["toy"]
    assert made.losses.owner("deadly") == forge.losses.owner("deadly")
    assert (made.strict, made.device, made.default_pack) == (False, "cpu", "")
    assert home_of(made) == home_of(forge)


def test_an_object_of_a_module_is_found_there(forge, monkeypatch):
    module = ModuleType("found_there")
    monkeypatch.setitem(sys.modules, "found_there", module)
    module.__spec__ = deadly.__spec__
    module.mine = Mine()
    monkeypatch.setattr(Mine, "__module__", "found_there")
    forge.use(module.mine)
    assert json.loads(home_of(forge))["used"][1:] == [["Mine", "found_there:mine", ""]]
    assert "mine" in forge_at(home_of(forge)).losses


def test_a_module_that_is_another_by_now_is_another_home(forge, tmp_path, monkeypatch):
    source = "from styleforge import hookimpl\n\n@hookimpl\ndef after_run(recipe):\n    pass\n"
    (tmp_path / "changing.py").write_text(source)
    monkeypatch.syspath_prepend(str(tmp_path))
    forge.use(importlib.import_module("changing"))
    before = home_of(forge)
    assert home_of(forge) == before
    (tmp_path / "changing.py").write_text(source + "# another\n")
    assert home_of(forge) != before


def test_what_no_module_has_is_refused(forge):
    forge.use(Mine("other"))
    with pytest.raises(PluginError, match=r"'Mine' was made in a notebook .*Move it to a module"):
        home_of(forge)
    with pytest.raises(PluginError, match="or run inline"):
        forge.executor("processes:1").submit(forge.recipe("toy"))


def test_what_main_has_is_refused(forge, monkeypatch):
    main = ModuleType("__main__")
    main.mine = Mine()
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(Mine, "__module__", "__main__")
    forge.use(main.mine)
    with pytest.raises(PluginError, match="made in a notebook or a script"):
        home_of(forge)


SETTLED = """
from dataclasses import dataclass
from styleforge import hookimpl

@dataclass(frozen=True)
class Settings:
    strength: float = 1.0
    names: tuple[str, ...] = ()

@hookimpl
def register_settings(register):
    register(Settings)
"""


def test_settings_come_along_whoever_made_them(install, monkeypatch):
    install(lips=SETTLED)
    monkeypatch.setenv("STYLEFORGE_LIPS__STRENGTH", "0.25")
    forge = Forge(settings={"lips": {"names": ("a", "b")}}, strict=True, pack="mine")
    monkeypatch.delenv("STYLEFORGE_LIPS__STRENGTH")
    made = forge_at(home_of(forge))
    assert made.settings("lips") == forge.settings("lips")
    assert made.settings("lips").strength == 0.25
    assert (made.strict, made.default_pack) == (True, "mine")


def test_a_plugin_that_a_worker_lacks_is_told(install, monkeypatch):
    install(lips=SETTLED)
    home = home_of(Forge())
    monkeypatch.setenv("STYLEFORGE_DISABLE", "lips")
    with pytest.raises(UserError, match=r"^Plugin 'lips' of .* here and missing in a worker, so"):
        forge_at(home)


def test_another_version_is_told(forge):
    home = json.loads(home_of(forge))
    home["facts"]["torch"] = "1.0"
    with pytest.raises(UserError, match=r"Torch is 1.0 here and .* in a worker"):
        forge_at(json.dumps(home))
    assert "torch" in facts_of(forge)


def test_a_module_that_a_worker_cannot_import_is_told(forge):
    home = json.loads(home_of(forge))
    home["used"].append(["gone", "no_such_module", ""])
    with pytest.raises(PluginError, match="'gone' cannot be imported from no_such_module by a"):
        forge_at(json.dumps(home))


def test_disabled_plugins_stay_disabled(install, monkeypatch):
    install(lips=SETTLED, hats=SETTLED)
    monkeypatch.setenv("STYLEFORGE_DISABLE", "hats")
    forge = Forge()
    monkeypatch.delenv("STYLEFORGE_DISABLE")
    made = forge_at(home_of(forge))
    assert [one.name for one in made.plugins if one.status == "loaded"] == ["core", "lips"]


def test_a_toy_forge_is_itself():
    assert forge_at(home_of(toy.toy_forge())).recipe("toy") == toy.toy_forge().recipe("toy")
