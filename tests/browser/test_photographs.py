"""A photograph in the editor: dropped, a colour slid live, the region painted, saved whole."""

from __future__ import annotations

import io
import re
from statistics import median

import numpy as np
import pytest
from person import NOTEBOOK, RUN, START, Person
from PIL import Image

MOST = 150  # milliseconds from a slider to the preview
# Slide to a value, and wait for the picture of it.
SLIDE = """async ([number, value]) => {
  const input = document.querySelectorAll('.sf-colour input[type=range]')[number];
  const picture = document.querySelector('.sf-compare img.sf-after');
  const changed = new Promise((done) => {
    const watch = new MutationObserver(() => { watch.disconnect(); done(); });
    watch.observe(picture, { attributes: true, attributeFilter: ['src'] });
  });
  const began = performance.now();
  input.value = value;
  input.dispatchEvent(new Event('input', { bubbles: true }));
  await changed;
  await picture.decode();
  return performance.now() - began;
}"""

# How wide the picture after is drawn, in pixels of the screen, and 64 x 64 of its own.
DRAWN = """() => {
  const image = document.querySelector('.sf-compare img.sf-after');
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 64;
  const pen = canvas.getContext('2d');
  pen.drawImage(image, 1468, 2360, 64, 64, 0, 0, 64, 64);
  const width = image.getBoundingClientRect().width * window.devicePixelRatio;
  return { width, pixels: [...pen.getImageData(0, 0, 64, 64).data] };
}"""


@pytest.fixture(scope="module")
def photograph(tmp_path_factory):
    """NASA's portrait of Eileen Collins (public domain), as large as a camera's."""
    from skimage import data

    path = tmp_path_factory.mktemp("own") / "me.jpg"
    Image.fromarray(data.astronaut()).resize((3000, 3000), Image.Resampling.LANCZOS).save(path)
    return path


def test_a_colour_is_slid_and_the_photograph_is_saved_whole(voila, shot, photograph, tmp_path):
    page = voila(NOTEBOOK, seconds=START)
    person = Person(page)
    person.editor.get_by_label("Pack", exact=True).select_option(label="Photographs")
    person.editor.get_by_text("Drop a photograph here").wait_for()
    person.editor.locator("input[type=file]").first.set_input_files(str(photograph))
    person.used_as("Identity")
    person.editor.get_by_label("Appearance from").select_option(label="Colour")
    chooser = person.editor.get_by_label("Appearance colour, as #rrggbb")
    chooser.fill("#7a1f3d")
    chooser.press("Enter")
    person.waits_for("A preview")
    page.wait_for_function(
        "document.querySelector('.sf-compare img.sf-after').naturalWidth === 800"
    )
    page.evaluate(SLIDE, [0, 200])
    took = [page.evaluate(SLIDE, [0, 10 + 30 * turn]) for turn in range(10)]
    print(f"from the slider to the preview: {[round(one) for one in took]} ms")
    shot(page, "photo-slid")
    assert median(took) <= MOST

    # The region is painted where it is wrong.
    person.tab("Mask")
    covered = person.editor.locator(".sf-covered")
    covered.filter(has_text=re.compile("covers [1-9]")).wait_for(timeout=RUN)
    before = covered.inner_text()
    box = person.editor.locator(".sf-brush canvas.sf-board").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + box["height"] * 0.75)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.75, steps=5)
    page.mouse.up()
    covered.filter(has_not_text=before).wait_for()
    person.editor.get_by_text("Painted: this mask is used.").wait_for()
    shot(page, "photo-mask")

    person.button("Run").click()
    person.waits_for("Done")
    person.tab("Export")
    person.editor.get_by_label("Format").select_option(label="JPEG")
    with page.expect_download() as download:
        person.button("Export").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    made = Image.open(io.BytesIO(path.read_bytes()))
    assert (path.name, made.format, made.size) == ("hair.jpg", "JPEG", (3000, 3000))
    own, new = (np.asarray(one.convert("RGB"), float) for one in (Image.open(photograph), made))
    assert np.abs(own - new)[2360:2420, 1400:1600].mean() > 20  # where it was painted
    shot(page, "photo-exported")

    # Pixel for pixel it is the file itself, and no smaller copy of it.
    stage = person.editor.locator(".sf-compare .sf-stage")
    stage.focus()
    page.keyboard.press("o")
    for side in (".sf-first img", "img.sf-after"):
        page.wait_for_function(
            "side => document.querySelector(`.sf-compare ${side}`).naturalWidth === 3000", arg=side
        )
    drawn = page.evaluate(DRAWN)
    assert drawn["width"] == pytest.approx(3000, abs=1)
    shown = np.array(drawn["pixels"], float).reshape(64, 64, 4)[..., :3]
    there = np.asarray(made.convert("RGB").crop((1468, 2360, 1532, 2424)), float)
    assert np.abs(shown - there).mean() < 4  # both are JPEGs
    shot(page, "photo-exact")
