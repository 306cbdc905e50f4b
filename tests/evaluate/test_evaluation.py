"""A comparison: what is run, what is kept, what is gone on with, what is refused."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from PIL import Image

from styleforge.errors import PluginError, UserError
from styleforge.evaluate.manifest import read_manifest
from styleforge.evaluate.report import read_report
from styleforge.evaluate.running import Done
from styleforge.evaluate.tables import conflict
from styleforge.hookspecs import hookimpl
from styleforge.prepare.images import read_recipe
from styleforge.run.course import Course

METHODS = ("toy-look", "toy-mapper")


@pytest.fixture
def ran(monkeypatch):
    """The methods of the runs that began."""
    found = []
    begin = Course._running

    def counted(self):
        found.append(self.recipe.method)
        return begin(self)

    monkeypatch.setattr(Course, "_running", counted)
    return found


def test_every_method_meets_every_case_and_is_measured(compare, tmp_path, ran):
    report = compare(METHODS)
    assert [(row.case, row.method) for row in report.rows] == [
        (case, method) for case in ("easy-0", "difficult-0") for method in METHODS
    ]
    assert report.levels == ("easy", "difficult")
    assert all(case.known for case in report.cases)
    wanted = {
        "thing_iou",
        "shape_iou",
        "truth_lpips",
        "identity_similarity",
        "similarity",
        "seconds",
    }
    for row in report.rows:
        assert wanted < set(row.scores)
        assert (
            row.scores["thing_iou"] == row.scores["shape_iou"]
        )  # the truth is the shape's picture
    out = tmp_path / "out"
    assert read_recipe(out / "results/toy-look/easy-0.png").method == "toy-look"
    with Image.open(out / "pictures/easy-0-shape.png") as picture:
        assert picture.size == (32, 32)
    for name in ("report.json", "report.csv", "report.md", "manifest.json"):
        assert str(tmp_path) not in (out / name).read_text()
    assert sorted(ran) == ["toy-look", "toy-look", "toy-mapper", "toy-mapper"]


def test_what_is_done_is_not_run_again_and_more_can_be_added(compare, ran):
    first = compare(["toy-look"])
    compare(["toy-look"])
    assert ran == ["toy-look"] * 2
    more = compare(METHODS, triples=4)
    assert ran.count("toy-look") == 4
    assert ran.count("toy-mapper") == 4
    again = {row.key: row for row in more.rows}
    assert all(again[row.key] == row for row in first.rows)
    assert len(more.sessions) == 3


def test_another_setting_is_refused_by_name(compare, tmp_path):
    compare(["toy-look"])
    before = read_manifest(tmp_path / "out")
    for changed, words in (
        ({"seed": 1}, "the seed: 0 before, 1 now"),
        ({"chosen": 1}, "the seed of the triples: 0 before, 1 now"),
        ({"steps": {"toy-look": 2}}, "the steps of toy-look: 4 before, 2 now"),
    ):
        with pytest.raises(UserError, match=words):
            compare(["toy-look"], **changed)
    assert read_manifest(tmp_path / "out") == before


def test_other_weights_are_noticed(compare, monkeypatch):
    compare(["toy-look"])
    monkeypatch.setattr("styleforge.evaluate.evaluation.weights_of", lambda *_: "f" * 64)
    with pytest.raises(
        UserError, match=r"the weights of toy-look: none before, ffffffffffff\.\.\."
    ):
        compare(["toy-look"])


def test_a_run_that_fails_is_a_row_and_is_tried_again(compare, monkeypatch, tmp_path):
    begin = Course._running

    def failing(self):
        if self.recipe.method == "toy-look":
            msg = "No thing was found."
            raise UserError(msg)
        yield from begin(self)

    with monkeypatch.context() as patched:
        patched.setattr(Course, "_running", failing)
        report = compare(METHODS)
    assert [row.method for row in report.rows] == ["toy-mapper"] * 2
    assert [row.error for row in report.failed] == ["No thing was found."] * 2
    said = "* toy-look on easy-0, difficult-0: No thing was found.\n"
    assert said in (tmp_path / "out/report.md").read_text()
    report = compare(METHODS)
    assert not report.failed
    assert len(report.rows) == 4


def test_a_picture_that_is_gone_costs_its_own_runs_only(compare, tmp_path):
    compare(["toy-mapper"])
    (tmp_path / "out/pictures/easy-0-shape.png").write_bytes(b"no picture")
    report = compare(METHODS)
    assert [row.key for row in report.failed] == [("easy-0", "toy-look")]
    assert len(report.rows) == 3


def test_stopping_keeps_what_is_done_and_the_checkpoint(compare, tmp_path):
    class Stop(Exception):
        pass

    def stop(event):
        if not isinstance(event, Done) and event.method == "toy-loho" and event.share > 0.5:
            raise Stop

    with suppress(Stop):
        compare(["toy-mapper", "toy-loho"], told=stop)
    out = tmp_path / "out"
    assert [row.method for row in read_manifest(out).rows] == ["toy-mapper"]
    assert (out / "unfinished/toy-loho/easy-0.resume").exists()
    shares = []
    compare(
        ["toy-mapper", "toy-loho"],
        told=lambda event: (
            shares.append((event.case, event.share)) if hasattr(event, "share") else 0
        ),
    )
    assert min(share for case, share in shares if case == "easy-0" and share) > 0.5  # it went on
    assert len(read_manifest(out).done()) == 4
    assert not (out / "unfinished").exists()


def test_a_plugin_adds_a_metric_and_one_that_fails_is_told_before_any_run(compare, forge, ran):
    def brightness(given):
        return given.image.mean()

    brightness.without_truth, brightness.better = True, "more"

    class Mine:
        @hookimpl
        def register_components(self, register):
            register(brightness, name="metric/brightness")
            register(lambda given: 1 / 0, name="metric/broken")

    class Whole:
        @hookimpl
        def register_components(self, register):
            register(brightness, name="metric/brightness")

    forge.use(Mine(), "mine")
    with pytest.raises(PluginError, match=r"'metric/broken' of .* failed: ZeroDivisionError"):
        compare(["toy-mapper"])
    assert not ran
    forge.use(Whole(), "mine")
    report = compare(["toy-mapper"])
    assert report.scores["brightness"].better == "more"


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"methods": ["toy-lok"]}, r"no method 'toy-lok'.* Did you mean toy-look\?"),
        ({"levels": ["hard"]}, "no level 'hard'; there are easy, difficult"),
        ({"pack": "toy"}, "no world whose pictures have a known answer"),
        ({"against": "toy-look"}, "'toy-look' is not among the methods"),
        ({"steps": {"toy-look": 3}}, "Steps are given for toy-look, which is not compared"),
        ({"triples": 0}, "0 triples were asked for"),
        ({"methods": []}, "No method was named"),
    ],
)
def test_what_cannot_be_compared_is_refused(compare, asked, words):
    with pytest.raises(UserError, match=words):
        compare(**{"methods": ["toy-mapper"], **asked})


def test_the_manifest_of_a_later_version_is_left_alone(compare, tmp_path):
    compare(["toy-mapper"])
    path = tmp_path / "out/manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 2}))
    with pytest.raises(UserError, match="a later version"):
        compare(["toy-mapper"])


def test_the_report_is_read_again_and_says_how_gradients_conflict(compare, tmp_path):
    report = compare(["toy-loho"])
    assert read_report(tmp_path / "out/report.json") == report
    assert "## Conflict of gradients" in (tmp_path / "out/report.md").read_text()
    assert conflict(report).splitlines()[2].startswith("| toy-loho | ")
    with pytest.raises(UserError, match="no report of `styleforge evaluate`"):
        read_report(tmp_path / "out/manifest.json")
