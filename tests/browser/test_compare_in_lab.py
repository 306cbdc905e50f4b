"""The comparison in JupyterLab: pointer, keyboard, and what Python hears of it."""

from __future__ import annotations

import pytest
from widget_cells import START, again, begun_again, cells, drag, told

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
AGAIN = again(
    'compare.mode, compare.position, compare.gain = "wipe", 0.5, 4',
    'compare.after = portrait("#c9a24a")',
    "times.update(compare=0)",
    'compare_told.value = ""',
)


@pytest.fixture(scope="module")
def notebook(lab):
    """The page of a notebook with two views of one."""
    page = lab((START, COMPARE, SECOND_VIEW, AGAIN))
    page.locator(".sf-compare").nth(1).wait_for()
    return page


@pytest.fixture
def page(notebook):
    """The same with everything as it was in the beginning."""
    return begun_again(notebook)


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
