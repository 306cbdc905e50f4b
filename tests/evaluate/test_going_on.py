"""Going on with a comparison: other metrics, pictures that are gone, methods of earlier calls."""

from __future__ import annotations

import json

import pytest

from styleforge.errors import UserError
from styleforge.evaluate.manifest import read_manifest
from styleforge.evaluate.running import Done
from styleforge.files import claimed
from styleforge.hookspecs import hookimpl
from styleforge.prepare.images import read_recipe
from styleforge.run.course import Course


@pytest.fixture
def ran(monkeypatch):
    """Method and steps of the runs that began."""
    found = []
    begin = Course._running

    def counted(self):
        found.append((self.recipe.method, self.recipe.steps))
        return begin(self)

    monkeypatch.setattr(Course, "_running", counted)
    return found


def with_metric(forge, metric):
    """Register a metric that does without the truth."""
    metric.without_truth = True

    class Later:
        @hookimpl
        def register_components(self, register):
            register(metric, name="metric/later")

    forge.use(Later(), "later")


def test_a_metric_that_comes_later_measures_what_is_done(compare, forge, ran, tmp_path):
    first = compare(["toy-look", "toy-mapper", "nothing"])
    begun = len(ran)

    def lightest(given):
        return given.image.max()

    with_metric(forge, lightest)
    told = []
    report = compare(["toy-look", "toy-mapper", "nothing"], told=told.append)
    assert len(ran) == begun
    assert all(isinstance(one, Done) and one.measured == ("later",) for one in told)
    assert len(told) == 6
    for before, row in zip(first.rows, report.rows, strict=True):
        assert {**before.scores, "later": row.scores["later"]} == row.scores
    compare(["toy-look", "toy-mapper", "nothing"], told=told.append)
    assert len(told) == 6  # once is enough
    assert "later" in read_manifest(tmp_path / "out").metrics


def test_a_manifest_that_does_not_name_its_metrics_keeps_its_scores(compare, tmp_path):
    first = compare(["toy-mapper"])
    path = tmp_path / "out/manifest.json"
    held = json.loads(path.read_text())
    del held["metrics"]
    path.write_text(json.dumps(held))
    assert compare(["toy-mapper"]).rows == first.rows


def test_a_later_metric_that_fails_costs_no_result_and_is_tried_again(compare, forge, ran):
    compare(["toy-mapper"])
    asked = []

    def moody(given):
        asked.append(given)
        return float("nan") if len(asked) == 2 else 1.0  # the first is the trial

    with_metric(forge, moody)
    report = compare(["toy-mapper"])
    assert not report.failed
    assert [row.scores.get("later") for row in report.rows] == [None, 1.0]
    said = "toy-mapper on easy-0 is not measured by later. The component 'metric/later' of"
    assert any(note.startswith(said) for note in report.notes)
    report = compare(["toy-mapper"])
    assert [row.scores["later"] for row in report.rows] == [1.0, 1.0]
    assert len(ran) == 2


@pytest.mark.parametrize("how", ["gone", "cut off"])
def test_a_result_whose_picture_is_gone_is_made_again(compare, ran, tmp_path, how):
    compare(["toy-mapper", "toy-look"])
    path = tmp_path / "out/results/toy-look/easy-0.png"
    begun, held = len(ran), path.read_bytes()
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(held[: len(held) // 2])
    report = compare(["toy-mapper", "toy-look"])
    assert [method for method, _ in ran[begun:]] == ["toy-look"]
    assert len(report.rows) == 4
    assert read_recipe(path).method == "toy-look"


def test_what_is_known_of_a_drawn_picture_is_written_again(compare, tmp_path):
    first = compare(["toy-mapper"])
    (tmp_path / "out/pictures/easy-0-shape.json").unlink()
    (tmp_path / "out/pictures/easy-0-look.png").unlink()
    report = compare(["toy-mapper", "toy-look"])
    assert not report.failed
    assert report.rows[0] == first.rows[0]


def test_methods_of_earlier_calls_go_on_with_their_own_steps(compare, ran, tmp_path):
    compare(["toy-look"], steps={"toy-look": 2})
    report = compare(["toy-mapper"], triples=4)
    assert ran.count(("toy-look", 2)) == 4
    assert len(report.rows) == 8
    compare(["toy-mapper"], triples=4, steps={"": 3})
    assert read_manifest(tmp_path / "out").methods["toy-look"].steps == 2


def test_other_weights_of_an_earlier_method_are_noticed(compare, monkeypatch):
    compare(["toy-look"])
    monkeypatch.setattr("styleforge.evaluate.evaluation.weights_of", lambda *_: "f" * 64)
    with pytest.raises(UserError, match=r"the weights of toy-look: none before, ffff"):
        compare(["toy-mapper"])


def test_one_comparison_at_a_time_writes_into_a_folder(compare, tmp_path):
    with (
        claimed(tmp_path / "out", "comparison"),
        pytest.raises(UserError, match=r"Another comparison writes to .*out \(process"),
    ):
        compare(["toy-mapper"])
    assert len(compare(["toy-mapper"]).rows) == 2
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match=r"file cannot be written to: .*Choose another --out"):
        compare(["toy-mapper"], out=tmp_path / "file")
