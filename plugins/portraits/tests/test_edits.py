"""Edits to learn from: what is asked for holds of the answer, and nothing else moves."""

from __future__ import annotations

import numpy as np
import pytest
import styleforge_portraits.edits
import torch
from skimage.color import rgb2lab
from styleforge_portraits import language, world
from styleforge_portraits.edits import ALL, GREY, UNSURE, Edits, group_of
from styleforge_portraits.models.loading import load_basis
from styleforge_portraits.models.weights import load_card
from styleforge_portraits.training.measures import measures

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


def test_rare_styles_are_asked_for(monkeypatch):
    """Of random people one in a hundred wears an afro; a mapper must hear of it more often."""

    def afros() -> int:
        edits, kinds = Edits(pool=6, held=4, side=64), {"hair.shape": "text"}
        said = [language.parse(edits.edit(at, kinds).texts["hair.shape"]) for at in range(1200)]
        return sum("style/afro" in {term.key for term in one.terms} for one in said)

    many = afros()
    monkeypatch.setattr(styleforge_portraits.edits, "ANY_WORD", 0.0)
    assert many > 2 * afros()


def test_a_picture_gives_its_group(edits):
    edit = edits.edit(2, {"hair.appearance": "image"})
    donor = edits.people[False][edit.donors["hair.appearance"]]
    assert edit.answer == world.with_groups(edit.person, donor, "hair_appearance")


@pytest.mark.parametrize("kind", ["text", "image"])
def test_a_pattern_on_plain_cloth_has_one_second_colour_that_is_seen(kind):
    """Nobody saw one before; the mean of all that there could be would be faint."""
    edits, seen = Edits(pool=60, held=4, side=64), 0
    for number in range(300):
        edit = edits.edit(number, {"clothing.finer_style": kind})
        if edit.person.pattern != "plain" or edit.answer.pattern == "plain":
            continue
        seen += 1
        assert edit.answer.accent_hue == GREY
        assert edit.answer.accent_lightness in (0, 1)
        assert contrast(edit.answer) > 25
    assert seen > 30


def test_the_second_colour_is_made_for_the_cloth_s_new_colour():
    kinds = {"clothing.appearance": "text", "clothing.finer_style": "text"}
    edits = Edits(pool=60, held=4, side=64)
    plain = [one for one in (edits.edit(k, kinds) for k in range(300))
             if one.person.pattern == "plain" and one.answer.pattern != "plain"]  # fmt: skip
    assert min(contrast(one.answer) for one in plain) > 25


def test_words_that_leave_the_direction_open_have_one_answer(edits):
    asked = language.parse("a striped top")
    rng = np.random.default_rng(0)
    people = [one for one in edits.people[False] if one.pattern == "plain"]
    assert {language.satisfy(one, asked, rng).pattern for one in people * 9} == {"horizontal"}
    assert {one.pattern_scale for one in people} == {"large"}


def contrast(person):
    """Distance of the cloth's two colours in CIELAB."""
    colours = world.palette(person)
    pair = [colours[world.MATERIALS.index(name)] for name in ("cloth", "cloth_accent")]
    one, two = rgb2lab(np.stack(pair)[None])[0]
    return float(np.linalg.norm(one - two))


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
    assert batch.steps is not None
    assert {name: one.shape for name, one in batch.steps.items()} == dict.fromkeys(
        kinds, (3, 14, 512)
    )
    assert len(batch.texts["hair.shape"]) == len(batch.keys) == 3
    assert batch.pictures["hair.appearance"].shape == batch.image.shape
    assert len(set(batch.donors["hair.appearance"])) <= 3
    assert not torch.equal(batch.answer, batch.image)


def test_latents_alone_need_no_picture(edits):
    batch = edits.draw(np.random.default_rng(0), 5, WORDS, answers=False)
    assert batch.image is None
    assert batch.answer is None
    assert batch.latent is not None
    assert batch.steps is not None
    assert batch.latent.shape == (5, 14, 512)
    assert set(batch.steps) == set(WORDS)


def test_steps_sum_to_the_step_between_the_exact_latents(edits):
    """Of the person and the answer: words and pictures, each attribute's step its own."""
    kinds = {"hair.shape": "text", "hair.appearance": "image"}
    batch = edits.draw(np.random.default_rng(0), 4, kinds)
    numbers = [int(key.split()[1]) for key in batch.keys]
    made = [edits.edit(number, kinds) for number in numbers]
    basis = load_basis()

    def latents(people) -> torch.Tensor:
        return basis.latents(torch.from_numpy(np.stack([measures(one) for one in people])))

    before, after = (latents([getattr(one, at) for one in made]) for at in ("person", "answer"))
    total = sum(batch.steps.values())
    torch.testing.assert_close(total, (after - before)[:, None].expand(-1, 14, -1))
    middle = latents([one.stages["hair.shape"] for one in made])
    torch.testing.assert_close(batch.steps["hair.shape"][:, 3], middle - before)
    torch.testing.assert_close(batch.steps["hair.appearance"][:, 3], after - middle)
    # What errors are measured along is what a step can be along.
    seen = total @ batch.metric
    torch.testing.assert_close(seen.norm(dim=2), total.norm(dim=2), rtol=1e-3, atol=1e-3)


def test_latents_alone_are_near_the_exact_ones(edits):
    """As near as an inverter comes; the same in every row, and steps are exact all the same."""
    batch = edits.draw(np.random.default_rng(0), 40, {}, answers=False)
    assert batch.steps == {}
    assert torch.equal(batch.latent, batch.latent[:, :1].expand(-1, 14, -1))
    rng = np.random.default_rng(0)
    numbers = rng.integers(ALL, size=40)
    people = [edits.edit(int(one), {}).person for one in numbers]
    table = np.stack([measures(one) for one in people])
    exact = load_basis().latents(torch.from_numpy(table))
    off = (batch.latent[:, 0] - exact).square().mean().sqrt()
    assert float(off) == pytest.approx(UNSURE, rel=0.1)


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
