"""Installed plugins: good ones load, bad ones are kept with their reason, none takes it down."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap

import pytest

from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.hookspecs import API_VERSION
from styleforge.plugins import discovery
from styleforge.plugins.config import config_folder

GOOD = """
from styleforge.recipe.domain import Domain
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


def status(made: Forge) -> dict[str, str]:
    return {info.name: info.status for info in made.plugins if not info.builtin}


def reason(made: Forge, name: str) -> str:
    return next(info.reason for info in made.plugins if info.name == name)


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
    folder = config_folder()
    folder.mkdir(parents=True)
    (folder / "disabled.json").write_text("{not json")
    assert discovery.disabled_by() == {}


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
        "STYLEFORGE_DISABLE": "hair,clothing,portraits,ffhq",
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
