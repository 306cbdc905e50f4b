"""The brush in JupyterLab: pointer, keyboard, and what Python hears of it."""

from __future__ import annotations

import re

import numpy as np
import pytest
from widget_cells import START, again, begun_again, cells, drag, told

BRUSH = """
brush = Brush(size=32)
brush.show(portrait("#5a3b26"), encode_mask(np.zeros((256, 256))))
brush_told = ipywidgets.Label()
times = {}
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
AGAIN = again(
    "brush.size, brush.erase = 32, False",
    'brush.show(portrait("#5a3b26"), encode_mask(np.zeros((256, 256))))',
    "times.update(brush=0)",
    'brush_told.value = ""',
)


@pytest.fixture(scope="module")
def notebook(lab):
    """The page of a notebook with one."""
    page = lab((START, BRUSH, AGAIN))
    page.get_by_text("The mask covers 0 %").wait_for()  # it has its size, and moves nothing more
    return page


@pytest.fixture
def page(notebook):
    """The same with everything as it was in the beginning."""
    begun_again(notebook).get_by_text("The mask covers 0 %").wait_for()
    return notebook


def covered(page):
    """What Python says the mask covers, in [0, 1]."""
    said = page.locator(".widget-label").get_by_text(" covers ").inner_text()
    return float(re.search(r"covers ([\d.]+)", said)[1])


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
