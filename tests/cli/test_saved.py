"""What commands save: formats, names that are not UTF-8, recipes for others."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from styleforge.prepare.images import read_recipe

NOT_UTF8 = b"caf\xe9.png".decode("utf-8", "surrogateescape")


@pytest.mark.parametrize("suffix", ["jpg", "webp", "tif"])
def test_a_result_in_another_format_is_reproduced(cli, tmp_path, suffix):
    out = tmp_path / f"out.{suffix}"
    asked = ("edit", "toy", "--identity", "identity.png", "--appearance", "#8a2be2", "-o", out)
    assert cli(*asked)[0] == 0
    code, said, err = cli("reproduce", out)
    assert (code, err) == (0, err)
    assert "Identical" in said
    with Image.open(out) as opened:
        turned, exif = opened.transpose(Image.Transpose.FLIP_TOP_BOTTOM), opened.getexif()
        turned.save(out, exif=exif)
    assert cli("reproduce", out)[0] == 1


def test_a_file_that_is_not_utf8_costs_no_run(cli, refused, pictures, tmp_path):
    bad = tmp_path / NOT_UTF8
    try:
        bad.write_bytes((pictures / "identity.png").read_bytes())
    except OSError:
        pytest.skip("this file system has no such names")
    out = tmp_path / "out.png"
    for given in (("--identity", bad, "--shape", "shape.png"),
                  ("--identity", "identity.png", "--shape", bad)):  # fmt: skip
        for command in ("edit", "transfer"):
            refused(cli(command, "toy", *given, "-o", out), "is not UTF-8", "rename it")
    assert not out.exists()


def test_an_output_that_is_not_utf8_is_written(cli, tmp_path):
    out = tmp_path / NOT_UTF8
    asked = ("edit", "toy", "--identity", "identity.png", "--shape", "shape.png", "-o", out)
    code, _, err = cli(*asked)
    assert code == 0, err
    assert read_recipe(out).identity.path == "identity.png"


def test_shared_on_the_command_line(cli, pictures, tmp_path):
    out = tmp_path / "out.png"
    identity, shape = pictures / "identity.png", pictures / "shape.png"
    asked = ("edit", "toy", "--identity", identity, "--shape", shape, "-o", out)
    assert cli(*asked)[0] == 0
    assert str(pictures) in out.read_bytes().decode("latin-1")
    assert cli(*asked, "--share")[0] == 0
    assert str(pictures) not in out.read_bytes().decode("latin-1")
    assert json.loads(read_recipe(out).to_json())["identity"]["path"] == "identity.png"
    for name in ("identity.png", "shape.png"):
        (tmp_path / name).write_bytes((pictures / name).read_bytes())
    assert "Identical" in cli("reproduce", out)[1]
