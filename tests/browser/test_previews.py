"""What is asked for is seen at once, on a page and in JupyterLab; a run refines it."""

from __future__ import annotations

import re

from toy_editor import CELL, RUN, bring


def ask(page, words):
    change = page.get_by_role("tab", name="Change")
    if change.is_visible():  # a narrow editor
        change.click()
    page.get_by_label("Shape from").select_option(label="Words")
    box = page.get_by_label("Shape in words")
    box.fill(words)
    box.press("Enter")


def after(page):
    page.locator(".sf-compare img.sf-after[src]").wait_for(state="attached")
    return page.locator(".sf-compare img.sf-after").get_attribute("src")


def seen(page, words):
    page.locator(".sf-progress-words").filter(has_text=re.compile(words)).wait_for(timeout=RUN)


def journey(page, picture, shot, name):
    bring(page, picture)
    ask(page, "tall")
    seen(page, r"A preview, made in .* Run refines it\.")
    first = after(page)
    assert first
    shot(page, f"preview-{name}")
    ask(page, "wide")
    page.wait_for_function(
        "old => document.querySelector('.sf-compare img.sf-after').src !== old", arg=first
    )
    seen(page, "A preview")
    page.locator("button:visible", has_text=re.compile(r"^\s*Run\s*$")).click()
    seen(page, "Done after 8 steps")


def test_on_a_page(voila, picture, shot):
    journey(voila([CELL]), picture, shot, "page")


def test_in_jupyterlab(lab, picture, shot):
    journey(lab([CELL]), picture, shot, "lab")
