"""docs/plugin-tutorial.md, followed from top to bottom: snippets, files and commands."""

from __future__ import annotations

import importlib
import importlib.util
import os
import re
import shlex
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

pytest.importorskip("styleforge_portraits")

PAGE = Path(__file__).parent.parent / "docs" / "plugin-tutorial.md"


def of_the_page():
    """docs/plugin_tutorial.py, which reads the page."""
    path = PAGE.with_name("plugin_tutorial.py")
    spec = importlib.util.spec_from_file_location("docs_plugin_tutorial", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


page = of_the_page()
BY_HAND = ("pip install", "python -m build", "twine upload")  # what a test does not do


def test_the_domain_has_the_lines_that_its_heading_says():
    (part,) = [part for part in page.snippets() if "class Backdrop" in part.code]
    assert sum(bool(line.strip()) for line in part.code.splitlines()) <= 25
    assert max(map(len, part.code.splitlines())) <= 100


def test_snippets_run_in_order(tmp_path, monkeypatch, capsys):
    pytest.importorskip("ipywidgets")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    names: dict[str, object] = {"__name__": "__main__"}
    page.run_all(names)
    out = capsys.readouterr().out
    for said in re.findall(r"prints `([^`]+)`", PAGE.read_text(encoding="utf-8")):
        assert said in out
    assert "backdrop has no preset 'quik'; it has quick." in out
    assert "the slope came nearer: True" in out
    assert "steps=3" in out
    assert re.search(r"sets 'steps' of plugin 'tunable' to 'many'", out)
    colours = [step["backdrop.colour"] for step in names["first"].history]
    assert colours[-1] < 0.5 * colours[0]
    ruled = re.findall(r"cosine (\S+), ruled (\S+)", out)
    assert len(ruled) == 12
    for was, now in ruled:
        assert float(now) >= float(was) - 0.011
    assert any(float(was) < -0.05 for was, _ in ruled), "the rule has something to do"
    assert {"first.png", "careful.png"} <= {path.name for path in tmp_path.iterdir()}
    titles = [panel.title for panel in names["editor"].session.panels]
    assert titles == ["Palette"]
    names["editor"].session.close()


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """A folder to follow the page in; what it installs is gone afterwards."""
    monkeypatch.chdir(tmp_path)
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "styleforge_backdrop"]:
        del sys.modules[name]


def install(project: Path, site: Path) -> None:
    """What pip does with the project, without asking for what it depends on."""
    code = "from hatchling.build import build_wheel; print(build_wheel('dist'))"
    command = [sys.executable, "-c", code]
    wheel = subprocess.run(command, cwd=project, capture_output=True, text=True, check=True)
    with zipfile.ZipFile(project / "dist" / wheel.stdout.split()[-1]) as packed:
        packed.extractall(site)
    importlib.invalidate_caches()


def command(line: str, *, quick: bool) -> None:
    """Run a command of the page; it must succeed. ``quick`` leaves out slow laws."""
    from styleforge.cli import main

    words = shlex.split(line)
    if words[0] == "styleforge":
        words += ["--quick"] if quick and words[1] == "check" else []
        with pytest.raises(SystemExit) as left:
            main(words[1:])
        assert not left.value.code, line
    else:
        assert words[0] == "pytest"
        options = ["-q", "-p", "no:cacheprovider", "-W", "error"]
        options += ["-k", "installed or settings or imports or panel"] if quick else []
        done = subprocess.run(
            [sys.executable, "-m", *words, *options], capture_output=True, text=True, check=False
        )
        assert not done.returncode, done.stdout + done.stderr
        assert "skipped" not in done.stdout


@pytest.mark.parametrize("quick", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_the_project_is_made_installed_and_tested(workplace, capsys, quick):
    project = workplace / "styleforge-backdrop"
    said = ""
    for part in page.parts():
        if part.file:
            assert (project / part.file).parent.is_dir(), part.file
            (project / part.file).write_text(part.code or page.functions(part.functions))
        elif part.kind == "toml":
            written = tomllib.loads((project / "pyproject.toml").read_text())
            shown = tomllib.loads(part.code)["project"]["entry-points"]
            assert written["project"]["entry-points"] == shown
        elif part.kind == "sh":
            for line in part.code.splitlines():
                if line.startswith("pip install -e"):
                    install(project, workplace / "site")
                elif not line.startswith(BY_HAND):
                    command(line, quick=quick)
                    said += capsys.readouterr().out
    assert re.search(r"^portraits +loaded", said, re.MULTILINE)
    assert re.search(r"^backdrop +loaded +styleforge-backdrop 0\.1\.0", said, re.MULTILINE)
    for option in ("--colour", "--shade"):
        assert option in said
    assert re.search(r"\d\d hold, 0 broken, 0 waived", said)
    assert (workplace / "mauve.png").stat().st_size > 10_000
