"""`styleforge edit`: what is written and said, and how mistakes are answered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from styleforge.prepare.images import load_image, read_recipe
from styleforge.recipe.condition import ImageRef, Swatch, Text


@pytest.fixture
def edit(cli, tmp_path):
    """`styleforge edit toy` of the identity, to out.png."""

    def run(*arguments: object):
        return cli(
            "edit", "toy", "--identity", "identity.png", "-o", tmp_path / "out.png", *arguments
        )

    return run


def test_an_edit_is_written_and_reproduced(cli, edit, tmp_path):
    code, _, err = edit("--shape", "tall", "--appearance", "#8a2be2", "--seed", 3)
    assert code == 0, err
    assert f"{tmp_path}/out.png is done: one pass." in err
    recipe = read_recipe(tmp_path / "out.png")
    assert (recipe.method, recipe.steps, recipe.seed) == ("toy-mapper", 0, 3)
    assert recipe.conditions == {
        "toy.shape": Text("tall"), "toy.appearance": Swatch("#8a2be2"),
    }  # fmt: skip
    assert not torch.equal(load_image(tmp_path / "out.png"), load_image("identity.png"))
    code, out, err = cli("reproduce", tmp_path / "out.png", "-o", tmp_path / "again.png")
    assert code == 0, err
    assert "Identical" in out
    assert {path.name for path in tmp_path.glob("*.png*")} == {"out.png", "again.png"}


def test_pictures_strengths_and_a_saved_recipe(cli, edit, tmp_path):
    code, _, err = edit(
        "--shape=shape.png", "--appearance", "red", "--strength", 1.5, "--strength",
        "appearance=0.5", "--pack", "toy", "--threads", 1, "--save-recipe", tmp_path / "r.json",
    )  # fmt: skip
    assert code == 0, err
    recipe = read_recipe(tmp_path / "out.png")
    assert recipe.strengths == {"toy.shape": 1.5, "toy.appearance": 0.5}
    assert isinstance(recipe.conditions["toy.shape"], ImageRef)
    saved = json.loads((tmp_path / "r.json").read_text())
    assert saved["start_map"]["region"] == "thing"
    code, out, err = cli("reproduce", tmp_path / "r.json", "-o", tmp_path / "again.png")
    assert code == 0, err
    assert "one pass" in out
    assert torch.equal(load_image(tmp_path / "again.png"), load_image(tmp_path / "out.png"))


def test_subjects_reach_the_recipe(edit, tmp_path):
    code, _, err = edit("--shape", "shape.png", "--subject", 1, "--subject", "shape=1")
    assert code == 0, err
    recipe = read_recipe(tmp_path / "out.png")
    assert recipe.identity.subject == recipe.conditions["toy.shape"].subject == 1


def test_what_was_read_otherwise_is_said(edit):
    code, _, err = edit("--shape", "tal xyzzy")
    assert code == 0, err
    assert "'tal' was read as 'tall'." in err
    assert "'xyzzy' is not known" in err


def test_interpolation_moves_with_its_pictures(cli, edit, tmp_path, monkeypatch, refused):
    """The other edit's pictures are looked for beside the result too, and checked."""
    work = tmp_path / "work"
    work.mkdir()
    for name in ("identity", "shape", "appearance"):
        (work / f"{name}.png").write_bytes(Path(f"{name}.png").read_bytes())
    monkeypatch.chdir(work)
    start = ("edit", "toy", "--identity", "identity.png")
    assert cli(*start, "--appearance", "appearance.png", "-o", "other.png")[0] == 0
    code, _, err = cli(
        *start, "--shape", "shape.png", "--interpolate", "other.png", "--at", 0.25, "-o", "out.png"
    )
    assert code == 0, err
    towards = read_recipe("out.png").start_map.towards
    assert towards.at == 0.25
    assert towards.conditions.keys() == {"toy.appearance"}
    moved = tmp_path / "moved"
    monkeypatch.chdir(tmp_path)
    work.rename(moved)
    code, out, err = cli("reproduce", moved / "out.png")
    assert code == 0, err
    assert "Identical" in out
    (moved / "appearance.png").write_bytes((moved / "shape.png").read_bytes())
    refused(cli("reproduce", moved / "out.png"), "appearance.png is not the picture", "SHA-256")
    (moved / "appearance.png").unlink()
    refused(cli("reproduce", moved / "out.png"), "appearance.png", "Put it beside the result")


