"""The editor at every width, light and dark: what is used most is in view, nothing is cut."""

from __future__ import annotations

import pytest
from looking import faults_of
from person import NOTEBOOK, START, Person, choose


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
