"""The queue and the sweep in a browser, by a person with a picture of their own."""

from __future__ import annotations

import io
import json
import re
import zipfile

import pytest
from looking import faults_of
from person import RUN, Person
from PIL import Image
from toy_editor import CELL, bring

SIZES = ((390, 844), (800, 900), (1440, 900))


@pytest.fixture(scope="module")
def page(voila, picture):
    opened = voila([CELL])
    bring(opened, picture)
    return opened


@pytest.fixture(scope="module")
def person(page):
    return Person(page)


def seen(page, where, shot):
    """That nothing is cut or too faint at three widths; the page is as wide as it was after."""
    assert not faults_of(page, where, shot, SIZES)
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light")


def queued(person):
    return person.editor.locator(".sf-queued")


def name_of(waiting):
    """What an entry of the queue is called; a rerun counts on."""
    return re.search(r"Result \d+", waiting.inner_text())[0]


def test_a_sweep_of_colours_by_seeds_is_a_labelled_grid(page, person, shot, tmp_path):
    person.editor.get_by_label("Preset").select_option(label="Mapper")
    body = person.editor.locator(".sf-body")
    before = body.bounding_box(), body.evaluate("e => getComputedStyle(e).gridTemplateColumns")
    person.tab("Sweep")
    person.editor.get_by_label("Across", exact=True).select_option(
        label="Appearance: words or colours"
    )
    values = person.editor.get_by_label("Values across")
    values.fill("red, #0000ff, green")
    values.press("Tab")
    person.editor.get_by_label("Down", exact=True).select_option(label="Seed")
    person.button("Run sweep").click()
    person.editor.get_by_text("9 of 9 done").wait_for()
    labels = person.editor.locator(".sf-grid-label:visible").all_inner_texts()
    assert [one.strip() for one in labels if one.strip()] == [
        "red", "blue", "green", "0", "1", "2",
    ]  # fmt: skip
    assert before == (
        body.bounding_box(), body.evaluate("e => getComputedStyle(e).gridTemplateColumns"),
    )  # fmt: skip
    seen(page, "sweep", shot)
    whole = person.editor.locator(".sf-cell img").evaluate_all(
        "all => all.map((one) => [one.naturalWidth / one.naturalHeight,"
        " one.clientWidth / one.clientHeight])"
    )
    assert len(whole) == 9
    words = person.editor.locator(".sf-cell button").all_inner_texts()
    assert not [one for one in words if "…" in one], "dots lie over pictures that are there"
    assert all(own == pytest.approx(drawn, rel=0.02) for own, drawn in whole)

    person.sign("Open the result Colour: red, Seed 0").click()
    person.editor.locator(".sf-candidate").first.wait_for()
    with page.expect_download() as download:
        person.button("Save grid").click()
    download.value.save_as(tmp_path / "grid.png")
    with Image.open(tmp_path / "grid.png") as grid:
        assert len(json.loads(grid.text["styleforge grid"])["cells"]) == 9
    with page.expect_download() as download:
        person.button("Save all").click()
    download.value.save_as(tmp_path / "all.zip")
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert len(archive.namelist()) == 10
        first = Image.open(io.BytesIO(archive.read("01-01 Colour red, Seed 0.png")))
        assert "styleforge" in first.text


def test_what_waits_is_seen_ordered_and_cancelled(page, person, shot):
    person.editor.get_by_label("Appearance from").select_option(label="Words")
    words = person.editor.get_by_label("Appearance in words")
    person.editor.get_by_label("Preset").select_option(label="LOHO")
    steps = person.editor.get_by_label("Steps")
    steps.fill("20000")
    steps.press("Tab")
    for number, colour in enumerate(("red", "blue", "green")):
        words.fill(colour)
        words.press("Tab")
        person.button("Queue" if number else "Run").click()
        person.button("Queue").wait_for()
        queued(person).filter(has_text=colour).wait_for(state="attached")
    person.sign("Show the queue").click()
    queued(person).nth(2).wait_for()
    assert "runs now" in queued(person).first.inner_text()
    second = queued(person).nth(1).inner_text()
    assert "blue" in second
    assert "waits" in second
    seen(page, "queue", shot)
    blue, green = (name_of(queued(person).nth(place)) for place in (1, 2))
    person.sign(f"Later: {blue}").click()
    queued(person).nth(2).filter(has_text="blue").wait_for()
    person.sign(f"Cancel {green}").click()
    page.wait_for_function("document.querySelectorAll('.sf-queued').length === 2")
    person.button("Stop").click()
    queued(person).filter(has_text="on hold").wait_for()
    person.sign("Show the queue").filter(has_text=re.compile("1 on hold")).wait_for()


def test_the_queue_is_there_after_a_reload(page, person, shot):
    page.reload(timeout=RUN)  # a kernel begins
    again = Person(page)
    again.tab("Queue")
    queued(again).filter(has_text="Colour: blue").wait_for()
    shot(page, "queue-reloaded")
    again.button("Clear").click()
    queued(again).first.wait_for(state="detached")


def test_a_preset_of_ones_own_is_kept_and_chosen(page, person, shot, tmp_path):
    again = Person(page)
    page.set_viewport_size({"width": 800, "height": 900})
    again.tab("Change")
    again.sign("Presets of your own").click()
    again.editor.locator(".sf-own").get_by_label("Name").fill("My green")
    again.button("Keep").click()
    preset = again.editor.get_by_label("Preset", exact=True)
    preset.locator("option", has_text="My green (yours)").wait_for(state="attached")
    seen(page, "own-presets", shot)
    with page.expect_download() as download:
        again.button("Save as file").click()
    download.value.save_as(tmp_path / "mine.json")
    assert json.loads((tmp_path / "mine.json").read_text())["title"] == "My green"
    again.button("Delete").click()
    preset.locator("option", has_text="My green").wait_for(state="detached")
    again.editor.locator(".sf-own input[type=file]").set_input_files(tmp_path / "mine.json")
    preset.locator("option", has_text="My green (yours)").wait_for(state="attached")
