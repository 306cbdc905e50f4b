"""Transfers: what is written and said, which options there are, and how mistakes are answered."""

from __future__ import annotations

import pytest
import torch
from PIL import Image

from styleforge.prepare.images import read_recipe
from styleforge.testing.toy_models import ToyRegions


def test_options_reach_the_recipe(transfer, tmp_path):
    code, _, err = transfer(
        "--shape",
        "shape.png",
        "--appearance",
        "appearance.png",
        "--preset",
        "toy-look",
        "--pack",
        "toy",
        "--steps",
        5,
        "--strength",
        0.5,
        "--strength",
        "shape=0.25",
        "--no-pose",
        "--precision",
        "bfloat16",
        "--threads",
        1,
    )
    assert code == 0, err
    recipe = read_recipe(tmp_path / "out.png")
    assert recipe.precision == "bfloat16"
    assert recipe.method == "toy-look"
    assert recipe.steps == 5
    assert recipe.pose == "off"
    assert recipe.strengths == {"toy.shape": 0.25, "toy.appearance": 0.5}


def test_full_names_and_roles_are_options_too(transfer, tmp_path):
    code, _, err = transfer("--toy.shape", "shape.png", "--finer_style", "shape.png")
    assert code == 0, err
    assert set(read_recipe(tmp_path / "out.png").conditions) == {"toy.shape", "toy.finer_style"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--preset", "mine"], ["toy has no preset 'mine'; it has toy-loho"]),
        ([], ["Nothing to change", "--shape, --appearance, --finer-style"]),
        (["--shpe", "shape.png"], ["--shpe", "--finer-style", "Did you mean --shape?"]),
        (["shape.png"], ["shape.png", "--shape"]),
        (["--shape"], ["--shape needs a value"]),
        (["--shape", "--appearance", "a.png"], ["--shape needs a value"]),
        (["--shape", "shape.png", "--shape", "a.png"], ["given twice"]),
        (["--shape", "nowhere.png"], ["There is no file nowhere.png"]),
        (["--shape", "."], ["is a folder"]),
        (["--shape", "../"], ["is a folder"]),
        (["--shape", "#ff0000"], ["toy.shape takes a picture", "or words", "of kind swatch"]),
        (["--appearance", "#ff00"], ["'#ff00' is not a colour"]),
        (["--shape", "gallery:one"], ["has no picture 'one'"]),
        (["--finer-style", "text:tall"], ["takes a picture"]),
        (["--finer-style", "tall"], ["There is no file tall"]),
        (["--shape", "text:long"], ["'long' can be placed", "tall, wide"]),
        (["--shape", "  "], ["can be placed"]),
        (["--shape", "shape.png", "--preset", "x"], ["no preset 'x'", "toy-loho, toy-look"]),
        (["--shape", "shape.png", "--pack", "x"], ["no pack 'x'", "toy"]),
        (["--shape", "shape.png", "--steps", "1"], ["1 steps", "2 stages"]),
        (["--shape", "shape.png", "--steps", "x"], ["--steps", "a whole number"]),
        (["--shape", "shape.png", "--strength", "x"], ["--strength x"]),
        (["--shape", "shape.png", "--strength", "2"], ["from 0 to 1"]),
        (["--shape", "shape.png", "--strength", "hat=1"], ["hat=1", "shape"]),
        (["--shape", "shape.png", "--strength", "appearance=1"], ["asked for"]),
        (["--shape", "shape.png", "-o", "/dev/null/x.png"], ["cannot be written"]),
        (["--shape", "shape.png", "-o", "x.gif"], ["must end in .png, .jpg"]),
        (["--shape", "shape.png", "-o", "."], ["is a folder"]),
        (["--shape", "shape.png", "--resume", "none.resume"], ["leave out"]),
    ],
)
def test_mistakes_are_one_sentence(transfer, arguments, words, refused):
    refused(transfer(*arguments), *words)


def test_more_mistakes(cli, tmp_path, refused):
    refused(cli("transfer", "tox", "--shape", "a.png"), "There is no domain 'tox'", "toy")
    refused(cli("transfer", "toy", "--shape", "shape.png"), "-o out.png")
    refused(cli("transfer", "toy", "--shape", "shape.png", "-o", "o.png"), "--identity FILE")
    refused(cli("transfer"), "DOMAIN")
    refused(cli("transform"), "transform")
    refused(cli("transfer", "toy", "--resume", "none.png.resume"), "no checkpoint none.png")
    refused(cli("reproduce", "nothing.png"), "There is no file nothing.png")
    refused(cli("reproduce"), "PICTURE")


def test_nothing_found(transfer, tmp_path, refused, monkeypatch):
    """A plain picture, in which a pack that does not go by place alone sees nothing."""
    find = ToyRegions.__call__

    def looking(self, image):
        found = find(self, image)
        nothing = torch.eye(3)[1][None, :, None, None].expand_as(found)  # it is all to keep
        return nothing if image.std() == 0 else found

    monkeypatch.setattr(ToyRegions, "__call__", looking)
    Image.new("RGB", (32, 32)).save(tmp_path / "plain.png")
    for option in ("--shape", "--appearance", "--finer-style"):
        answer = transfer(option, tmp_path / "plain.png")
        refused(answer, "No thing was found in", "plain.png (0.0% of the picture", "can be seen")
        assert len(answer[2].strip().splitlines()) == 2, answer[2]  # of the broken plugin, and this
    assert not (tmp_path / "out.png").exists()


def test_pictures_that_are_none(transfer, tmp_path, refused):
    Image.new("RGB", (20, 20)).save(tmp_path / "tiny.png")
    (tmp_path / "text.png").write_text("hello")
    refused(transfer("--shape", tmp_path / "tiny.png"), "at least 32")
    refused(transfer("--shape", tmp_path / "text.png"), "is not a picture")


def test_a_mask_of_a_role_without_a_picture_is_said(cli, tmp_path, pictures):
    """It would lie over nothing; nobody should wonder why it changed nothing."""
    code, _, err = cli(
        "transfer", "toy", "--identity", "identity.png", "--appearance", "appearance.png",
        "--mask", "shape=identity.png", "--steps", 2, "-o", tmp_path / "out.png",
    )  # fmt: skip
    assert code == 0, err
    assert "The mask identity.png is not used: toy.shape has no picture" in err
