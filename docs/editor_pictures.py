"""Take the pictures of the editor that the guides show: `python docs/editor_pictures.py`.

Needs what the tests in a browser need: Chromium, Playwright, JupyterLab, Voila. Takes two minutes.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from PIL import Image

DOCS = Path(__file__).parent
FOLDER = DOCS / "pictures"
sys.path.insert(0, str(DOCS.parent / "tests" / "helpers"))

from person import NOTEBOOK, RUN, START, Person, choose  # noqa: E402
from serving import serve  # noqa: E402

QUIET = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
LAB = ["jupyterlab", "--ip=127.0.0.1", "--allow-root", "--IdentityProvider.token="]


def take(page: Any, name: str, folder: Path) -> None:
    """Save what the page shows as a JPEG."""
    with Image.open(io.BytesIO(page.screenshot())) as shown:
        shown.convert("RGB").save(folder / f"{name}.jpg", quality=88)
    typer.echo(f"{folder / name}.jpg written.")


def ask(person: Person) -> None:
    """Another shape and another appearance for somebody."""
    choose(person)
    person.use("bea", "Appearance")
    person.used_as("Appearance")


def on_page(page: Any, url: str, folder: Path) -> None:
    """The editor as a page, with a result."""
    page.set_viewport_size({"width": 1500, "height": 900})
    page.goto(f"{url}/voila/render/hair.ipynb", timeout=START * 1000)
    person = Person(page)
    ask(person)
    person.editor.get_by_label("Preset", exact=True).select_option(label="HairCLIP")
    person.button("Run").click()
    person.waits_for("Done")
    page.wait_for_timeout(1500)
    take(page, "editor_page", folder)


def in_lab(page: Any, url: str, folder: Path) -> None:
    """The editor in JupyterLab: while it runs, and its brush."""
    page.goto(f"{url}/lab/tree/hair.ipynb", timeout=START * 1000)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=START * 1000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    person = Person(page)
    person.editor.evaluate("editor => editor.scrollIntoView()")
    ask(person)
    person.tab("Change")
    person.button("Run").click()
    person.waits_for(r"step \d+ of 24\D.*left", timeout=2 * RUN)
    take(page, "editor_running", folder)
    person.button("Stop").click()
    person.waits_for("Stopped")
    person.tab("Mask")
    person.editor.locator(".sf-covered", has_text="covers").wait_for(timeout=RUN)
    page.wait_for_timeout(1000)
    box = person.editor.locator(".sf-board").bounding_box()
    across = [box["x"] + box["width"] * share for share in (0.1, 0.9)]
    page.mouse.move(across[0], box["y"] + box["height"] * 0.12)
    page.mouse.down()
    page.mouse.move(across[1], box["y"] + box["height"] * 0.12, steps=12)
    page.mouse.up()
    person.editor.get_by_text("Painted: this mask is used.").wait_for()
    take(page, "editor_mask", folder)


def main(folder: Path = FOLDER) -> None:
    """Take all of them, in a fresh home."""
    from playwright.sync_api import sync_playwright

    chromium = os.environ.get("STYLEFORGE_CHROMIUM") or shutil.which("chromium")
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        place = Path(home) / "notebooks"
        place.mkdir()
        shutil.copy(NOTEBOOK, place / "hair.ipynb")
        env = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
        env |= {f"JUPYTER_{kind}_DIR": f"{home}/{kind}" for kind in ("CONFIG", "DATA", "RUNTIME")}
        settings = Path(env["JUPYTER_CONFIG_DIR"]) / "labconfig"
        settings.mkdir(parents=True)
        (settings / "page_config.json").write_text(json.dumps(QUIET))
        env |= {"STYLEFORGE_HOME": f"{home}/styleforge", "IPYTHONDIR": f"{home}/ipython"}
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        views: tuple[tuple[list[str], str, Callable[[Any, str, Path], None]], ...] = (
            (["voila", str(place), "--Voila.ip=127.0.0.1"], "/", on_page),
            ([*LAB, f"--ServerApp.root_dir={place}"], "/api/status", in_lab),
        )
        for command, probe, view in views:
            with contextmanager(serve)(command, place, env, probe) as server:
                view(browser.new_page(viewport={"width": 1280, "height": 900}), server.url, folder)
        browser.close()


if __name__ == "__main__":
    typer.run(main)
