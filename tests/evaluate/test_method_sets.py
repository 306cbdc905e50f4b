"""Sets of methods by name, and methods that do not look at every picture of a case."""

from __future__ import annotations

from dataclasses import replace

import pytest

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case
from styleforge.evaluate.cells import number
from styleforge.evaluate.method_sets import Table, expanded
from styleforge.evaluate.methods import Setting, recipe_of
from styleforge.evaluate.report import read_report
from styleforge.evaluate.set_tables import rows_of
from styleforge.hookspecs import hookimpl
from styleforge.testing import toy


class Sets:
    @hookimpl
    def register_components(self, register):
        register(lambda: ("toy-look", "elsewhere", "toy-mapper"), name="methods/both")
        register(lambda: ("elsewhere",), name="methods/none")
        register(lambda: ("toy-loho",), name="methods/toy-look")  # a preset has that name

    @hookimpl
    def register_presets(self, register):
        again = toy.TOY.presets[1]
        register(replace(again, roles=()), name="toy/again")
        register(replace(again, roles=("shape",)), name="toy/shaped")


@pytest.fixture
def sets(forge):
    forge.use(toy)
    forge.use(Sets())
    return forge


def test_a_set_stands_for_the_methods_that_the_domain_has(sets):
    assert expanded(sets, "toy", ["both", "toy-loho"]) == ("toy-look", "toy-mapper", "toy-loho")
    assert expanded(sets, "toy", ["toy-look"]) == ("toy-look",)
    with pytest.raises(UserError, match=r"toy has none of the methods none \(elsewhere\)"):
        expanded(sets, "toy", ["none"])


@pytest.mark.usefixtures("beside_pictures")
def test_a_method_is_asked_for_what_it_looks_at_alone(sets):
    roles = ("identity", "shape", "appearance", "finer_style")
    pictures = dict.fromkeys(roles, "identity.png")
    case, setting = Case("one", "", pictures), Setting("toy", "toy")
    asked = {
        name: set(recipe_of(sets, setting, name, case).conditions)
        for name in ("again", "shaped", "toy-look")
    }
    assert asked["again"] == set()
    assert asked["shaped"] == {"toy.shape"}
    assert asked["toy-look"] == {"toy.shape", "toy.appearance", "toy.finer_style"}


def test_a_comparison_takes_a_set(compare, forge):
    forge.use(Sets())
    report = compare(["both"])
    assert {row.method for row in report.rows} == {"toy-look", "toy-mapper"}


class Tabled:
    """A set of which a report shows a table; for cases in words it is another."""

    title, scores = "Toys & methods", ("{region}_iou", "truth_lpips", "of_nobody")
    methods, in_words = ("toy-look", "toy-mapper"), ("toy-mapper",)

    def __call__(self):
        return self.methods


class Tables:
    @hookimpl
    def register_components(self, register):
        register(Tabled(), name="methods/tabled")


def test_a_report_shows_the_table_of_a_set(compare, forge, tmp_path):
    forge.use(Tables())
    report = compare(["tabled", "truth"])
    scores = ("thing_iou", "truth_lpips")
    wanted = Table(title="Toys & methods", methods=(*Tabled.methods, "truth"), scores=scores)
    assert report.tables == (wanted,)
    head, rows = rows_of(report, wanted)
    assert head == ["cases", "method", "n", "thing_iou ↑", "truth_lpips ↓"]
    assert [row[:3] for row in rows] == [
        [cases, method, count]
        for cases, count in (("all", "2"), ("easy", "1"), ("difficult", "1"))
        for method in wanted.methods
    ]
    mean = report.mean("toy-look", "thing_iou").mean
    assert rows[0][3] == number(mean)
    text = (tmp_path / "out/report.md").read_text()
    assert "## Toys & methods\n\n| cases | method | n | thing_iou ↑ | truth_lpips ↓ |" in text
    assert "A method has 2 cases here: with fewer than 6, this table does not say" in text
    assert "<h2>Toys &amp; methods</h2>" in (tmp_path / "out/report.html").read_text()
    assert read_report(tmp_path / "out/report.json") == report
    assert expanded(forge, "toy", ["tabled"], words=True) == ("toy-mapper",)
