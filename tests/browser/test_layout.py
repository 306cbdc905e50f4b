"""The editor at every width, light and dark: what is used most is in view, nothing is cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from person import NOTEBOOK, START, Person, choose

SIZES = ((390, 844), (800, 900), (1280, 900), (1440, 900), (1920, 1080))
SCHEMES = ("light", "dark")

HERE = Path(__file__).parent
CHECKS = [(HERE / f"{name}.js").read_text("utf-8") for name in ("cut", "contrast")]


def _function(script):
    """A script without its first line, which says what it is."""
    return script.partition("\n")[2].strip()


def faults_of(page, where, shot):
    """What is wrong at every size and in both schemes."""
    found = {}
    for width, height in SIZES:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            page.wait_for_timeout(900)
            page.locator(".sf-editor").evaluate("e => e.scrollIntoView({ block: 'start' })")
            page.wait_for_timeout(300)
            shot(page, f"{where}-{width}-{scheme}")
            faults = [fault for check in CHECKS for fault in page.evaluate(_function(check))]
            if faults:
                found[f"{width} {scheme}"] = faults
    return found


@pytest.fixture(params=["voila", "lab"])
def opened(request):
    """A page with the editor, on which a person has run something and is told of it."""
    page = request.getfixturevalue(request.param)(NOTEBOOK, seconds=START)
    if request.param == "lab":
        page.keyboard.press("Control+b")  # its files; on a phone nobody has room for them
        page.locator(".jp-Notebook").wait_for()
    return request.param, page


def test_nothing_is_cut_at_any_width(opened, shot):
    where, page = opened
    person = Person(page)
    faults = {"empty": faults_of(page, f"{where}-empty", shot)}
    choose(person)
    person.editor.get_by_label("Preset").select_option(label="HairCLIP")
    person.button("Run").click()
    person.waits_for("Done")
    seed = person.editor.get_by_label("Seed", exact=True)
    seed.fill("many")
    seed.press("Enter")
    person.editor.locator(".sf-message").wait_for()
    page.wait_for_timeout(500)
    faults["done"] = faults_of(page, f"{where}-done", shot)
    assert not any(faults.values()), faults
