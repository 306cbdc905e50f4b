"""Distributions as they lie on a disk: damaged, doubled, left over."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from distributed import DOMAIN, infos

from styleforge.forge import Forge
from styleforge.plugins.distributions import installed

DAMAGED = {
    "no value": b"[styleforge]\nlips\n",
    "not text": b"[styleforge]\nlips = \xff\xfe\n",
    "a picture": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "no section": b"lips = lips\n",
    "empty value": b"[styleforge]\nlips =\n",
    "spaces": b"[styleforge]\nlips = no such module!\n",
    "closed twice": b"[styleforge]]\nlips = lips\n",
}


@pytest.mark.parametrize("points", DAMAGED.values(), ids=DAMAGED)
def test_damaged_entry_points_of_anybody_end_nothing(site, points):
    site("somebody", points)
    site("a-good-one", "[styleforge]\ngood = good_one\n", DOMAIN.format(name="good", more=""),
         module="good_one")  # fmt: skip
    made = Forge()
    assert infos(made)["good"].status == "loaded"
    lips = infos(made).get("lips")
    if lips is not None:
        assert lips.status == "broken"
    elif any("somebody" in note for note in made.notes):
        (note,) = [note for note in made.notes if "somebody" in note]
        assert "cannot be read" in note
        assert "Install somebody again, or remove it" in note


def test_which_damage_is_said(site):
    site("somebody", DAMAGED["not text"])
    assert any("UnicodeDecodeError" in note for note in Forge().notes)


def test_metadata_that_are_gone(site):
    info = site("nameless", "[styleforge]\nnameless = nameless_one\n")
    (info / "METADATA").unlink()
    broken = infos(Forge())["nameless"]
    assert (broken.status, broken.distribution) == ("broken", "unknown")


@pytest.mark.parametrize("start", ["~", "~-", "-"])
def test_what_an_interrupted_pip_left_is_named_as_such(site, start):
    source = DOMAIN.format(name="lips", more="")
    site("styleforge-lips", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    left = site(
        "styleforge-lips",
        "[styleforge]\nlips = lips_one\nold = lips_old\n",
        folder_name=f"{start}yleforge_lips-0.9.dist-info",
    )
    made = Forge()
    assert infos(made)["lips"].status == "loaded"
    assert "old" not in infos(made)
    (note,) = [note for note in made.notes if "pip" in note]
    assert str(left) in note
    assert "Delete that folder" in note


def test_a_plugin_that_two_distributions_bring_alike_is_one(site):
    source = DOMAIN.format(name="lips", more="")
    site("lips-nightly", "[styleforge]\nlips = lips_one\n", source, module="lips_one")
    site("lips-stable", "[styleforge]\nlips = lips_one\n")
    made = Forge()
    assert [info.status for info in made.plugins if info.name == "lips"] == ["loaded"]


def test_a_distribution_that_is_found_twice_counts_once(site, tmp_path, monkeypatch):
    site("lips-stable", "[styleforge]\nlips = lips_new\n", DOMAIN.format(name="lips", more=""),
         module="lips_new")  # fmt: skip
    older = tmp_path / "older" / "Lips.Stable-0.1.dist-info"
    older.mkdir(parents=True)
    (older / "entry_points.txt").write_text("[styleforge]\nlips = lips_old\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(older.parent)])
    assert [point.value for point in installed("styleforge").points if point.name == "lips"] == [
        "lips_new"
    ]


def test_the_list_of_plugins_survives_all_of_it(site, tmp_path):
    site("somebody", DAMAGED["not text"])
    site("left", "[styleforge]\nleft = left_one\n", folder_name="~eft-1.0.dist-info")
    env = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, [tmp_path / "site", *sys.path]))}
    command = [sys.executable, "-m", "styleforge.cli", "plugins", "--json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert "somebody" in done.stderr
    assert "~eft" in done.stderr
