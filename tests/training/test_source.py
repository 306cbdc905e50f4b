"""Pictures of a folder as what a mapper is trained on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from styleforge.errors import UserError
from styleforge.prepare.images import load_image
from styleforge.testing import toy, toy_mapper
from styleforge.training.loop import Draw
from styleforge.training.mapper import MapperTrainer
from styleforge.training.source import FolderSource, Source

DRIVEN = toy.ATTRIBUTES[:2]
KINDS = {"toy.shape": "text", "toy.appearance": "image"}


@pytest.fixture
def source(pictures, models):
    return FolderSource(pictures, models, DRIVEN)


def test_sources_are_sources(source):
    assert isinstance(source, Source)
    assert isinstance(toy_mapper.edits(), Source)


def test_examples_of_a_folder(source, pictures):
    found = source.draw(np.random.default_rng(0), 5, KINDS)
    assert found.image.shape == (5, 3, 32, 32)
    assert set(found.texts) == {"toy.shape"}
    assert set(found.texts["toy.shape"]) <= set(DRIVEN[0].words)
    assert found.pictures.keys() == {"toy.appearance"}
    assert found.pictures["toy.appearance"].shape == (5, 3, 32, 32)
    assert found.answer is None
    assert found.steps is None
    for key, image in zip(found.keys, found.image, strict=True):
        assert torch.equal(load_image(key)[0], image)


def test_the_generator_of_random_numbers_says_what_is_drawn(source):
    one, two, other = (source.draw(np.random.default_rng(s), 6, KINDS) for s in (3, 3, 4))
    assert one.keys == two.keys
    assert one.texts == two.texts
    assert torch.equal(one.pictures["toy.appearance"], two.pictures["toy.appearance"])
    assert (one.keys, one.texts) != (other.keys, other.texts)


def test_pictures_held_out_are_never_drawn(source):
    def drawn(*, held):
        rng = np.random.default_rng(0)
        return {key for _ in range(20) for key in source.draw(rng, 5, {}, held=held).keys}

    assert len(drawn(held=True)) == 1
    assert len(drawn(held=False)) == 3
    assert not drawn(held=True) & drawn(held=False)


def test_two_pictures_are_enough(pictures, models, tmp_path):
    with pytest.raises(UserError, match=r"lost holds 0 pictures; a mapper needs two or more"):
        FolderSource(tmp_path / "lost", models, DRIVEN)
    (tmp_path / "notes.txt").write_text("no picture")
    (tmp_path / "a.PNG").write_bytes((pictures / "shape.png").read_bytes())
    with pytest.raises(UserError, match="holds 1 pictures"):
        FolderSource(tmp_path, models, DRIVEN)
    (tmp_path / "b.png").write_bytes((pictures / "identity.png").read_bytes())
    found = FolderSource(tmp_path, models, DRIVEN)
    for held in (True, False):
        assert len(set(found.draw(np.random.default_rng(0), 4, {}, held=held).keys)) == 1


def test_attributes_need_words(pictures, models):
    silent = replace(DRIVEN[0], words=())
    with pytest.raises(UserError, match=r"No words are known for toy\.shape; give the attribute"):
        FolderSource(pictures, models, (silent, DRIVEN[1]))


def test_a_damaged_picture_says_which(pictures, models, tmp_path):
    for name in ("a.png", "b.png", "c.png"):
        (tmp_path / name).write_text("no picture")
    with pytest.raises(UserError, match=r"b\.png is not a picture|c\.png is not a picture"):
        FolderSource(tmp_path, models, DRIVEN).draw(np.random.default_rng(0), 1, {})


def test_a_mapper_learns_from_a_folder(forge, models, source):
    torch.manual_seed(0)
    trainer = MapperTrainer(forge, "toy", models, source)
    draw = Draw.seeded(0)
    for share in (0.0, 0.9):
        figures = trainer.step(draw, share)
        assert np.isfinite(list(figures.values())).all()
        assert "step" not in figures


def test_a_folder_describes_itself_without_its_path(source, pictures):
    found = source.describe()
    assert found["pictures"] == {"train": 3, "held": 1}
    assert "not known" in found["licence"]
    assert str(pictures) not in str(found)
