"""``styleforge check``: the laws from the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from styleforge.cli import main

GOOD = """
from styleforge import hookimpl
styleforge_api = 1
def glow(view):
    return view.image.square().mean()
@hookimpl
def register_losses(register):
    register(glow, name="mine.glow")
"""
BAD = GOOD.replace(".square()", ".detach()")


@pytest.fixture(autouse=True)
def nothing_installed(monkeypatch):
    monkeypatch.setenv("STYLEFORGE_PLUGINS", "")


@pytest.fixture
def check(tmp_path, capsys):
    def run(text, *options):
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SystemExit) as left:
            main(["check", str(path), *options])
        return left.value.code or 0, capsys.readouterr()

    return run


def test_all_laws_hold(check):
    code, said = check(GOOD)
    assert code == 0, said.out
    assert "holds   loss.descends" in said.out
    assert "0 broken" in said.out


def test_a_broken_law_says_why(check):
    code, said = check(BAD)
    assert code == 1
    assert "broken  loss.is_differentiable" in said.out
    assert "without .detach()" in " ".join(said.out.split())


def test_json(check):
    code, said = check(BAD, "--json", "--quick")
    found = json.loads(said.out)
    assert code == 1
    assert found["counts"]["broken"] == 1
    (broken,) = [one for one in found["laws"] if one["status"] == "broken"]
    assert broken["law"] == "loss.is_differentiable"
    assert broken["thing"] == "mine.glow"


def test_a_file_that_cannot_be_imported(check):
    code, said = check("import no_such_thing")
    assert code == 1
    assert "No module named 'no_such_thing'" in " ".join(said.out.split())


@pytest.mark.parametrize("name", ["nobody", "./nothing.py"])
def test_an_unknown_plugin(name, capsys):
    with pytest.raises(SystemExit) as left:
        main(["check", name])
    assert left.value.code == 2
    assert name.removeprefix("./") in capsys.readouterr().err


def test_it_needs_no_pytest():
    code = "import sys, styleforge.testing.report, styleforge.testing.classes\n"
    code += "assert 'pytest' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
