"""The page of a batch: as wide as the screen, legible in both schemes, and searched by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from styleforge.batches.manifest import Outcome
from styleforge.batches.report import write_report

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
LONG = "a-very-long-name-without-any-place-to-break-it-" * 3


@pytest.fixture(scope="module")
def page(pages, tmp_path_factory):
    """The page of three rows: one done, one failed, one with a long name."""
    folder = tmp_path_factory.mktemp("batch")
    Image.new("RGB", (64, 48), "teal").save(folder / "me.png")
    asked = {"identity": "me.png", "shape": "me.png", "appearance": "#8a2be2", "seed": "3"}
    rows = [
        Outcome(
            key="1", number=1, name="001-me", state="done", domain="hair", file="me.png",
            asked=asked, seconds=75.0, figures={"changed": 0.2}, notes=("It was aligned.",),
        ),
        Outcome(
            key="2", number=2, name="002-gone", state="failed", domain="hair",
            asked={"identity": "gone.png", "shape": "bob cut"}, error=f"There is no file {LONG}.",
        ),
        Outcome(
            key="3", number=3, name=LONG, state="stopped", domain="hair",
            asked={"identity": "me.png", "shape": LONG},
        ),
    ]  # fmt: skip
    write_report(rows, folder, None)
    made = pages.open()
    made.asked = []
    made.on("request", lambda one: made.asked.append(one.url))
    made.goto((folder / "index.html").as_uri())
    return made


@pytest.mark.parametrize("width", [390, 800, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_and_can_be_read(page, shot, width, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(CONTRAST) == []
    shot(page, f"batch-{width}-{scheme}")


def test_it_needs_nothing_beside_it(page):
    assert [one for one in page.asked if not one.startswith(("file:", "data:"))] == []
    assert len([one for one in page.asked if one.startswith("file:")]) == 1


def test_rows_are_found_with_the_keyboard(page):
    page.get_by_role("radio", name="all 3").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.get_by_role("radio", name="failed 1").is_checked()
    assert page.locator("article:visible h2").all_inner_texts() == ["failed 002-gone"]
    page.get_by_role("searchbox").fill("BOB")
    assert page.locator("article:visible").count() == 1
    page.get_by_role("searchbox").fill("nothing like it")
    assert page.get_by_role("status").inner_text() == "No row is like that."
    page.get_by_role("searchbox").fill("")
    page.get_by_role("radio", name="all 3").check(force=True)
    assert page.locator("article:visible").count() == 3


def test_pictures_say_what_they_are(page):
    assert page.get_by_role("link", name="result: me.png").get_attribute("href") == "me.png"
    assert page.get_by_alt_text("identity: me.png").count() == 2
