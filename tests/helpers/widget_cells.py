"""A widget in JupyterLab: its cells, and the pointer, as a browser's tests share them."""

from __future__ import annotations

START = """
import io, ipywidgets, numpy as np
from PIL import Image, ImageDraw
from styleforge.editor.widgets import Brush, Compare, Dropzone, encode_mask

def portrait(top):
    picture = Image.new("RGB", (256, 256), "#cfdbe6")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((60, 30, 196, 200), fill=top)
    draw.ellipse((80, 70, 176, 210), fill="#e8b99a")
    draw.rectangle((50, 206, 206, 256), fill="#4d6a88")
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()

"""


def begun_again(notebook):
    """The page with everything as the cell `again` has it in the beginning."""
    rounds = notebook.locator(".widget-label").get_by_text("round ")
    before = int(rounds.inner_text().split()[1])
    notebook.get_by_role("button", name="Again").click()
    told(notebook, f"round {before + 1}")
    return notebook


def again(*lines):
    """The source of a cell with a button that runs these lines."""
    does = "\n    ".join(lines)
    return f"""
again = ipywidgets.Button(description="Again")
rounds = ipywidgets.Label("round 0")
def start_again(_):
    {does}
    rounds.value = f"round {{int(rounds.value.split()[1]) + 1}}"
again.on_click(start_again)
display(again, rounds)
"""


def share(element, x, y):
    """A place on an element, in shares of its width and height."""
    box = element.bounding_box()
    return box["x"] + x * box["width"], box["y"] + y * box["height"]


def drag(page, element, *places):
    """Press, move and release the pointer over an element."""
    element.scroll_into_view_if_needed()
    page.mouse.move(*share(element, *places[0]))
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*share(element, *place), steps=6)
    page.mouse.up()


def told(page, text):
    """Wait until Python says this."""
    page.locator(".widget-label").get_by_text(text).wait_for()


def cells(page):
    return page.locator(".jp-CodeCell").count()
