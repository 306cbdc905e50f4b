"""Cases in words: which there are, what is asked for, how it is measured, what is refused."""

from __future__ import annotations

import csv
from dataclasses import replace
from itertools import pairwise

import pytest
import toy_world

from styleforge.cli.comparing import Comparing
from styleforge.errors import UserError
from styleforge.evaluate.evaluation import evaluate
from styleforge.evaluate.manifest import read_manifest
from styleforge.evaluate.running import Done
from styleforge.measure.wordings import read_wordings
from styleforge.prepare.images import load_image, read_recipe, save_image
from styleforge.testing import toy

WORDS = "shape,appearance,level\ntall,,seen\nwide,red,seen\n,blue,unseen\n"


@pytest.fixture
def written(tmp_path):
    """A file of descriptions."""
    path = tmp_path / "words.csv"
    path.write_text(WORDS)
    return path


def test_words_of_the_pack_are_asked_of_ever_new_people(compare, tmp_path):
    report = compare(["toy-mapper", "nothing", "truth"], words="pack", triples=5)
    assert report.levels == ("seen", "unseen")
    said = {case.name: case.said for case in report.cases}
    assert said == {
        "seen-0": "tall", "seen-1": "wide, red", "seen-2": "tall",
        "unseen-0": "blue", "unseen-1": "blue",
    }  # fmt: skip
    out = tmp_path / "out"
    people = [load_image(out / f"pictures/{name}-identity.png") for name in said]
    assert all((one != two).any() for one, two in pairwise(people))
    asked = read_recipe(out / "results/toy-mapper/seen-1.png").conditions
    assert {name: one.text for name, one in asked.items()} == {
        "toy.shape": "wide", "toy.appearance": "red",
    }  # fmt: skip
    assert len(report.rows) == 15


def test_each_is_measured_by_what_words_asked_for(compare, tmp_path):
    report = compare(["toy-mapper", "nothing", "truth"], words="pack", triples=2)
    rows = {row.key: row for row in report.rows}
    for case in report.cases:
        before = load_image(tmp_path / f"out/pictures/{case.name}-identity.png")
        for method in report.methods:
            row = rows[case.name, method]
            made = load_image(tmp_path / "out" / row.picture)
            assert row.scores["reached"] == float(float(made.mean()) > toy_world.BRIGHT)
            moved = float((made - before).abs().mean())
            assert row.scores["unasked"] == pytest.approx(moved, abs=0.01)  # 8 bits
            assert {"similarity", "outside_psnr", "identity_similarity"} < set(row.scores)
            assert "shape_iou" not in row.scores
        nothing, truth = rows[case.name, "nothing"], rows[case.name, "truth"]
        assert nothing.scores["outside_lpips"] == 0
        assert "seconds" not in nothing.scores
        assert truth.scores["truth_lpips"] == 0
    text = (tmp_path / "out/report.md").read_text()
    assert "## Means, unseen" in text
    assert "Cases in words from world" in text
    page = (tmp_path / "out/report.html").read_text()
    assert "seen-0: tall" in page
    assert "* nothing: the identity as it was; nothing was run." in text
    assert "* truth: the true answer; nothing was run." in text
    labels = ("identity", "true answer", "toy-mapper", "nothing", "truth")
    assert [page.count(f'alt="{label}"') for label in labels] == [2, 2, 2, 0, 0]  # each once
    with (tmp_path / "out/report.csv").open() as file:
        assert {line["words"] for line in csv.DictReader(file)} == {"tall", "blue"}


def test_more_goes_on_and_other_words_are_refused(compare, written, tmp_path):
    first = compare(["toy-mapper"], words="pack", triples=2)
    more = compare(["toy-mapper"], words="pack", triples=4)
    again = {row.key: row for row in more.rows}
    assert all(again[row.key] == row for row in first.rows)
    with pytest.raises(UserError, match="the words: pack before, none now"):
        compare(["toy-mapper"])
    with pytest.raises(UserError, match="the words: pack before"):
        compare(["toy-mapper"], words=written)
    manifest = read_manifest(tmp_path / "out")
    assert len(manifest.cases) == 4


def test_people_of_a_level_are_the_same_whatever_other_levels_there_are(compare, tmp_path):
    compare(["toy-mapper"], words="pack", triples=1, levels=["unseen"], out=tmp_path / "alone")
    compare(["toy-mapper"], words="pack", triples=2)
    alone, beside = (
        load_image(tmp_path / folder / "pictures/unseen-0-identity.png")
        for folder in ("alone", "out")
    )
    assert (alone == beside).all()


