"""Pairs by difficulty, triples of them, and the file that holds them."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from styleforge.errors import UserError
from styleforge.measure import pairs as measured
from styleforge.measure.metrics import region_iou
from styleforge.measure.pairs import Seen, compared, overlap, sort_pairs
from styleforge.measure.triples import choose_triples
from styleforge.measure.tuples import LeftOut, Part, Tuples, read_tuples, write_tuples
from styleforge.recipe.selection import Level, Selection, changed, selection_of
from styleforge.testing import toy

FACE = Selection(compared="face")


def shifted(name: str, rows: int, away: float) -> Seen:
    """A square moved down by rows, and landmarks moved right by pixels."""
    mask = np.zeros((64, 64), bool)
    mask[10 + rows : 40 + rows, 10:40] = True
    return Seen(name, mask, np.full((68, 2), [away, 0.0]), 0.2)


@pytest.fixture
def four():
    # Overlaps with the first: 1, 28 / 32 = 0.875, 25 / 35 = 0.714, 23 / 37 = 0.622.
    return [shifted("a", 0, 0), shifted("b", 2, 1), shifted("c", 5, 3), shifted("d", 7, 4.5)]


def test_overlaps_are_those_of_the_metric():
    rng = np.random.default_rng(0)
    masks = rng.random((5, 17, 13)) < 0.4
    masks[3] = False
    for i, first in enumerate(masks):
        for j, second in enumerate(masks):
            said = region_iou(torch.from_numpy(first) * 1.0, torch.from_numpy(second) * 1.0)
            assert overlap(masks, masks)[i, j] == said


def test_pairs_have_the_published_levels(four):
    assert [FACE.level_of(*compared(four[0], one)) for one in four[1:]] == [
        "easy", "medium", "difficult",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("iou", "distance", "level"),
    [
        (1.0, 0.0, "easy"),
        (0.8, 0.0, None),  # medium by the overlap, easy by the distance
        (0.8, 2.0, "medium"),  # an upper overlap is within, an upper distance is not
        (0.7, 4.0, "difficult"),
        (0.6, 4.0, None),
        (0.65, 5.0, None),
        (0.75, None, "medium"),
    ],
)
def test_bounds(iou, distance, level):
    assert FACE.level_of(iou, distance) == level


def test_every_pair_is_counted_once_whatever_the_blocks(four, monkeypatch):
    whole = sort_pairs(four, FACE)
    monkeypatch.setattr(measured, "_BLOCK", 3)
    parts = sort_pairs(four, FACE)
    assert parts.histogram == whole.histogram
    assert (parts.levels == whole.levels).all()
    assert whole.histogram.pairs == sum(whole.histogram.iou) == 6
    assert sum(whole.histogram.distance) == 6
    assert sum(whole.histogram.off.values()) == whole.histogram.between
    for i in range(4):
        for j in range(i + 1, 4):
            level = FACE.level_of(*compared(four[i], four[j]))
            number = list(FACE.levels).index(level) if level else measured.NONE
            assert whole.levels[i, j] == number
            assert whole.levels[j, i] == measured.NONE


def test_what_falls_between_says_by_what(four):
    near = replace(four[2], landmarks=four[0].landmarks)  # medium by overlap, easy by distance
    found = sort_pairs([four[0], near], FACE).histogram
    assert found.between == found.off["two levels"] == 1


def test_landmarks_are_left_out_only_where_asked(four):
    bare = [replace(one, landmarks=None) for one in four]
    with pytest.raises(UserError, match="masks alone"):
        sort_pairs(bare, FACE)
    found = sort_pairs(bare, FACE, masks_alone=True).histogram
    assert found.levels["easy"] == 3
    assert found.distance == ()


def test_pictures_of_other_sizes_are_refused(four):
    other = replace(four[0], mask=np.ones((8, 8), bool))
    with pytest.raises(UserError, match="all have the same"):
        sort_pairs([four[0], other], FACE)


def test_triples_are_the_same_for_a_seed_and_vary_in_identity():
    many = [shifted(f"p{index}", 0, index / 40) for index in range(12)]
    pairs = sort_pairs(many, FACE)
    once = choose_triples(pairs, FACE, 8, seed=3)
    assert once == choose_triples(pairs, FACE, 8, seed=3)
    assert once != choose_triples(pairs, FACE, 8, seed=4)
    assert len({one.identity for one in once}) == len(once) == 8
    assert all(len(set(one.pictures)) == 3 for one in once)


def test_fewer_pairs_give_fewer_triples(four):
    found = choose_triples(sort_pairs(four, FACE), FACE, 10)
    assert [one.level for one in found if one.level == "difficult"] == ["difficult"]
    assert all(one.distance is not None for one in found)


def test_two_pictures_are_no_triple(four):
    with pytest.raises(UserError, match="three pictures"):
        choose_triples(sort_pairs(four[:2], FACE), FACE, 1)


def made(four) -> Tuples:
    pairs = sort_pairs(four, FACE)
    return Tuples(
        domain="hair",
        pack="toy",
        selection=FACE,
        histogram=pairs.histogram,
        each=2,
        pictures={f"photos/{one.name}.png": Part(0.2) for one in four},
        left_out=(LeftOut("photos/sea.png", "no face", "No face was found."),),
        triples=choose_triples(pairs, FACE, 2, domain="hair"),
    )


def test_the_file_is_read_as_it_was_written(four, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tuples = made(four)
    write_tuples(tuples, "tuples.json")
    assert read_tuples("tuples.json") == tuples


def test_paths_are_relative_to_the_file(four, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "sorted").mkdir()
    write_tuples(made(four), "sorted/tuples.json")
    written = json.loads((tmp_path / "sorted" / "tuples.json").read_text())
    assert written["left_out"][0]["name"] == "../photos/sea.png"
    monkeypatch.chdir(tmp_path / "sorted")
    found = read_tuples(tmp_path / "sorted" / "tuples.json").left_out[0].name
    assert (tmp_path / found).resolve() == tmp_path / "photos" / "sea.png"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "no JSON"),
        ('{"domain": "hair"}', "pack"),
        ('{"format": 99, "news": 1}', "later version"),
        ("[]", "the whole"),
    ],
)
def test_other_files_are_refused(text, said, tmp_path):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(UserError, match=said):
        read_tuples(tmp_path / "x.json")


def test_a_persons_levels_replace_all():
    own = changed(FACE, compared="hat", least=0.1, levels=["near=0.5,1,0,9"])
    assert own.levels == {"near": Level((0.5, 1), (0, 9))}
    assert (own.compared, own.least, own.source) == ("hat", 0.1, "given by hand")
    assert changed(FACE) == FACE


@pytest.mark.parametrize("text", ["easy", "easy=1,2", "=0.5,1,0,9", "easy=0.9,0.8,0,9",
                                  "easy=0.5,1.5,0,9", "easy=0.5,1,nan,9"])  # fmt: skip
def test_other_levels_are_refused(text):
    with pytest.raises(UserError, match="level"):
        changed(FACE, levels=[text])


def test_a_packs_selection_goes_before_the_domains():
    own = Selection(compared="hat")
    assert selection_of(toy.TOY, {"toy": own}) == own
    assert selection_of(replace(toy.TOY, selection=FACE), {"other": own}) == FACE
    with pytest.raises(UserError, match="--compare"):
        selection_of(replace(toy.TOY, keep=()))
