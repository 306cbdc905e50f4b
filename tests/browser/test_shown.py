"""What a control shows is what is asked; history is in plain words; pictures keep their place."""

from __future__ import annotations

import re

from PIL import Image
from toy_editor import CELL, RUN, bring


def tab(page, name):
    found = page.get_by_role("tab", name=name)
    if found.count() and found.first.is_visible():
        found.first.click()


def run_button(page):
    return page.locator("button:visible", has_text=re.compile(r"^\s*Run\s*$"))


def test_a_colour_that_is_shown_is_used(voila, picture, shot, tmp_path):
    page = voila([CELL])
    bring(page, picture)
    assert run_button(page).is_disabled()
    tab(page, "Change")
    page.get_by_label("Appearance from").select_option(label="Colour")
    page.locator("button[title^='Undo: Colour: ']").wait_for(timeout=RUN)
    page.locator(".sf-progress-words").filter(has_text="A preview").wait_for(timeout=RUN)
    assert run_button(page).is_enabled()
    tab(page, "History")
    row = page.locator(".sf-timeline button", has_text=re.compile(r"Colour: \S+ \(now\)"))
    row.wait_for(timeout=RUN)
    assert not page.locator(".sf-timeline").get_by_text("swatch").count()
    shot(page, "shown-colour")

    # Another picture is edited: the first keeps its place among the person's own.
    other = tmp_path / "other face.png"
    Image.open(picture).transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(other)
    page.locator(".sf-editor input[type=file]").first.set_input_files(str(other))
    tab(page, "Pictures")
    cards = page.locator(".sf-picture")
    cards.nth(1).wait_for(timeout=RUN)
    names = ["my face", "other face"]
    assert [cards.nth(at).locator("span").inner_text() for at in (0, 1)] == names
    target = page.get_by_label("A picture that is pressed is used as")
    target.select_option(label="Identity")
    cards.nth(1).click()
    cards.nth(1).locator("b", has_text="Identity").wait_for(timeout=RUN)
    assert [cards.nth(at).locator("span").inner_text() for at in (0, 1)] == names
    shot(page, "shown-pictures")
