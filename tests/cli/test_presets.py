"""`styleforge presets`: what is there, and presets of one's own."""

from __future__ import annotations

import json

import pytest

from styleforge.prepare.images import read_recipe
from styleforge.recipe.condition import Text
from styleforge.recipe.own_preset import OwnPreset


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def file(home):
    made = OwnPreset(
        title="My red", domain="toy", preset="toy-mapper",
        conditions={"toy.appearance": Text("red")},
    )  # fmt: skip
    path = home / "given.json"
    path.write_text(made.to_json())
    return path


def test_one_is_imported_listed_exported_and_deleted(cli, file, home, refused):
    code, out, _ = cli("presets", "--import", file)
    assert (code, out) == (
        0,
        "my-red is one of yours now: styleforge transfer toy --preset my-red\n",
    )
    assert "--preset my-red         yours: My red (toy-mapper: appearance)" in cli("presets")[1]
    code, out, _ = cli("presets", "toy", "--export", "my-red", "-o", home / "again.json")
    assert (home / "again.json").read_text() == file.read_text()
    assert cli("presets", "--import", file, "--name", "Red too")[0] == 0
    assert cli("presets", "toy", "--delete", "my-red")[1] == "my-red is deleted.\n"
    said = cli("presets", "toy")[1]
    assert "red-too" in said
    assert "my-red" not in said
    refused(cli("presets", "toy", "--delete", "my-red"), "You have no preset 'my-red'", "red-too")
    refused(cli("presets", "--export", "red-too"), "of which domain")


def test_transfer_takes_it(cli, transfer, file, home, refused):
    cli("presets", "--import", file)
    code, _, err = transfer("--preset", "my-red")
    assert code == 0, err
    recipe = read_recipe(home / "out.png")
    assert recipe.conditions == {"toy.appearance": Text("red")}
    assert recipe.method == "toy-mapper"
    code, _, err = transfer("--preset", "my-red", "--strength", "appearance=0.5")
    assert code == 0, err
    assert read_recipe(home / "out.png").strengths == {"toy.appearance": 0.5}
    refused(transfer("--preset", "no-such"), "toy has no preset 'no-such'; it has")


def test_a_bad_file_is_refused(cli, file, home, refused):
    bad = home / "bad.json"
    bad.write_text("not a preset")
    refused(cli("presets", "--import", bad), "not a preset that can be read", str(bad), "exported")
    known = json.loads(file.read_text())
    bad.write_text(json.dumps({**known, "hue": "red"}))
    refused(cli("presets", "--import", bad), "hue is not known")
    bad.write_text(json.dumps({name: one for name, one in known.items() if name != "title"}))
    refused(cli("presets", "--import", bad), "title is missing")
    refused(cli("presets", "--import", home / "none.json"), "cannot be read")
    bad.write_text(json.dumps({**json.loads(file.read_text()), "title": "toy-loho"}))
    refused(cli("presets", "--import", bad), "is a published preset of toy; choose another name")
    refused(cli("presets", "--import", file, "--name", "toy-look"), "is a published preset")
