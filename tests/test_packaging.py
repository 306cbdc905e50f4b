"""The distributions of this repository: what each says of itself, and the licence in each."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PLUGINS = sorted(ROOT.glob("plugins/*/pyproject.toml"))
PROJECTS = [ROOT / "pyproject.toml", *PLUGINS]
IDS = [path.parent.name for path in PLUGINS]


def project(path: Path) -> dict:
    return tomllib.loads(path.read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("path", PROJECTS, ids=["core", *IDS])
def test_each_says_what_it_is(path):
    about = project(path)
    assert about["license"] == "Apache-2.0"
    assert about["license-files"] == ["LICENSE", "NOTICE"]
    assert about["authors"] == [{"name": "The styleforge authors"}]
    assert len(about["keywords"]) >= 4
    assert "Typing :: Typed" in about["classifiers"]
    assert (path.parent / about["readme"]).is_file()
    assert "urls" not in about  # there is no public address


@pytest.mark.parametrize("path", PLUGINS, ids=IDS)
def test_each_plugin_carries_the_licence_and_asks_for_core(path):
    for name in ("LICENSE", "NOTICE"):  # a wheel is built from its own folder
        assert (path.parent / name).read_bytes() == (ROOT / name).read_bytes(), name
    about = project(path)
    assert "styleforge>=0.1" in about["dependencies"]
    assert about["entry-points"]["styleforge"]


def test_everything_that_all_names_is_here():
    names = {project(path)["name"] for path in PLUGINS}
    everything = project(ROOT / "pyproject.toml")["optional-dependencies"]["all"]
    assert everything
    assert {line.partition(">=")[0] for line in everything} <= names


def test_the_changelog_has_the_version_and_what_is_to_come():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    version = project(ROOT / "pyproject.toml")["version"]
    assert text.index("## [Unreleased]") < text.index(f"## [{version}] - 20")
