"""What there is: presets, galleries, help."""

from __future__ import annotations

from dataclasses import replace

from styleforge.cli.progress import duration
from styleforge.prepare.images import read_recipe
from styleforge.testing import toy


def test_presets(cli, refused):
    code, out, _ = cli("presets", "toy")
    assert code == 0
    assert "--finer-style" in out
    assert "toy-look" in out
    assert "(default)" in out
    refused(cli("presets", "tox"), "There is no domain 'tox'")


def test_gallery(cli, monkeypatch, pictures, tmp_path, refused):
    refused(cli("gallery"), "No pack ships a gallery")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mona.png").write_bytes((pictures / "shape.png").read_bytes())
    (tmp_path / "own" / "mona.json").write_text('{"caption": "with a thing"}')
    plain = toy.toy_pack

    def shipping():
        return replace(plain(), gallery=tmp_path / "own")

    monkeypatch.setattr(toy, "toy_pack", shipping)
    code, out, _ = cli("gallery", "--pack", "toy", "--copy-to", tmp_path / "copy")
    assert code == 0
    assert "gallery:mona" in out
    assert "with a thing" in out
    assert {path.name for path in (tmp_path / "copy").iterdir()} == {"mona.png", "mona.json"}
    code, _, err = cli(
        "transfer",
        "toy",
        "--identity",
        "gallery:mona",
        "--shape",
        "gallery:mona",
        "-o",
        tmp_path / "o.png",
    )
    assert code == 0, err
    assert read_recipe(tmp_path / "o.png").identity.path == "gallery:mona"
    assert cli("reproduce", tmp_path / "o.png")[0] == 0


def test_help(cli):
    for arguments in ((), ("--help",)):
        code, out, _ = cli(*arguments)
        assert code == 0
        for command in ("transfer", "reproduce", "plugins", "gallery", "presets"):
            assert command in out
    assert "--finer-style" in cli("transfer", "--help")[1]


def test_durations():
    assert [duration(s) for s in (0, 65, 7200)] == ["0:00", "1:05", "2:00:00"]
