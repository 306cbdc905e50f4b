"""Edits to learn from: what is asked for holds of the answer, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from styleforge_portraits import language, world
from styleforge_portraits.edits import Edits, group_of
from styleforge_portraits.models.weights import load_card

from styleforge.errors import UserError
from styleforge.training.source import Source

WORDS = {"hair.shape": "text", "hair.appearance": "text"}


@pytest.fixture(scope="module")
def edits() -> Edits:
    return Edits(pool=6, held=4, side=64)


def test_words_hold_of_the_answer_and_move_only_their_group(edits):
    for number in range(20):
        edit = edits.edit(number, {"hair.shape": "text"})
        said = language.parse(edit.texts["hair.shape"])
        assert said.holds(edit.answer)
        assert not said.unseen
        before, after = edit.person.to_dict(), edit.answer.to_dict()
        groups = {f.name: f.group for f in world.FACTORS}
        assert {groups[k] for k in before if before[k] != after[k]} <= {"hair_shape"}


def test_a_picture_gives_its_group(edits):
    edit = edits.edit(2, {"hair.appearance": "image"})
    donor = edits.people[False][edit.donors["hair.appearance"]]
    assert edit.answer == world.with_groups(edit.person, donor, "hair_appearance")


def test_edits_are_the_same_every_time_and_differ_by_pattern(edits):
    assert edits.edit(3, WORDS) == Edits(pool=6, held=4, side=64).edit(3, WORDS)
    assert edits.edit(3, WORDS).texts != edits.edit(4, WORDS).texts
    assert edits.edit(3, WORDS).answer != edits.edit(3, {"hair.shape": "text"}).answer


def test_a_batch_of_pictures_knows_its_answers(edits):
    assert isinstance(edits, Source)
    kinds = {"hair.shape": "text", "hair.appearance": "image"}
    batch = edits.draw(np.random.default_rng(0), 3, kinds)
    assert batch.image is not None
    assert batch.image.shape == (3, 3, 64, 64)
    assert batch.answer is not None
    assert batch.answer.shape == batch.image.shape
    assert batch.step is not None
    assert batch.step.shape == (3, 14, 512)
    assert len(batch.texts["hair.shape"]) == len(batch.keys) == 3
    assert batch.pictures["hair.appearance"].shape == batch.image.shape
    assert len(set(batch.donors["hair.appearance"])) <= 3
    assert not torch.equal(batch.answer, batch.image)


def test_latents_alone_need_no_picture(edits):
    batch = edits.draw(np.random.default_rng(0), 5, WORDS, answers=False)
    assert batch.image is None
    assert batch.answer is None
    assert batch.latent is not None
    assert batch.code is not None
    assert batch.latent.shape == (5, 14, 512)
    assert len(batch.code) == 5


def test_held_out_people_are_others(edits):
    assert not set(edits.people[True]) & set(edits.people[False])


def test_an_attribute_that_is_no_group_is_refused():
    assert group_of("clothing.finer_style") == "clothing_finer_style"
    with pytest.raises(UserError, match=r"has no hair\.bangs; it has .*hair\.shape"):
        group_of("hair.bangs")


@pytest.mark.parametrize("domain", ["hair", "clothing"])
def test_the_shipped_cards_say_what_the_mappers_were_trained_on(domain):
    card = load_card(f"mapper_{domain}")
    own = Edits(pool=6, held=4, side=64).describe()
    assert card["licence"] == own["licence"] == "Apache-2.0"
    assert card["data"]["source"] == own["source"]
    assert card["data"].keys() >= own.keys() - {"licence"}
    assert card["data"]["people"]["held"] == 300
