"""`styleforge new`: a project that can be installed, is listed and passes its own tests."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

FILES = {
    ".gitignore", "LICENSE", "README.md", "pyproject.toml", "tutorial.ipynb",
    "src/styleforge_my_thing/__init__.py", "src/styleforge_my_thing/domain.py",
    "src/styleforge_my_thing/py.typed", "tests/test_laws.py", "tests/test_transfer.py",
}  # fmt: skip


@pytest.fixture
def project(cli, tmp_path) -> Path:
    """A project of a domain of the toy's regions."""
    folder = tmp_path / "project"
    code, out, err = cli("new", "my-thing", "--region", "thing", "--folder", folder)
    assert code == 0, err
    assert f"pip install -e '{folder}[test]'" in out
    return folder


def run(*command: object, cwd: Path, **variables: str) -> str:
    """A command's output; it must succeed."""
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_files(project):
    written = {path for path in project.rglob("*") if path.is_file()}
    assert {path.relative_to(project).as_posix() for path in written} == FILES
    for path in written:
        text = path.read_text()
        assert "$" not in text, path
        assert ".tmpl" not in text
        if path.suffix == ".py":
            assert ast.get_docstring(ast.parse(text))
            assert max(map(len, text.splitlines())) <= 100
    cells = json.loads((project / "tutorial.ipynb").read_text())["cells"]
    for cell in cells:
        if cell["cell_type"] == "code":
            ast.parse("".join(cell["source"]))


def test_what_is_there_is_never_overwritten(cli, refused, project, tmp_path):
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    again = cli("new", "my-thing", "--region", "thing", "--folder", project)
    refused(again, str(project), "exists already", "choose another with --folder")
    assert before == {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}
    (tmp_path / "file").write_text("mine")
    refused(cli("new", "my-thing", "--folder", tmp_path / "file"), "exists already")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("My_Thing", "Try 'my-thing'"),
        ("1thing", "Try 'thing'"),
        ("a--b", "Try 'a-b'"),
        ("ünique", "cannot be a domain's name"),
        ("../up", "Try 'up'"),
        ("core", "a word that styleforge uses itself"),
        ("disable", "a word that styleforge uses itself"),
        ("toy", "The plugin 'toy' of an unknown distribution is installed already"),
        ("broken", "The plugin 'broken'"),  # which is not imported
    ],
)
def test_names(cli, refused, tmp_path, name, said):
    refused(cli("new", name, "--folder", tmp_path / "p"), said)
    assert not (tmp_path / "p").exists()


def test_regions(cli, refused, tmp_path):
    refused(
        cli("new", "my-thing", "--region", "thingy", "--folder", tmp_path / "p"),
        "The pack 'toy' finds no region 'thingy'; it finds rest, keep, thing. Did you mean 'thing'",
    )
    assert "'keep'" in cli("new", "keep", "--folder", tmp_path / "a")[1]  # its namesake
    assert "'rest'" in cli("new", "other", "--folder", tmp_path / "b")[1]


def test_without_a_pack(cli, refused, tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_PLUGINS", "")
    refused(cli("new", "my-thing", "--folder", tmp_path / "p"), "No pack of models is installed")
    code, out, _ = cli("new", "my-thing", "--region", "sky", "--folder", tmp_path / "p")
    assert code == 0
    assert "nobody knows whether one finds 'sky'" in out


def test_built_and_unpacked_it_is_a_plugin(project, tmp_path):
    """The wheel that its build backend makes, in a folder on the path."""
    code = "from hatchling.build import build_wheel; print(build_wheel('dist'))"
    wheel = project / "dist" / run(sys.executable, "-c", code, cwd=project).split()[-1]
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site)
    here = {
        "PYTHONPATH": os.pathsep.join([str(site), *sys.path]),
        "STYLEFORGE_PLUGINS": "my-thing",
        "STYLEFORGE_MY_THING__STEPS": "7",
    }
    listed = json.loads(
        run(sys.executable, "-m", "styleforge.cli", "plugins", "--json", cwd=tmp_path, **here)
    )
    found = {item["name"]: item for item in listed}["my-thing"]
    assert (found["status"], found["distribution"]) == ("loaded", "styleforge-my-thing")
    assert found["version"] == "0.1.0"
    assert "attribute my-thing.appearance" in found["adds"]
    assert "setting steps" in found["adds"]
    shown = run(sys.executable, "-m", "styleforge.cli", "presets", "my-thing", cwd=tmp_path, **here)
    assert "--finer-style" in shown


@pytest.mark.slow
def test_in_a_fresh_environment_its_tests_and_tutorial_run(tmp_path):
    """Installed by pip, beside this environment's packages; nothing is downloaded."""
    pytest.importorskip("styleforge_portraits")
    run(sys.executable, "-m", "styleforge.cli", "new", "my-thing", cwd=tmp_path)
    project = tmp_path / "styleforge-my-thing"
    home = tmp_path / "env"
    venv.create(home, with_pip=True, symlinks=True)
    python = home / "bin" / "python"
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", asked, cwd=tmp_path).strip())
    ours = sysconfig.get_path("purelib")
    (site / "ours.pth").write_text(f"import site; site.addsitedir({ours!r})\n")
    offline = ("--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    run(python, "-m", "pip", "install", "-q", *offline, project, cwd=tmp_path)
    listed = json.loads(run(python, "-m", "styleforge.cli", "plugins", "--json", cwd=tmp_path))
    assert {item["name"]: item["status"] for item in listed}["my-thing"] == "loaded"
    told = run(python, "-m", "pytest", "-q", cwd=project)
    assert "passed" in told
    assert "skipped" not in told
    cells = json.loads((project / "tutorial.ipynb").read_text())["cells"]
    code = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    assert "my-thing.appearance" in run(python, "-c", code, cwd=project)
