"""An editor of the toy domain in a browser, and a person who brings a picture of their own."""

from __future__ import annotations

CELL = """
from styleforge.forge import Forge
from styleforge.testing import toy
from styleforge.editor import Editor
forge = Forge(())
forge.use(toy)
Editor("toy", forge=forge)
""".strip()
RUN = 60_000  # milliseconds


def bring(page, picture):
    page.locator(".sf-editor").wait_for(timeout=RUN)
    page.locator(".sf-editor input[type=file]").first.set_input_files(str(picture))
    page.locator(".sf-picture b", has_text="Identity").first.wait_for(timeout=RUN)