def test_a_bar_goes_on_where_methods_made_nothing(compare, tmp_path, capsys):
    compare(["toy-mapper", "nothing"], words="pack", triples=2)
    manifest = read_manifest(tmp_path / "out")
    row = next(row for row in manifest.rows if row.method == "toy-mapper")
    left = replace(manifest, rows=tuple(one for one in manifest.rows if one != row))
    with Comparing(left) as shown:
        shown.show(Done(row, manifest))
    assert f"1 of 1: toy-mapper on {row.case} done" in capsys.readouterr().err


def test_a_folder_s_pictures_meet_each_description_once(compare, forge, written, tmp_path):
    compare(["toy-mapper"], triples=2)  # draws pictures
    folder = tmp_path / "photographs"
    folder.mkdir()
    for name in ("easy-0-identity", "easy-0-shape"):
        save_image(load_image(tmp_path / f"out/pictures/{name}.png"), folder / f"{name}.png")
    (folder / "broken.png").write_bytes(b"none")
    report = evaluate(
        folder, "toy", ["toy-mapper"], tmp_path / "words", pack="toy-world", forge=forge,
        triples=9, words=written,
    )  # fmt: skip
    pairs = [(case.pictures["identity"], case.said) for case in report.cases]
    assert len(pairs) == len(set(pairs)) == 2 * 3
    assert "1 of 3 pictures take no part" in " ".join(report.notes)
    assert not any(case.known for case in report.cases)
    wanted = {"similarity", "outside_psnr", "outside_ssim", "outside_lpips", "identity_similarity"}
    for row in report.rows:
        assert wanted < set(row.scores)
        assert "truth_psnr" not in row.scores
    assert str(tmp_path) not in (tmp_path / "words/report.md").read_text()


def test_what_a_method_takes_no_words_for_is_a_sentence(compare, written):
    written.write_text("finer_style\nred\n")
    with pytest.raises(UserError, match="column 'finer_style'"):
        compare(["toy-look"], words=written)
    written.write_text("shape\ntall\n")
    report = compare(["toy-mapper", "truth"], words=written, triples=1)
    assert [case.name for case in report.cases] == ["words-0"]
    assert not report.failed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("shape,length\ntall,3\n", "a column 'length'; it may have shape, appearance"),
        ("shape,level\n,seen\n", "description 1: it says nothing"),
        ("shape\ntall\nwide,red\n", "description 2: it has more cells"),
        ("shape,level\ntall,../x\n", "the level '../x' is more than a plain word"),
        ("", "is empty"),
    ],
)
def test_a_file_of_words_that_cannot_be_read_is_a_sentence(tmp_path, text, words):
    path = tmp_path / "words.csv"
    path.write_text(text)
    with pytest.raises(UserError, match=words):
        read_wordings(path, toy.ATTRIBUTES)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"words": "none.csv"}, "none.csv cannot be read"),
        ({"words": "pack", "levels": ["easy"]}, "no level 'easy'; there are seen, unseen"),
        ({"words": "pack", "pack": "toy"}, "The pack 'toy' gives no descriptions of toy"),
        ({"words": "pack", "methods": ["truth"]}, "truth alone compare nothing"),
    ],
)
def test_words_that_cannot_be_compared_are_refused(compare, asked, words):
    with pytest.raises(UserError, match=words):
        compare(**{"methods": ["toy-mapper"], **asked})


def test_the_truth_of_photographs_is_a_row_that_failed(compare, forge, written, tmp_path):
    compare(["toy-mapper"], triples=1)
    folder = tmp_path / "photographs"
    folder.mkdir()
    save_image(load_image(tmp_path / "out/pictures/easy-0-shape.png"), folder / "one.png")
    report = evaluate(
        folder, "toy", ["toy-mapper", "truth"], tmp_path / "words", pack="toy-world", forge=forge,
        triples=1, words=written,
    )  # fmt: skip
    assert [row.error for row in report.failed] == [
        "The true answer of seen-0 is not known. Leave the method truth out."
    ]
    case = report.cases[0]
    assert f"truth on seen-0 ({case.said}): The" in (tmp_path / "words/report.md").read_text()
