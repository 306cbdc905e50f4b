"""The forge: good plugins load, bad ones are kept with their reason, none takes it down."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import types
from collections.abc import Callable
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from styleforge import discovery
from styleforge import forge as forge_module
from styleforge.condition import ImageRef
from styleforge.domain import Attribute, Domain, Preset
from styleforge.errors import PluginError, Refused, UserError
from styleforge.forge import API_VERSION, Forge
from styleforge.hookspecs import hookimpl
from styleforge.objective import Objective, Term
from styleforge.testing import toy

Install = Callable[..., None]

GOOD = """
from styleforge.domain import Domain
from styleforge.hookspecs import hookimpl

@hookimpl
def register_domains(register):
    register(Domain(name={name!r}, title="", help="", region="thing", keep=()))
"""

HOOK = """
from functools import partial
from styleforge.hookspecs import hookimpl

@hookimpl
def register_{}
"""


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Pretend that modules of this source are installed as plugins, by name."""
    monkeypatch.syspath_prepend(str(tmp_path))
    points: list[EntryPoint] = []
    monkeypatch.setattr(discovery, "installed_entry_points", lambda: tuple(points))
    monkeypatch.setattr(forge_module, "installed_entry_points", lambda: tuple(points))

    def _install(**sources: str) -> None:
        for name, source in sources.items():
            module = f"fake_{tmp_path.name.replace('-', '_')}_{name}"
            (tmp_path / f"{module}.py").write_text(source)
            points.append(EntryPoint(name, module, "styleforge"))

    return _install


def status(made: Forge) -> dict[str, str]:
    return {info.name: info.status for info in made.plugins if not info.builtin}


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


def test_core_comes_through_the_same_door():
    made = Forge(plugins=())
    assert [info.name for info in made.plugins] == ["core"]
    assert all(info.builtin for info in made.plugins)
    assert "project" in made.rules
    assert "inpainter/telea" in made.components


def test_a_good_plugin_is_loaded_and_says_what_it_adds(install):
    install(hats=GOOD.format(name="hats"))
    made = Forge()
    assert status(made) == {"hats": "loaded"}
    assert made.plugins[-1].adds == ("domain hats",)
    assert made.domains["hats"].region == "thing"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("import no_such_module_anywhere", "ModuleNotFoundError"),
        ("raise SystemError('boom')", "boom"),
        ("def broken(:", "SyntaxError"),
        (HOOK.format("domains(registry): pass"), "registry"),
        (HOOK.format("domains(register): register('hats')"), "a Domain was expected"),
        (HOOK.format("losses(register): register(3, name='three')"), "must be callable"),
        (HOOK.format("losses(register): register(partial(print))"), "without a name"),
        (f"styleforge_api = {API_VERSION + 1}", "Update styleforge"),
    ],
)
def test_a_broken_plugin_is_kept_with_its_reason(install, source, said):
    install(bad=source, good=GOOD.format(name="good"))
    made = Forge()
    assert status(made) == {"bad": "broken", "good": "loaded"}
    assert said in reason(made, "bad")


def test_a_plugin_that_fails_half_way_adds_nothing(install):
    install(bad=GOOD.format(name="half") + "    register(5)\n")
    made = Forge()
    assert status(made) == {"bad": "broken"}
    assert "half" not in made.domains


def test_strict_raises(install, monkeypatch):
    install(bad="raise SystemError('boom')")
    with pytest.raises(SystemError, match="boom"):
        Forge(strict=True)
    monkeypatch.setenv("STYLEFORGE_STRICT", "1")
    with pytest.raises(SystemError, match="boom"):
        Forge()


def test_a_disabled_plugin_is_not_imported(install, monkeypatch):
    install(bad="raise SystemError('imported')")
    monkeypatch.setenv("STYLEFORGE_DISABLE", "other, bad")
    assert status(Forge(strict=True)) == {"bad": "disabled"}
    monkeypatch.delenv("STYLEFORGE_DISABLE")
    discovery.set_disabled("bad", disabled=True)
    assert status(Forge(strict=True)) == {"bad": "disabled"}
    discovery.set_disabled("bad", disabled=False)
    assert status(Forge(strict=False)) == {"bad": "broken"}


def test_a_damaged_settings_file_disables_nothing():
    folder = discovery.config_folder()
    folder.mkdir(parents=True)
    (folder / "disabled.json").write_text("{not json")
    assert discovery.disabled_names() == frozenset()


def test_two_plugins_that_claim_a_name_are_both_named(install):
    install(first=GOOD.format(name="hats"), second=GOOD.format(name="hats"))
    made = Forge()
    assert status(made) == {"first": "loaded", "second": "broken"}
    assert "'first'" in reason(made, "second")
    assert "'second'" in reason(made, "second")


def test_named_plugins_only(install):
    install(first=GOOD.format(name="one"), second=GOOD.format(name="two"))
    assert status(Forge(plugins=["second"])) == {"second": "loaded"}
    assert status(Forge(plugins="first")) == {"first": "loaded"}
    with pytest.raises(UserError, match=r"No plugin named 'third'|No plugin named third"):
        Forge(plugins=["third"])


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


def test_use_of_a_taken_plugin_name_leaves_the_first_alone(forge):
    seen: list[str] = []

    class First:
        @hookimpl
        def before_run(self, recipe):
            seen.append(recipe.domain)

    forge.use(First(), name="cell")
    with pytest.raises(PluginError, match="Two plugins are named 'cell'"):
        forge.use(plugin(hats=domain("hats")), name="cell")
    forge.before_run(forge.recipe("toy"))
    assert seen == ["toy"]


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


def test_really_installed_distributions(tmp_path):
    """Two distributions on the path, one broken: found by their metadata in a fresh process."""
    for name, source in (("good", GOOD.format(name="good")), ("bad", "1 / 0")):
        (tmp_path / f"real_{name}.py").write_text(source)
        info = tmp_path / f"styleforge_{name}-1.2.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: styleforge-{name}\nVersion: 1.2\n"
        )
        (info / "entry_points.txt").write_text(f"[styleforge]\n{name} = real_{name}\n")
    code = """
        import sys
        from styleforge.forge import Forge
        for info in Forge().plugins:
            print(info.name, info.status, info.distribution, info.version, info.reason)
    """
    env = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path), *sys.path]),
        "STYLEFORGE_DISABLE": "hair,clothing,portraits",
    }
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        env=env,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "good loaded styleforge-good 1.2" in done.stdout
    assert "bad broken styleforge-bad 1.2 ZeroDivisionError" in done.stdout


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
