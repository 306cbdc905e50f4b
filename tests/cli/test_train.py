"""`styleforge train`: from a folder of pictures to a mapper that edits."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch

from styleforge.mapper.files import load_mapper
from styleforge.prepare.images import read_recipe
from styleforge.testing import toy


@pytest.fixture
def train(cli, tmp_path):
    """`styleforge train toy`, kept and written below tmp_path."""

    def run(*arguments: object, domain: str = "toy"):
        places = ("--folder", tmp_path / "run", "--weights", tmp_path / "weights")
        return cli("train", domain, *places, *arguments)

    return run


@pytest.fixture
def written(tmp_path):
    return tmp_path / "weights" / "mapper_toy.safetensors"


def test_a_mapper_is_trained_from_pictures(train, written, tmp_path, pictures):
    code, _, err = train("--steps", 2, "--pictures", pictures, "--batch", 2, "--depth", 1)
    assert code == 0, err
    assert f"{written}: 2 steps, 4 edits." in err
    mapper = load_mapper(written)
    assert mapper.attributes == ("toy.shape", "toy.appearance")
    assert mapper.depth == 1
    lines = (tmp_path / "run" / "mapper_toy.jsonl").read_text().splitlines()
    assert json.loads(lines[-1])["steps"] == 2


def test_a_training_goes_on(train, written, pictures):
    train("--steps", 1, "--pictures", pictures, "--batch", 2, "--depth", 1)
    first = load_mapper(written).state_dict()
    code, _, err = train("--steps", 3, "--pictures", pictures, "--batch", 2, "--depth", 1)
    assert code == 0, err
    assert "3 steps, 6 edits." in err
    second = load_mapper(written).state_dict()
    assert any(not torch.equal(first[key], second[key]) for key in first)


def test_the_packs_own_edits_by_default(train, written):
    code, _, err = train("--steps", 1, "--batch", 2, "--hidden", 4, "--size", 16)
    assert code == 0, err
    assert load_mapper(written).hidden == 4


def test_what_was_trained_edits(cli, tmp_path, pictures):
    """It goes among the user's data, not into a package, and the next edit finds it there."""
    asked = ("edit", "toy", "--identity", "identity.png", "--shape", "tall", "-o")
    assert cli(*asked, tmp_path / "before.png")[0] == 0
    training = ("--folder", tmp_path / "run", "--steps", 1, "--pictures", pictures, "--batch", 2)
    code, _, err = cli("train", "toy", *training)
    assert code == 0, err
    file = tmp_path / "styleforge-home" / "weights" / "toy" / "mapper_toy.safetensors"
    assert file.is_file()
    assert str(file) in err
    code, _, err = cli(*asked, tmp_path / "after.png")
    assert code == 0, err
    one, two = (read_recipe(tmp_path / f"{name}.png") for name in ("before", "after"))
    assert one.weights == ""
    assert two.weights  # the fingerprint sees it
    assert (tmp_path / "before.png").read_bytes() != (tmp_path / "after.png").read_bytes()
    code, _, _ = cli("reproduce", tmp_path / "before.png")
    assert code == 1
    file.unlink()
    assert cli("reproduce", tmp_path / "before.png")[0] == 0


def test_no_minutes_write_what_there_is(train, written):
    code, _, err = train("--minutes", 0, "--depth", 1)
    assert code == 0, err
    assert "0 steps, 0 edits." in err
    assert load_mapper(written).depth == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--pictures", "lost"], ["lost holds 0 pictures", "two or more"]),
        (["--pack", "lost"], ["no pack 'lost'"]),
        (["--steps", "0"], ["--steps"]),
        (["--steps", "many"], ["--steps", "a whole number"]),
        (["--batch", "0"], ["--batch"]),
        (["--size", "0"], ["--size"]),
        (["--size", "17"], ["no resolution 17"]),
        (["--hidden", "0"], ["--hidden"]),
        (["--minutes", "-1"], ["--minutes"]),
    ],
)
def test_mistakes_are_one_sentence(train, arguments, words, refused):
    refused(train("--steps", 1, *arguments), *words)


def test_more_mistakes(cli, train, tmp_path, refused, pictures):
    refused(train("--steps", 1, domain="tox"), "There is no domain 'tox'")
    refused(cli("train"), "DOMAIN")
    (tmp_path / "file").touch()
    refused(train("--steps", 1, "--weights", tmp_path / "file"), "file", "cannot be written")
    refused(train("--steps", 1, "--folder", tmp_path / "file"), "file", "cannot be written")
    assert train("--steps", 1, "--batch", 2)[0] == 0
    refused(train("--steps", 2, "--hidden", 3), "is not a training that can be gone on with")


def test_a_pack_without_edits_needs_pictures(train, monkeypatch, refused):
    pack = toy.toy_pack()
    left = {kind: make for kind, make in pack.components.items() if kind != "edits"}
    monkeypatch.setattr(toy, "toy_pack", lambda: replace(pack, components=left))
    refused(train("--steps", 1), "learn from; name some with --pictures FOLDER")


def test_a_domain_that_drives_nothing(train, monkeypatch, refused):
    plain = tuple(replace(one, drives=()) for one in toy.ATTRIBUTES)
    monkeypatch.setattr(toy, "ATTRIBUTES", plain)
    refused(train("--steps", 1), "No attribute of the domain drives rows")


def test_help(cli):
    assert "train" in cli("--help")[1]
    assert "--pictures" in cli("train", "--help")[1]
