"""The three widgets in JupyterLab: pointer, keyboard, and what Python hears of it."""

from __future__ import annotations

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image

START = """
import io, ipywidgets, numpy as np
from PIL import Image, ImageDraw
from styleforge.editor.widgets import Brush, Compare, Dropzone, encode_mask

def portrait(top):
    picture = Image.new("RGB", (256, 256), "#cfdbe6")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 30, 196, 200), fill=top)
    draw.ellipse((80, 70, 176, 210), fill="#e8b99a")
    draw.rectangle((50, 206, 206, 256), fill="#4d6a88")
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()

"""
COMPARE = """
compare = Compare(before=portrait("#5a3b26"), after=portrait("#c9a24a"),
                  before_label="Identity", after_label="Result")
compare_told = ipywidgets.Label()
times = {}
def tell_compare(change):
    times["compare"] += 1
    said = f"{compare.mode} {compare.position:.2f} {compare.gain}"
    compare_told.value = f"{said} told {times['compare']}"
compare.observe(tell_compare, names=["mode", "position", "gain"])
swap = ipywidgets.Button(description="Swap")
def swap_picture(_):
    compare.after = portrait("#333366")
swap.on_click(swap_picture)
display(compare, compare_told, swap)
"""
SECOND_VIEW = "display(compare)"
BRUSH = """
brush = Brush(size=32)
brush_told = ipywidgets.Label()
def tell_brush(change):
    times["brush"] += 1
    brush_told.value = f"{brush.values.shape} covers {brush.coverage:.4f} told {times['brush']}"
brush.observe(tell_brush, names="mask")
half = ipywidgets.Button(description="Left half")
def put_half(_):
    brush.mask = encode_mask(np.arange(256)[None].repeat(256, 0) < 128)
half.on_click(put_half)
display(brush, brush_told, half)
"""
DROPZONE = """
zone = Dropzone(max_bytes=3_000_000)
zone_told = ipywidgets.Label()
def receive(file):
    if file.name == "bad.png":
        raise ValueError("nothing of use")
    zone_told.value = f"{file.name} {file.mime} {len(file.data)} {sum(file.data[:3000])}"
zone.on_file(receive)
display(zone, zone_told)
"""
AGAIN = """
again = ipywidgets.Button(description="Again")
rounds = ipywidgets.Label("round 0")
def start_again(_):
    times.update(compare=0, brush=0)
    compare.mode, compare.position, compare.gain = "wipe", 0.5, 4
    brush.size, brush.erase = 32, False
    brush.show(portrait("#5a3b26"), encode_mask(np.zeros((256, 256))))
    times.update(compare=0, brush=0)
    compare_told.value = brush_told.value = ""
    rounds.value = f"round {int(rounds.value.split()[1]) + 1}"
again.on_click(start_again)
display(again, rounds)
"""
CELLS = (START, COMPARE, SECOND_VIEW, BRUSH, DROPZONE, AGAIN)
DROP = """(zone, [name, mime, data, kind]) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const held = new DataTransfer();
    held.items.add(new File([bytes], name, { type: mime }));
    const how = { bubbles: true, cancelable: true };
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { ...how, clipboardData: held })
        : new DragEvent(kind, { ...how, dataTransfer: held });
    zone.dispatchEvent(event);
}"""


@pytest.fixture(scope="module")
def notebook(lab):
    """The page of one notebook with all of them."""
    page = lab(CELLS)
    page.locator(".sf-dropzone").wait_for()
    return page


@pytest.fixture
def page(notebook):
    """The same with everything as it was in the beginning."""
    rounds = notebook.locator(".widget-label").get_by_text("round ")
    before = int(rounds.inner_text().split()[1])
    notebook.get_by_role("button", name="Again").click()
    told(notebook, f"round {before + 1}")
    notebook.get_by_text("The mask covers 0 %").wait_for()
    return notebook


