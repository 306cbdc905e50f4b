"""Cases from a folder of photographs and from a file of triples."""

from __future__ import annotations

from functools import partial

import pytest

from styleforge.api.tuples import tuples
from styleforge.errors import UserError
from styleforge.evaluate.evaluation import evaluate
from styleforge.measure.tuples import write_tuples
from styleforge.prepare.images import save_image
from styleforge.testing import toy

LEVELS = ["near=0,1,0,99"]


@pytest.fixture
def folder(models, tmp_path):
    """A folder of six pictures."""
    made = tmp_path / "photographs"
    made.mkdir()
    for seed in range(3):
        references = toy.toy_problem(models, "shape", seed=seed).references
        for role, reference in references.items():
            save_image(reference.image, made / f"{role}-{seed}.png")
    (made / "notes.txt").write_text("no picture")
    return made


@pytest.fixture
def compare(forge, tmp_path):
    return partial(evaluate, domain="toy", out=tmp_path / "out", pack="toy", forge=forge)


@pytest.fixture
def chosen(folder, forge, tmp_path):
    """A file of triples of the folder."""
    found = tuples(
        folder, "toy", pack="toy", least=0, each=3, levels=LEVELS, masks_alone=True, forge=forge
    )
    write_tuples(found, tmp_path / "tuples.json")
    return tmp_path / "tuples.json"


def test_photographs_are_measured_without_a_truth(compare, chosen, tmp_path):
    report = compare(chosen, methods=["toy-mapper"])
    assert len(report.rows) == 3
    assert not any(case.known for case in report.cases)
    assert "thing_iou" not in report.scores
    assert {"shape_iou", "identity_psnr", "similarity"} < set(report.scores)
    text = (tmp_path / "out/report.md").read_text()
    assert "The true answers are not known." in text
    assert "1 other file is in photographs, and not looked at." in text
    assert str(tmp_path) not in text


def test_fewer_of_a_file(compare, chosen):
    report = compare(chosen, methods=["toy-mapper"], triples=2)
    assert [case.name for case in report.cases] == ["near-0", "near-1"]


def test_a_file_of_another_domain_or_without_the_level_is_refused(compare, chosen):
    chosen.write_text(chosen.read_text().replace('"domain": "toy"', '"domain": "lips"'))
    with pytest.raises(UserError, match="were chosen for lips, not for toy"):
        compare(chosen, methods=["toy-mapper"])


def test_a_folder_is_sorted_once(compare, folder, forge, monkeypatch, tmp_path):
    looked = []

    def counted(*given, **also):
        looked.append(given[0])
        return tuples(*given, least=0, levels=LEVELS, masks_alone=True, **also)

    monkeypatch.setattr("styleforge.evaluate.sources.tuples", counted)
    monkeypatch.setattr("styleforge.evaluate.sources.levels_of", lambda *_: ("near",))
    first = compare(folder, methods=["toy-mapper"], triples=2)
    assert (tmp_path / "out/tuples.json").exists()
    assert str(tmp_path) not in (tmp_path / "out/report.md").read_text()
    again = compare(folder, methods=["toy-mapper"], triples=2)
    assert looked == [str(folder)]
    assert again.rows == first.rows


def test_what_is_not_there_is_refused(compare):
    with pytest.raises(UserError, match=r"There is no nowhere\. Name world, "):
        compare("nowhere", methods=["toy-mapper"])
