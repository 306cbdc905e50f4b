"""The editor by mouse, finger, keyboard and screen reader: gallery, zoom, messages, names."""

from __future__ import annotations

import re

import pytest
from person import NOTEBOOK, START, Person, choose

DRAWN = """() => {
  const image = document.querySelector('.sf-compare .sf-first img');
  const stage = document.querySelector('.sf-compare .sf-stage').getBoundingClientRect();
  const box = image.getBoundingClientRect();
  return { left: box.left - stage.left, top: box.top - stage.top, width: box.width,
    natural: image.naturalWidth, ratio: window.devicePixelRatio };
}"""


@pytest.fixture(scope="module")
def page(voila):
    return voila(NOTEBOOK, seconds=START)


@pytest.fixture(scope="module")
def person(page):
    return Person(page)


def pictures(person):
    return person.editor.locator(".sf-picture")


def zoomed(person):
    """The percentage that the comparison says."""
    return int(person.editor.locator(".sf-compare .sf-readout").inner_text().rstrip(" %"))


def test_the_gallery_is_searched_filtered_and_used_by_keys(page, person, shot):
    everything = pictures(person).count()
    assert everything > 20
    search = person.editor.get_by_label("Search pictures by name or description")
    search.fill("beard")
    page.wait_for_function(f"document.querySelectorAll('.sf-picture').length < {everything}")
    found = pictures(person).evaluate_all("all => all.map((one) => one.title)")
    assert found
    assert all("beard" in one for one in found)
    said = person.editor.locator(".sf-about [role=status]")
    said.get_by_text(f"{len(found)} of {everything} pictures").wait_for()
    shot(page, "gallery-search")
    search.fill("no such picture")
    said.get_by_text("No picture is called or described so.").wait_for()
    search.fill("")

    # Few Tabs, however many pictures: search, filter, use, the grid, favourite; then Run.
    search.focus()
    stops = []
    for _ in range(8):
        page.keyboard.press("Tab")
        stops.append(page.evaluate("document.activeElement.getAttribute('role')"))
        if stops[-1] == "option":
            break
    assert len(stops) == 3
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("f")
    name = page.evaluate("document.activeElement.dataset.key.split(':')[1]")
    page.keyboard.press("Enter")
    person.used_as("Identity")
    assert pictures(person).filter(has_text="Identity").inner_text().endswith(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.sf-centre') !== null")
    person.editor.get_by_label("Which pictures").select_option(label="Favourites")
    page.wait_for_function("document.querySelectorAll('.sf-picture').length === 1")
    person.editor.get_by_label("Which pictures").select_option(label="All")


def test_a_picture_is_dragged_to_where_it_is_wanted(page, person):
    picture = person.editor.locator(".sf-picture[data-key$=':bea']")
    picture.drag_to(person.editor.locator(".sf-to-appearance"))
    pictures(person).filter(has_text="Appearance").get_by_text("bea").wait_for()
    person.editor.locator(".sf-picture[data-key$=':ada']").drag_to(
        person.editor.locator(".sf-canvas")
    )
    pictures(person).filter(has_text="Identity").get_by_text("ada").wait_for()
    choose(person)


def test_the_picture_is_zoomed_by_wheel_keys_and_fingers(page, person, shot):
    person.editor.get_by_label("Preset").select_option(label="HairCLIP")
    person.button("Run").click()
    person.waits_for("Done")
    stage = person.editor.locator(".sf-compare .sf-stage")
    stage.focus()
    page.keyboard.press("0")
    whole, before = zoomed(person), page.evaluate(DRAWN)
    box = stage.bounding_box()
    at = (box["width"] * 0.4, box["height"] * 0.45)
    page.mouse.move(box["x"] + at[0], box["y"] + at[1])
    for _ in range(3):
        page.mouse.wheel(0, -120)
    page.wait_for_function(
        "least => parseInt(document.querySelector('.sf-readout').textContent) > least",
        arg=1.5 * whole,
    )
    after = page.evaluate(DRAWN)
    share = [(at[0] - one["left"]) / one["width"] for one in (before, after)]
    assert share[0] == pytest.approx(share[1], abs=0.01)  # the place under the pointer stays
    near = zoomed(person)
    shot(page, "zoom-near")

    # The comparison keeps it, in every mode.
    for mode in ("Side by side", "Difference", "Wipe"):
        person.editor.get_by_role("radio", name=mode).check(force=True)
        assert zoomed(person) == near
    page.keyboard.press("o")
    exact = page.evaluate(DRAWN)
    assert zoomed(person) == 100
    assert exact["width"] * exact["ratio"] == pytest.approx(exact["natural"], abs=0.5)
    page.keyboard.press("0")
    assert zoomed(person) == whole

    # Two fingers apart, three times as far.
    talk = page.context.new_cdp_session(page)
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def fingers(kind, apart):
        points = [{"x": x - apart, "y": y, "id": 0}, {"x": x + apart, "y": y, "id": 1}]
        talk.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [] if kind == "touchEnd" else points},
        )

    fingers("touchStart", 30)
    for apart in (45, 60, 75, 90):
        fingers("touchMove", apart)
    fingers("touchEnd", 0)
    assert zoomed(person) == pytest.approx(3 * whole, rel=0.15)
    stage.focus()
    page.keyboard.press("0")