def share(element, x, y):
    """A place on an element, in shares of its width and height."""
    box = element.bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page, element, *places):
    """Press, move and release the pointer over an element."""
    element.scroll_into_view_if_needed()
    page.mouse.move(*share(element, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*share(element, *place), steps=6)
    page.mouse.up()


def told(page, text):
    """Wait until Python says this."""
    page.locator(".widget-label").get_by_text(text).wait_for()


def cells(page):
    return page.locator(".jp-CodeCell").count()


def covered(page):
    """What Python says the mask covers, in [0, 1]."""
    said = page.locator(".widget-label").get_by_text(" covers ").inner_text()
    return float(re.search(r"covers ([\d.]+)", said)[1])


def test_compare(page, shot):
    widget = page.locator(".sf-compare").first
    stage = widget.locator(".sf-stage")
    handle = widget.get_by_role("slider", name="Wipe position")
    stage.scroll_into_view_if_needed()
    shot(widget, "compare-wipe")
    drag(page, stage, (0.5, 0.5), (0.3, 0.4), (0.25, 0.4))
    told(page, "wipe 0.25 4 told 1")  # once for the whole drag
    assert handle.get_attribute("aria-valuetext") == "25 % Identity, 75 % Result"
    page.keyboard.press("ArrowRight")
    told(page, "wipe 0.26 4 told 2")
    page.keyboard.press("End")
    told(page, "wipe 1.00 4 told 3")
    page.keyboard.press("2")
    told(page, "side 1.00 4 told 4")
    shot(widget, "compare-side")
    widget.get_by_role("radio", name="Difference").check()
    told(page, "difference 1.00 4 told 5")
    shot(widget, "compare-difference")
    gain = widget.get_by_role("slider", name="Amplify")
    gain.focus()
    page.keyboard.press("ArrowRight")
    told(page, "difference 1.00 5 told 6")


def test_a_picture_changes_under_the_focus(page):
    handle = page.get_by_role("slider", name="Wipe position")
    assert handle.count() == 2
    picture = page.locator(".sf-compare").first.locator(".sf-after")
    before = picture.get_attribute("src")
    page.evaluate("() => { window.old = document.querySelector('.sf-after') }")
    handle.first.focus()
    page.evaluate("() => document.querySelector('.jupyter-button').click()")
    page.wait_for_function("before => window.old.src !== before", arg=before)
    assert page.evaluate("() => window.old.isConnected && window.old.naturalWidth") == 256
    assert handle.first.evaluate("e => e === document.activeElement")
    page.keyboard.press("Home")
    told(page, "wipe 0.00")
    assert handle.nth(1).get_attribute("aria-valuenow") == "0"  # the other view follows


def test_letters_do_not_reach_the_notebook(page):
    before = cells(page)
    page.get_by_role("slider", name="Wipe position").first.focus()
    for key in "xabdd":
        page.keyboard.press(key)
    page.keyboard.press("ArrowLeft")
    told(page, "wipe 0.49")
    assert cells(page) == before


def test_brush(page, shot):
    widget = page.locator(".sf-brush")
    board = widget.locator(".sf-board")
    status = widget.get_by_role("status")
    assert page.get_by_role("button", name="Undo").is_disabled()
    drag(page, board, (0.25, 0.5), (0.5, 0.5), (0.75, 0.5))
    told(page, "(1, 1, 256, 256)")
    # A line of 128 pixels, 32 wide, with round ends.
    truth = (128 * 32 + np.pi * 16**2) / 256**2
    assert covered(page) == pytest.approx(truth, rel=0.03)
    told(page, " told 1")  # one message per stroke
    shot(widget, "brush-stroke")
    said = status.inner_text()
    assert said == f"The mask covers {covered(page) * 100:.1f} % of the picture."

    page.keyboard.press("e")
    assert page.get_by_role("radio", name="Erase").is_checked()
    drag(page, board, (0.4, 0.5), (0.6, 0.5))
    told(page, " told 2")
    erased = covered(page)
    assert 0 < erased < truth / 1.5
    page.keyboard.press("z")
    told(page, " told 3")
    assert covered(page) == pytest.approx(truth, rel=0.03)
    page.keyboard.press("Shift+Z")
    told(page, " told 4")
    assert covered(page) == pytest.approx(erased, abs=1e-4)

    page.keyboard.press("]")
    page.get_by_role("slider", name="Size").and_(
        page.locator("[aria-valuetext='40 px']")
    ).wait_for()
    page.get_by_role("button", name="Left half").click()
    told(page, "0.5000 told 5")
    page.wait_for_function(
        "() => document.querySelector('.sf-covered').textContent.includes('50 %')"
    )
    shot(widget, "brush-half")
    page.get_by_role("button", name="Undo").click()
    told(page, " told 6")
    assert covered(page) == pytest.approx(erased, abs=1e-4)
    page.get_by_role("button", name="Clear").click()
    told(page, "0.0000 told 7")


def test_another_picture_forgets_the_strokes(page):
    board = page.locator(".sf-board")
    drag(page, board, (0.3, 0.3), (0.6, 0.3))
    told(page, " told 1")
    assert page.get_by_role("button", name="Undo").is_enabled()
    page.get_by_role("button", name="Again").click()
    page.get_by_text("The mask covers 0 %").wait_for()
    assert page.get_by_role("button", name="Undo").is_disabled()


def test_the_brush_by_keyboard(page):
    before = cells(page)
    board = page.locator(".sf-board")
    board.focus()
    page.keyboard.press("Space")
    told(page, " told 1")
    dot = covered(page)
    assert dot == pytest.approx(np.pi * 16**2 / 256**2, rel=0.05)
    page.keyboard.press("ArrowLeft")
    page.keyboard.down("Space")
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    page.keyboard.up("Space")
    told(page, " told 2")
    assert covered(page) > 2 * dot
    page.keyboard.press("Control+z")
    told(page, " told 3")
    assert covered(page) == pytest.approx(dot, abs=1e-4)
    for key in "xbdd":
        page.keyboard.press(key)
    assert cells(page) == before


def png(seed=0, side=64):
    file = io.BytesIO()
    noise = np.random.default_rng(seed).integers(0, 255, (side, side, 3), dtype=np.uint8)
    Image.fromarray(noise).save(file, format="PNG")
    return file.getvalue()


def test_dropzone(page, shot, tmp_path):
    widget = page.locator(".sf-dropzone")
    zone = page.get_by_role("group", name="Drop pictures here")
    log = widget.get_by_role("log")

    def give(kind, name, mime, data):
        zone.evaluate(DROP, [name, mime, base64.b64encode(data).decode(), kind])

    def came(name, mime, data):
        told(page, f"{name} {mime} {len(data)} {sum(data[:3000])}")

    small, large = png(), png(1, 900)
    assert len(large) > 2_000_000  # comes in three parts
    give("drop", "small.png", "image/png", small)
    came("small.png", "image/png", small)
    give("paste", "image.png", "image/png", large)
    came("image.png", "image/png", large)
    log.get_by_text("Received image.png").wait_for()
    assert widget.get_by_role("img").count() == 2

    recipe = b'{"domain": "toy"}'
    (tmp_path / "recipe.json").write_bytes(recipe)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose files").click()
    chooser.value.set_files(tmp_path / "recipe.json")
    came("recipe.json", "application/json", recipe)

    give("drop", "notes.txt", "text/plain", b"hello")
    log.get_by_text("notes.txt was not taken").wait_for()
    give("drop", "huge.png", "image/png", bytes(3_000_001))
    log.get_by_text("huge.png was not taken: it is 3.0 MB").wait_for()
    give("drop", "false.png", "image/png", b"no picture at all")
    log.get_by_text("false.png was not taken: it holds no picture").wait_for()
    widget.get_by_title("false.png").wait_for(state="hidden")
    give("drop", "bad.png", "image/png", small)
    log.get_by_text("bad.png could not be used: ValueError: nothing of use").wait_for()
    shot(widget, "dropzone")
