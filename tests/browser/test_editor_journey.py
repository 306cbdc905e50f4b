"""The hair editor as a person uses it: in JupyterLab from the first picture to the export, and its
opening in Voila.
"""

from __future__ import annotations

import io
import re

from person import NOTEBOOK, RUN, START, Person, choose
from PIL import Image


def test_in_jupyterlab(lab, shot, tmp_path):
    page = lab(NOTEBOOK, seconds=START)
    person = Person(page)
    person.editor.evaluate("editor => editor.scrollIntoView()")
    shot(page, "lab-open")
    assert person.button("Run").is_disabled()
    assert not person.nameless()
    person.editor.focus()
    page.keyboard.press("?")
    person.editor.get_by_text("They hold while the editor has the focus").wait_for()
    page.keyboard.press("?")

    choose(person)
    person.use("bea", "Appearance")
    person.used_as("Appearance")
    person.tab("Change")
    person.editor.get_by_role("slider", name="Shape strength").wait_for()
    assert not person.nameless()
    page.wait_for_function("document.querySelector('.sf-compare img').complete")

    # It runs: progress moves and the preview changes; it stops and keeps the best.
    person.button("Run").click()
    person.waits_for(r"step [2-9]\d* of")
    first, picture = person.share(), person.after()
    assert picture
    page.wait_for_function(
        "before => parseFloat(document.querySelector('.sf-progress .progress-bar').style.width)"
        " > before", arg=first, timeout=RUN,
    )  # fmt: skip
    page.wait_for_function(
        "before => document.querySelector('.sf-compare img.sf-after').src !== before",
        arg=picture, timeout=RUN,
    )  # fmt: skip
    shot(page, "lab-running")
    person.button("Stop").click()
    person.waits_for("Stopped, best kept")
    person.button("Details").click()
    person.editor.locator(".sf-plot polyline").nth(1).wait_for(state="attached")
    person.editor.locator(".sf-candidate").get_by_text("1 stopped").wait_for()

    # One pass of a mapper is a second candidate.
    person.editor.get_by_label("Preset").select_option(label="HairCLIP")
    person.button("Run").click()
    person.waits_for("Done")
    person.editor.locator(".sf-candidate").nth(1).get_by_text("▸ 2 done").wait_for()
    page.wait_for_timeout(500)
    shot(page, "lab-result")

    # Accepted, it is what is edited; undone, it is on the strip again.
    person.button("Accept").click()
    person.sign("Undo: Accept").wait_for()
    assert person.editor.locator(".sf-candidate").count() == 0
    person.editor.focus()
    page.keyboard.press("Control+z")
    person.editor.locator(".sf-candidate").nth(1).wait_for()
    person.sign("Redo: Accept").wait_for()

    # The brush starts from the region that was found.
    person.tab("Mask")
    covered = person.editor.locator(".sf-covered")
    covered.filter(has_text=re.compile("covers [1-9]")).wait_for(timeout=RUN)
    before = covered.inner_text()
    board = person.editor.locator(".sf-brush canvas.sf-board")
    board.scroll_into_view_if_needed()
    box = board.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.1)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.1, steps=5)
    page.mouse.up()
    covered.filter(has_not_text=before).wait_for()
    shot(page, "lab-mask")
    person.editor.get_by_text("Painted: this mask is used.").wait_for()

    # The PNG carries its recipe.
    person.tab("Export")
    with page.expect_download() as download:
        person.button("Export").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    picture = Image.open(io.BytesIO(path.read_bytes()))
    assert path.name == "hair.png"
    assert any("styleforge" in key for key in picture.text)
    person.button("Copy as Python").click()
    code = person.editor.locator(".sf-python textarea")
    page.wait_for_function("document.querySelector('.sf-python textarea').value.length > 40")
    compile(code.input_value(), "copied", "exec")
    shot(page, "lab-recipe")
