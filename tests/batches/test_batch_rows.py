"""Batches: what becomes of each row, and what lies beside the results."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from batched import ROWS, files, load_image_of, states
from PIL import Image

import styleforge as sf
from styleforge.batches.manifest import Outcome
from styleforge.batches.report import write_report
from styleforge.errors import UserError
from styleforge.prepare.images import load_image, read_recipe


def test_a_bad_row_is_a_sentence_and_the_others_go_on(run, forge):
    found = run()
    assert states(found) == [("001-identity", "done"), ("002-gone", "failed"), ("half", "done")]
    assert found[1].error == "There is no file gone.png. Check the name and the folder."
    alone = sf.edit("toy", "shape.png", forge=forge, appearance="#ff0000", strength=0.5)
    assert torch.equal(load_image("out/half.png"), load_image_of(alone))
    assert torch.equal(found[2].result.pasted, alone.pasted)
    assert found[0].figures["changed"] >= 0
    assert found[0].seconds > 0
    assert read_recipe("out/half.png").conditions["toy.appearance"].colour == "#ff0000"


@pytest.mark.parametrize("column", ["identity", "shape", "mask", "mask.shape"])
def test_an_address_is_refused_as_it_was_written(run, column):
    Path("tables").mkdir()
    cells = {"identity": "../identity.png", "shape": "../shape.png", column: "https://a.org/b.png"}
    lines = [",".join(cells), ",".join(cells.values())]
    Path("tables/jobs.csv").write_text("\n".join(lines))
    (found,) = run("tables/jobs.csv")
    assert found.error.startswith("https://a.org/b.png is an address; nothing is fetched")
    assert "https://a.org/b.png" in Path("out/manifest.jsonl").read_text()


def test_what_lies_beside_the_results(run):
    run()
    assert files() == {
        "001-identity.png", "half.png", "manifest.jsonl", "results.csv", "sheet.jpg", "index.html",
    }  # fmt: skip
    with Path("out/results.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["done", "failed", "done"]
    assert rows[1]["error"].startswith("There is no file gone.png")
    assert rows[0]["identity"] == "../identity.png"
    page = Path("out/index.html").read_text(encoding="utf-8")
    assert page.count("<article") == 3
    assert "There is no file gone.png" in page
    assert 'href="half.png"' in page
    assert "http" not in page.replace("http://www.w3.org", "")
    with Image.open("out/sheet.jpg") as sheet:
        assert sheet.width > 900


def test_tables_are_read_and_defaults_fill_what_is_empty(run):
    Path("jobs.csv").write_text(
        "identity;shape;appearance\nidentity.png;;#00ff00\nshape.png;wide;\n"
    )
    found = run("jobs.csv", also={"shape": "tall", "seed": 5})
    recipes = [one.result.recipe for one in found]
    assert [one.conditions["toy.shape"].text for one in recipes] == ["tall", "wide"]
    assert {one.seed for one in recipes} == {5}


def test_cells_that_cannot_be_understood_cost_their_row_alone(run):
    Path("jobs.csv").write_text(
        "identity,shape,seed\nidentity.png,tall,x\nshape.png,wide,1\n,tall,2\n"
    )
    found = run("jobs.csv")
    assert [one.state for one in sorted(found, key=lambda one: one.number)] == [
        "failed", "done", "failed",
    ]  # fmt: skip
    errors = {one.number: one.error for one in found}
    assert "The cell seed holds 'x'" in errors[1]
    assert "does not say whose picture" in errors[3]


def test_steps_need_a_preset(run):
    found = run([{**ROWS[0], "steps": 3}, {**ROWS[0], "steps": 3, "preset": "toy-look"}])
    assert [one.state for one in found] == ["failed", "done"]
    assert found[1].steps == 3
    assert found[1].figures["loss toy.appearance"] >= 0


def test_pictures_in_memory(run):
    picture = Image.open("identity.png")
    found = run(
        [{"identity": picture, "appearance": sf.Swatch("#00ff00"), "shape": sf.Text("tall")}]
    )
    assert found[0].state == "done"
    assert found[0].result.recipe.conditions["toy.shape"].text == "tall"
    assert found[0].file == "001-identity.png"
    page = Path("out/index.html").read_text("utf-8")
    assert 'alt="identity: identity&#x27;s picture"' in page
    assert "(in memory" not in page


def test_other_formats(run):
    found = run([ROWS[0]], form="jpg")
    assert found[0].file == "001-identity.jpg"
    with pytest.raises(UserError, match="not written as 'gif'"):
        run([ROWS[0]], form="gif")


def test_an_executor_that_does_several_at_once(run, forge, counted):
    counted.width = 3
    assert sorted(states(run())) == [
        ("001-identity", "done"), ("002-gone", "failed"), ("half", "done"),
    ]  # fmt: skip
    assert len(counted.recipes) == 2


def test_refusals_before_the_first_run(folder, forge):
    with pytest.raises(UserError, match=r"column 'shpe'.*Did you mean 'shape'"):
        sf.batch([{"identity": "a.png", "shpe": "tall"}], "toy", out="out", forge=forge)
    with pytest.raises(UserError, match="no row"):
        sf.batch([], "toy", out="out", forge=forge)
    with pytest.raises(UserError, match="is a file"):
        sf.batch(ROWS, "toy", out="identity.png", forge=forge)
    with pytest.raises(UserError, match="There is no domain 'tox'"):
        sf.batch(ROWS, "tox", out="out", forge=forge)
    assert sf.batch(ROWS, out="out", forge=forge).batcher.domain == "toy"  # the only one
    assert not Path("out").exists()


def test_what_people_write_is_text_in_page_and_table(tmp_path):
    nasty = '<script>alert(1)</script>" onerror="x'
    one = Outcome(
        key="0", number=1, name=nasty, state="failed", domain="toy", error=nasty,
        asked={"identity": f"{nasty}.png", "shape": nasty, "seed": "=1+1"}, notes=(nasty,),
    )  # fmt: skip
    write_report([one], tmp_path, None)
    page = (tmp_path / "index.html").read_text()
    assert "<script>alert" not in page
    assert '" onerror="' not in page
    assert "'=1+1" in (tmp_path / "results.csv").read_text()


def test_many_rows_make_several_pages_and_sheets(tmp_path):
    Image.new("RGB", (32, 32)).save(tmp_path / "a.png")
    one = Outcome(
        key="0", number=1, name="a", state="done", domain="toy", file="a.png",
        asked={"identity": "a.png"},
    )  # fmt: skip
    write_report([replace(one, number=n, key=str(n)) for n in range(1, 302)], tmp_path, None)
    assert (tmp_path / "index-2.html").read_text().count("<article") == 1
    assert 'href="index-2.html"' in (tmp_path / "index.html").read_text()
    assert len(list(tmp_path.glob("sheet-*.jpg"))) == 6
