"""docs/hooks.md: every hook has a heading with its signature, an example, and a test."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import tomllib
from pathlib import Path

import pytest
from hook_examples import EXAMPLES, HOOKS, PAGE, ROOT, blocks, example, load

from styleforge import hookspecs


def signature(name: str) -> str:
    """A hook as its heading has it."""
    found = inspect.signature(getattr(hookspecs, name))
    given = ", ".join(f"{one.name}: {one.annotation}" for one in found.parameters.values())
    return f"{name}({given}) -> {found.return_annotation}"


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_heading_with_its_signature(name):
    headings = re.findall(r"^### `(.*)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert signature(name) in headings


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_says_when_with_what_and_what_goes_wrong(name):
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"### `{signature(name)}`")[2].partition("\n### ")[0]
    for part in ("**Called**", "**Given**", "**Goes wrong**", f"from tests/hooks/{name}.py"):
        assert part in section, f"{name}: say {part}"


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_test(name):
    tests = (ROOT / "tests" / "test_hook_examples.py").read_text(encoding="utf-8")
    assert f"\ndef test_hook_{name}(" in tests, f"write test_hook_{name}"


def test_no_heading_is_of_a_hook_that_is_gone():
    headings = re.findall(r"^### `(.*)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(headings) == sorted(map(signature, HOOKS))


def test_snippets_are_those_of_the_tested_files():
    snippets = load(ROOT / "docs" / "snippets.py", "docs_snippets")
    text = PAGE.read_text(encoding="utf-8")
    assert text == snippets.filled(text), "run `python docs/snippets.py`"
    copied = [found[3] for found in snippets.BLOCK.finditer(text)]
    assert copied == blocks("python"), "every block of Python comes from a tested file"
    named = {Path(found[2]).name for found in snippets.BLOCK.finditer(text)}
    assert named == {path.name for path in EXAMPLES.glob("*.py")}
    assert all(copied)


def test_a_plugin_in_a_notebook_cell(monkeypatch, capsys):
    monkeypatch.setenv("STYLEFORGE_PLUGINS", "")
    found = example("notebook_cell").forge
    found.after_run(found, "a result")
    assert capsys.readouterr().out == "a result\n"


def test_an_installed_module_that_is_used_has_its_entry_point_s_name(install, monkeypatch):
    from styleforge.plugins import discovery
    from styleforge.plugins.discovery import plugin_name

    install(backdrop=(EXAMPLES / "before_run.py").read_text())
    (point,) = discovery.installed_entry_points()
    module = importlib.import_module(point.value)
    assert plugin_name(module) == "backdrop"
    assert plugin_name(example("before_run")) == "hook_example_before_run"


def test_the_entry_point_is_the_group_that_is_looked_for():
    from styleforge.plugins.discovery import GROUP

    (text,) = [one for one in blocks("toml") if "entry-points" in one]
    assert tomllib.loads(text)["project"]["entry-points"] == {
        GROUP: {"backdrop": "styleforge_backdrop"}
    }


def test_the_broken_plugin_is_listed_as_shown(install, capsys, monkeypatch):
    from importlib.metadata import EntryPoint

    from styleforge.cli.plugins import plugins
    from styleforge.plugins import discovery

    source = (EXAMPLES / "register_domains.py").read_text()
    install(backdrop=source.replace("def register_domains(", "def register_domain("))
    (point,) = discovery.installed_entry_points()

    class Installed:
        name, version = "styleforge-backdrop", "0.1.0"

    point = EntryPoint(point.name, point.value, point.group)
    vars(point).update(dist=Installed())
    monkeypatch.setattr(discovery, "installed_entry_points", lambda: (point,))
    monkeypatch.setenv("COLUMNS", "100")
    plugins()
    (text,) = blocks("console")
    assert text == "$ styleforge plugins\n" + capsys.readouterr().out
