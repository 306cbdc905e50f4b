"""The three widgets on a web page that Voila serves."""

from __future__ import annotations

CELLS = (
    """
import io, ipywidgets, numpy as np
from PIL import Image
from styleforge.editor.widgets import Brush, Compare, Dropzone, encode_mask

def picture(colour):
    file = io.BytesIO()
    Image.new("RGB", (128, 96), colour).save(file, format="PNG")
    return file.getvalue()
""",
    """
compare = Compare(before=picture("#5a3b26"), after=picture("#c9a24a"))
brush = Brush(image=picture("#cfdbe6"), start=encode_mask(np.zeros((96, 128))), size=20)
told = ipywidgets.Label("untold")
def tell(change):
    told.value = f"{compare.position:.2f} {brush.values.shape} {brush.coverage > 0}"
compare.observe(tell, names="position")
brush.observe(tell, names="mask")
display(ipywidgets.VBox([compare, brush, Dropzone(), told]))
""",
)


def test_the_widgets_as_a_web_page(voila, shot):
    page = voila(CELLS)
    page.get_by_role("button", name="Choose files").wait_for()
    page.get_by_text("The mask covers 0 %").wait_for()
    page.get_by_role("slider", name="Wipe position").press("Home")
    label = page.locator(".widget-label")
    label.get_by_text("0.00 (1, 1, 96, 128) False").wait_for()
    page.locator(".sf-board").click()
    label.get_by_text("0.00 (1, 1, 96, 128) True").wait_for()
    assert page.locator(".sf-compare img").first.evaluate("e => e.naturalWidth") == 128
    shot(page, "voila")