def test_an_edit_can_be_refined(cli, edit, tmp_path):
    code, _, err = edit(
        "--shape", "tall", "--finer-style", "shape.png", "--refine", "toy-mapped", "--steps", 4
    )
    assert code == 0, err
    assert "drawn in one pass first" in err
    assert "is done: 4 steps" in err
    assert not (tmp_path / "out.png.resume").exists()
    recipe = read_recipe(tmp_path / "out.png")
    assert (recipe.method, recipe.steps, recipe.start) == ("toy-mapped", 4, "mapper")
    code, out, _ = cli("reproduce", tmp_path / "out.png")
    assert code == 0
    assert "Identical" in out


def test_words_go_into_a_transfer_too(transfer, tmp_path):
    code, _, err = transfer("--shape", "tall", "--appearance", "#8a2be2")
    assert code == 0, err
    recipe = read_recipe(tmp_path / "out.png")
    assert recipe.stages[1].objective["toy.shape"].args == {"text": "tall thing"}
    assert recipe.stages[1].objective["toy.appearance"].args["swatch"] == "#8a2be2"
    code, _, err = transfer("--shape", "tall", "--preset", "toy-mapper")
    assert code == 0, err
    assert "one pass" in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], ["Nothing to change was asked for", "--shape, --appearance"]),
        (["--shpe", "tall"], ["--shpe", "`styleforge edit --help`", "Did you mean --shape?"]),
        (["--shape"], ["--shape needs a value", "or words"]),
        (["--shape", "tall", "--shape", "wide"], ["given twice"]),
        (["--shape", ""], ["can be placed"]),
        (["--shape", "xyzzy"], ["'xyzzy' can be placed", "knows tall"]),
        (["--shape", "lost.png"], ["There is no file lost.png"]),
        (["--shape", "#8a2be2"], ["toy.shape takes", "of kind swatch"]),
        (["--appearance", "#8a2"], []),
        (["--appearance", "#8a2b"], ["'#8a2b' is not a colour"]),
        (["--finer-style", "shape.png"], ["One pass changes shape, appearance", "finer_style"]),
        (["--shape", "tall", "--strength", "4"], ["from 0 to 3"]),
        (["--shape", "tall", "--strength", "nan"], ["from 0 to 3"]),
        (["--shape", "tall", "--strength", "appearance=1"], ["asked for"]),
        (["--shape", "tall", "--interpolate", "shape.png"], ["holds no recipe"]),
        (["--shape", "tall", "--interpolate", "lost.png"], ["There is no file lost.png"]),
        (["--shape", "tall", "--steps", "4"], ["--steps is for a refinement"]),
        (["--shape", "tall", "--refine", "lost"], ["no preset 'lost'"]),
        (["--shape", "tall", "--refine", "toy-mapped", "--steps", "1"], ["1 steps", "2 stages"]),
        (["--shape", "tall", "--refine", "toy-mapped", "--strength", "2"], ["from 0 to 1"]),
        (["--shape", "tall", "--pack", "lost"], ["no pack 'lost'"]),
        (["--shape", "tall", "--subject", "two"], ["--subject two", "write 2, or NAME=2"]),
        (["--shape", "tall", "--subject", "0"], ["--subject 0", "write 2, or NAME=2"]),
        (["--shape", "tall", "--subject", "1", "--subject", "2"], ["twice for identity"]),
        (["--shape", "tall", "--subject", "shape=1"], ["toy.shape is given no picture"]),
        (["--shape", "tall", "--subject", "hat=1"], ["no attribute 'hat'"]),
        (["--shape", "tall", "--subject", "2"], ["shows only 1 subject", "number 2"]),
        (["--shape", "tall", "-o", "out.gif"], ["must end in .png, .jpg"]),
        (["--shape", "tall", "--save-recipe", "r.txt"], ["must end in .json"]),
    ],
)
def test_mistakes_are_one_sentence(edit, arguments, words, refused):
    if not words:  # the short form of a colour is none
        assert edit(*arguments)[0] == 0
        return
    refused(edit(*arguments), *words)


@pytest.mark.parametrize("at", ["-0.1", "1.5", "nan"])
def test_interpolation_ends_at_the_edits(edit, tmp_path, refused, at):
    assert edit("--shape", "tall")[0] == 0
    other = ("--shape", "wide", "--interpolate", tmp_path / "out.png", "--at", at)
    refused(edit(*other), "Interpolation goes from 0 to 1")


def test_more_mistakes(cli, refused):
    refused(cli("edit", "tox", "--shape", "tall"), "There is no domain 'tox'")
    refused(cli("edit", "toy", "--shape", "tall", "-o", "o.png"), "--identity FILE")
    refused(cli("edit", "toy", "--shape", "tall", "--identity", "shape.png"), "-o out.png")
    refused(cli("edit"), "DOMAIN")


def test_help(cli):
    assert "edit" in cli("--help")[1]
    code, out, _ = cli("edit", "--help")
    assert code == 0
    for option in ("--interpolate", "--at", "--strength", "--refine"):
        assert option in out