def test_the_brush_is_zoomed_and_paints_where_it_is(page, person, shot):
    person.tab("Mask")
    covered = person.editor.locator(".sf-covered")
    covered.filter(has_text=re.compile("covers [1-9]")).wait_for(timeout=60_000)
    person.editor.get_by_role("button", name="Clear").click()
    covered.filter(has_text="covers 0 %").wait_for()
    board = person.editor.locator(".sf-board")
    board.focus()
    page.keyboard.press("o")
    page.keyboard.press("+")
    page.keyboard.press(" ")
    covered.filter(has_not_text="covers 0 %").wait_for()
    dot = float(re.search(r"([\d.]+) %", covered.inner_text()).group(1))
    assert dot == pytest.approx(100 * 3.14159 * 12**2 / 256**2, abs=0.1)  # 24 pixels of the picture
    readout = person.editor.locator(".sf-brush .sf-readout")
    assert readout.inner_text() == "125 %"
    shot(page, "brush-near")
    person.editor.get_by_role("button", name="Reset", exact=True).click()
    person.tab("Pictures")


def test_messages_push_nothing_and_are_dismissed(page, person, shot):
    stage = person.editor.locator(".sf-compare .sf-stage")
    stage.wait_for()
    page.wait_for_timeout(500)
    before = stage.bounding_box()
    seed = person.editor.get_by_label("Seed", exact=True)
    for text in ("many", "few"):
        seed.fill(text)
        seed.press("Enter")
        person.editor.locator(".sf-message").get_by_text(text).first.wait_for()
    assert stage.bounding_box() == before
    assert person.editor.locator(".sf-message:visible").count() == 1
    person.editor.locator(".sf-more").click()
    person.editor.locator(".sf-message:visible").nth(1).wait_for()
    shot(page, "messages")
    assert stage.bounding_box() == before
    while person.editor.locator(".sf-message:visible").count():
        count = person.editor.locator(".sf-message").count()
        person.editor.get_by_role("button", name="Dismiss this message").first.click()
        page.wait_for_function(f"document.querySelectorAll('.sf-message').length < {count}")


def test_what_a_screen_reader_is_told(page, person):
    told = person.editor.aria_snapshot()
    for words in (
        '- tablist "Parts of the editor"',
        '- tab "Pictures" [selected]',
        '- tabpanel "Pictures"',
        '- listbox "Pictures"',
        '- option "ada, used as Identity',
        '- checkbox "Shape" [checked]',
        '- button "Run"',
        '- group "Zoom"',
        '- slider "Wipe position"',
        '- button "Accept"',
    ):
        assert words in told, words
    kinds = "button|checkbox|textbox|combobox|slider|radio|tab|option"
    without = re.compile(rf"\s*- ({kinds}):?( \[.*\])?")
    nameless = [line for line in told.splitlines() if without.fullmatch(line)]
    assert not nameless
    assert page.locator(".sf-editor").get_attribute("aria-label") == "styleforge editor"
    live = person.editor.locator("[aria-live=polite]")
    assert live.count() >= 2


def test_nothing_moves_for_who_wants_no_motion(page, person):
    page.emulate_media(reduced_motion="reduce")
    moving = person.editor.evaluate(
        """editor => [...editor.querySelectorAll('*')].filter((one) => {
          const style = getComputedStyle(one);
          return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
        }).map((one) => one.className)"""
    )
    page.emulate_media(reduced_motion=None)
    assert not moving
