"""Who types and presses Run at once gets what was typed, however busy the kernel is."""

from __future__ import annotations

import json

import pytest
from person import Person
from toy_editor import CELL, RUN, bring

# The kernel takes a second for every value that it is told, and says what was run.
BUSY = """
import json, time
from ipywidgets import Combobox, HTML, Text
from styleforge.editor.widgets import Brush, Colour
for kind in (Brush, Colour, Combobox, Text):
    def later(self, state, take=kind.set_state):
        time.sleep(1)
        take(self, state)
    kind.set_state = later
ran = HTML()
ran.add_class("ran")
display(ran)
""".strip()
SAYS = """
def say(snapshot):
    runs = [one.edit for one in snapshot.candidates]
    asked = [one.attribute("toy.appearance") for one in runs]
    ran.value = json.dumps([
        [one.text, one.colour, edit.seed, [len(mask) for mask in edit.masks.values()]]
        for one, edit in zip(asked, runs)
    ])
editor.session.subscribe(say)
editor
""".strip()


@pytest.fixture(scope="module", params=["voila", "lab"])
def page(request, picture):
    made = CELL.replace("\nEditor(", "\neditor = Editor(")
    assert made != CELL
    # In JupyterLab the kernel answers some widgets on another thread.
    opened = request.getfixturevalue(request.param)([f"{BUSY}\n{made}\n{SAYS}"])
    bring(opened, picture)
    return opened


@pytest.fixture(scope="module")
def person(page):
    found = Person(page)
    change = found.editor.get_by_role("tab", name="Change")
    if change.is_visible():
        change.click()
    found.editor.get_by_label("Preset", exact=True).select_option(label="Mapper")
    return found


def runs(page, count):
    """What was asked in each run so far, when there are so many."""
    page.wait_for_function(
        "count => JSON.parse(document.querySelector('.ran').innerText || '[]').length >= count",
        arg=count,
        timeout=RUN,
    )
    return json.loads(page.locator(".ran").inner_text())


def words_of(person):
    person.editor.get_by_label("Appearance from").select_option(label="Words")
    return person.editor.get_by_label("Appearance in words")


def at_rest(page):
    """How many runs there are, once none is added any more: a preview may be on its way."""
    count = -1
    while count != (now := len(runs(page, 0))):
        count = now
        page.wait_for_timeout(3000)
    return count


def press(person):
    """Press Run as a screen reader does: without a pause, and without moving the focus."""
    person.editor.locator("button.sf-primary").first.evaluate("one => one.click()")


def test_the_word_that_was_typed_last_is_run(page, person):
    words = words_of(person)
    for word in ("red", "blue", "green"):
        words.fill(word)
        words.blur()
        if word == "red":
            person.waits_for("A preview")
    press(person)
    assert runs(page, 1)[-1][0] == "green"


def test_a_word_is_run_by_keys_from_the_field_it_is_typed_in(page, person):
    words = words_of(person)
    words.fill("blue")
    words.press("Control+Enter")
    assert runs(page, 2)[-1][0] == "blue"


def test_a_field_that_has_the_focus_is_heard_before_a_click(page, person):
    seed = person.editor.get_by_label("Seed", exact=True)
    seed.fill("71")
    seed.press("Enter")
    seed.fill("72")
    press(person)
    assert runs(page, 3)[-1][2] == 72


def test_a_colour_that_was_moved_last_is_run(page, person):
    person.editor.get_by_label("Appearance from").select_option(label="Colour")
    person.waits_for("A preview")
    hue = person.editor.locator(".sf-colour input[type=range]").first
    hue.evaluate("""hue => {
      for (const value of [100, 200, 300]) {
        hue.value = value;
        hue.dispatchEvent(new Event("input", { bubbles: true }));
      }
      const keys = { key: "Enter", ctrlKey: true, bubbles: true };
      hue.dispatchEvent(new KeyboardEvent("keydown", keys));
    }""")
    shown = person.editor.get_by_label("Appearance colour, as #rrggbb").input_value()
    assert runs(page, 4)[-1][1] == shown


def test_a_stroke_is_run_though_it_is_still_being_written(page, person):
    if person.editor.locator("button.sf-primary").first.is_disabled():  # nothing is asked yet
        field = words_of(person)
        field.fill("red")
        field.press("Tab")
        person.editor.locator("button.sf-primary:enabled").first.wait_for()
    person.tab("Mask")
    person.editor.get_by_label("Mask of", exact=True).wait_for()
    covered = person.editor.locator(".sf-covered")
    covered.filter(has_text="covers").wait_for()
    before = at_rest(page)
    board = person.editor.locator(".sf-board")
    board.evaluate("""board => {
      const slow = HTMLCanvasElement.prototype.toBlob;
      HTMLCanvasElement.prototype.toBlob = function (...given) {
        setTimeout(() => slow.apply(this, given), 1500);
      };
    }""")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    page.mouse.move(box["x"] + 30, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.up()
    press(person)
    masks = runs(page, before + 1)[-1][3]
    covered.filter(has_not_text=" 0 %").wait_for()  # the stroke is there
    assert masks, "the run came before the stroke"
