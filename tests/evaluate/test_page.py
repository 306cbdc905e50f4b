"""The page holds all it shows and links to what lies beside it; sentences in it are no markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest

from styleforge.errors import UserError
from styleforge.evaluate.plots import kind_of, plot, ticks_of
from styleforge.run.course import Course

VOID = {"meta", "img", "br", "wbr", "line", "circle", "polyline"}


class Parsed(HTMLParser):
    """The elements of a page; every one is closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.found = [], []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_startendtag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def all(self, tag):
        return [attributes for name, attributes in self.found if name == tag]


def test_the_page_holds_all_and_links_to_files(compare, tmp_path):
    report = compare(["toy-look", "toy-mapper"])
    path = tmp_path / "out/report.html"
    text = path.read_text()
    page = Parsed(text)
    assert not re.search(r"https?://|<script|<link", text)
    images = page.all("img")
    assert len(images) == 2 * (3 + 1 + 2)  # given, the true answer, two methods
    assert all(one["src"].startswith("data:image/jpeg;base64,") for one in images)
    links = [unquote(one["href"]) for one in page.all("a")]
    assert all((path.parent / link).is_file() for link in links)
    assert "truths/easy-0.png" in links
    assert len(page.all("figure")) == len(report.scores)
    assert str(tmp_path) not in text


def test_sentences_are_text_and_pictures_that_are_gone_leave_a_place(
    compare, tmp_path, monkeypatch
):
    def failing(self):
        msg = "<b>No</b> thing & no more: `styleforge packs`."
        raise UserError(msg)
        yield

    compare(["toy-mapper"])
    with monkeypatch.context() as patched:
        patched.setattr(Course, "_running", failing)
        compare(["toy-mapper", "toy-look"])
    text = (tmp_path / "out/report.html").read_text()
    Parsed(text)
    assert "&lt;b&gt;No&lt;/b&gt; thing &amp; no more: <code>styleforge packs</code>." in text
    (tmp_path / "out/truths/easy-0.png").write_bytes(b"gone")
    compare(["toy-mapper", "toy-look"])
    assert "gone<br>true answer" in (tmp_path / "out/report.html").read_text()


def test_a_plot_places_means_between_round_ticks(compare):
    report = compare(["toy-look", "toy-mapper"], triples=4)
    drawn = Parsed(plot(report, "thing_iou"))
    circles = drawn.all("circle")
    assert len(circles) == 4
    means = {
        (level, method): report.mean(method, "thing_iou", level).mean
        for method in report.methods
        for level in report.levels
    }
    heights = [float(one["cy"]) for one in circles]  # method by method, level by level
    wanted = [means[level, method] for method in report.methods for level in report.levels]
    assert np.argsort(heights).tolist() == np.argsort(-np.array(wanted)).tolist()
    assert drawn.all("svg")[0]["aria-label"].startswith("thing_iou. toy-look, easy: ")


@pytest.mark.parametrize(
    ("low", "high", "wanted"),
    [
        (0.61, 0.93, [0.6, 0.7, 0.8, 0.9, 1.0]),
        (21.0, 57.7, [20.0, 30.0, 40.0, 50.0, 60.0]),
        (5.0, 5.0, [4.4, 4.6, 4.8, 5.0, 5.2, 5.4, 5.6]),
        (-0.002, 0.001, [-0.002, -0.001, 0.0, 0.001]),
    ],
)
def test_ticks_are_round_and_hold_the_range(low, high, wanted):
    found = ticks_of(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    if low < high:
        assert found == pytest.approx(wanted)


def test_the_style_is_shipped_and_tells_sixteen_methods_apart():
    from styleforge.evaluate import page

    style = (Path(page.__file__).parent / "page.css").read_text(encoding="utf-8")
    kinds = [kind_of(number) for number in range(16)]
    assert len(set(kinds)) == 16
    assert {name for kind in kinds for name in kind.split()} <= set(re.findall(r"\.(\w+)", style))


def test_what_makes_nothing_does_not_press_a_plot_flat(compare):
    report = compare(["toy-look", "toy-mapper", "nothing", "truth"])
    drawn = plot(report, "identity_psnr")  # that of the identity itself is 106 dB
    assert "toy-mapper" in drawn
    assert "nothing" not in drawn
    shown = [row.scores["identity_psnr"] for row in report.rows if row.method == "toy-look"]
    assert max(shown) < 100
    ticks = [float(one) for one in re.findall(r"text-anchor=\"end\">([\d.]+)", drawn)]
    assert max(ticks) < 100
    assert "nothing" in plot(report, "shape_iou") or "truth" in plot(report, "shape_iou")
