"""The zone for files in JupyterLab: dropped, pasted and chosen, and what Python gets of them."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from PIL import Image
from widget_cells import START, told

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


@pytest.fixture
def page(lab):
    """The page of a notebook with one."""
    made = lab((START, DROPZONE))
    made.locator(".sf-dropzone").wait_for()
    return made


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
