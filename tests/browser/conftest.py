"""Tests in a real browser: JupyterLab and Voila on free ports, Debian's Chromium by Playwright.

    def test_in_a_notebook(lab):
        page = lab(CELLS)  # JupyterLab, where every cell has been run
        page.get_by_role("button", name="Run").click()

    def test_as_a_web_page(voila):
        page = voila("notebooks/x.ipynb")

`lab` and `voila` take the path of a notebook, which is copied, or the sources of its cells, and
return Playwright's page. They close the page that was open before and end its kernel; tests that
share one keep it in a fixture of their file (``scope="module"``). An exception in a cell or on the
page fails the test. ``shot(page, name)``, or of a part of it, saves a screenshot to the folder
``STYLEFORGE_SHOTS`` if that is set, and does nothing otherwise.

Servers start once per session with settings of their own, kernels end with the test. The browser
reaches this machine and nothing else, so a widget that fetches anything fails.

Without Chromium (or ``STYLEFORGE_CHROMIUM``), Playwright, JupyterLab or Voila the tests are skipped
with the reason; where ``STYLEFORGE_BROWSER_REQUIRED`` is set, they fail.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Pages, cell_errors
from serving import START_SECONDS, Notebook, Server, serve

HERE = Path(__file__).parent
REQUIRED = bool(os.environ.get("STYLEFORGE_BROWSER_REQUIRED"))
SHOTS = os.environ.get("STYLEFORGE_SHOTS", "")
CHROMIUM = os.environ.get("STYLEFORGE_CHROMIUM") or shutil.which("chromium") or ""
CELLS_SECONDS = 120
XSRF = "--ServerApp.disable_check_xsrf=True"  # so that the tests can end kernels

# What widgets do not need, and servers and pages start sooner without.
UNUSED_IN_SERVERS = dict.fromkeys(
    ("jupyter_lsp", "jupyter_server_terminals", "notebook", "voila.server_extension"), False
)
UNUSED_IN_PAGES = {
    f"@jupyterlab/{name}": True
    for name in (
        "apputils-extension:announcements",
        "debugger-extension",
        "extensionmanager-extension",
        "terminal-extension",
    )
}

Open = Callable[..., Any]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder is marked."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("browser")


def missing() -> str:
    """What these tests lack here, in a sentence; empty if nothing."""
    for module in ("playwright", "jupyterlab", "voila"):
        if importlib.util.find_spec(module) is None:
            return f"{module} is not installed: install styleforge[test]."
    if not Path(CHROMIUM).is_file():
        return "There is no Chromium: apt-get install chromium, or set STYLEFORGE_CHROMIUM."
    return ""


@pytest.fixture(scope="session")
def tools() -> None:
    """Skip, or fail where the browser is required, if something is missing."""
    if reason := missing():
        (pytest.fail if REQUIRED else pytest.skip)(reason)


@pytest.fixture(scope="session")
def environment(tools: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment of the servers and their kernels: nothing of the person's own settings."""
    home = tmp_path_factory.mktemp("jupyter")
    pages = home / "config" / "labconfig"
    pages.mkdir(parents=True)
    (pages / "page_config.json").write_text(json.dumps({"disabledExtensions": UNUSED_IN_PAGES}))
    unused = {"ServerApp": {"jpserver_extensions": UNUSED_IN_SERVERS}}
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(unused))
    notebook = home / "settings" / "@jupyterlab" / "notebook-extension"
    notebook.mkdir(parents=True)
    # Cells out of sight are on the page too.
    whole = json.dumps({"windowingMode": "none"})
    (notebook / "tracker.jupyterlab-settings").write_text(whole)
    look = home / "settings" / "@jupyterlab" / "apputils-extension"
    look.mkdir(parents=True)
    # Dark where the browser says so, as on the page.
    (look / "themes.jupyterlab-settings").write_text(json.dumps({"adaptive-theme": True}))
    kept = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
    return kept | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
        "STYLEFORGE_HOME": str(home / "styleforge"),
        "OMP_NUM_THREADS": "1",
    }


@pytest.fixture(scope="session")
def lab_server(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """JupyterLab."""
    folder = tmp_path_factory.mktemp("lab")
    options = ["--ip=127.0.0.1", "--allow-root", "--IdentityProvider.token=", XSRF]
    command = ["jupyterlab", *options, f"--ServerApp.root_dir={folder}"]
    yield from serve(command, folder, environment, "/api/status")


@pytest.fixture(scope="session")
def voila_server(
    environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """Voila."""
    folder = tmp_path_factory.mktemp("voila")
    command = ["voila", str(folder), "--Voila.ip=127.0.0.1", "--show_tracebacks=True"]
    yield from serve(command, folder, environment, "/")


@pytest.fixture(scope="module")
def browser(tools: None) -> Iterator[Any]:
    """Chromium without a window. It ends with the file, and with it Playwright's event loop."""
    from playwright.sync_api import sync_playwright

    offline = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", offline]
        )
        yield made
        made.close()


@pytest.fixture(scope="module")
def pages(browser: Any) -> Iterator[Pages]:
    """The pages of a file's tests, one at a time."""
    made = Pages(browser)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def nothing_is_thrown(pages: Pages) -> Iterator[None]:
    """An exception on the page fails the test during which it was thrown."""
    pages.thrown.clear()
    yield
    assert not pages.thrown, "\n".join(pages.thrown)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """What the page showed is told with a test that failed on it."""
    report = yield
    pages = getattr(item, "funcargs", {}).get("pages")
    if report.when == "call" and report.failed and isinstance(pages, Pages):
        report.sections.append(("The page", pages.told()))
    return report


@pytest.fixture(scope="session")
def shot() -> Callable[[Any, str], None]:
    """Save a screenshot of a page or of a part of it, under a name."""

    def save(part: Any, name: str) -> None:
        if SHOTS:
            part.screenshot(path=Path(SHOTS) / f"{name}.png")

    return save


@pytest.fixture(scope="module")
def lab(pages: Pages, lab_server: Server) -> Iterator[Open]:
    """Open a notebook in JupyterLab and run all of its cells."""

    def open_notebook(notebook: Notebook, seconds: float = CELLS_SECONDS, script: str = "") -> Any:
        end_kernels(lab_server)
        page = pages.open(script)
        name = lab_server.place(notebook)
        page.goto(
            f"{lab_server.url}/lab/workspaces/{name.partition('.')[0]}/tree/{name}",
            timeout=START_SECONDS * 1000,
        )
        # Before there is a kernel, running a cell would ask for one.
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=START_SECONDS * 1000)
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        prompts = page.locator(".jp-CodeCell .jp-InputArea-prompt")
        done = "all => all.length && all.every((e) => /\\[\\d+\\]/.test(e.textContent))"
        end = time.monotonic() + seconds
        while not prompts.evaluate_all(done):
            assert not cell_errors(page)
            assert time.monotonic() < end, f"the cells have not ended after {seconds} s"
            page.wait_for_timeout(100)
        assert not cell_errors(page)
        return page

    yield open_notebook
    end_kernels(lab_server)


def end_kernels(server: Server) -> None:
    """End all kernels of the server."""
    for session in server.call("/api/sessions"):
        server.call(f"/api/sessions/{session['id']}", "DELETE")


@pytest.fixture(scope="module")
def voila(pages: Pages, voila_server: Server) -> Open:
    """Open a notebook as the web page that Voila makes of it."""

    def open_page(notebook: Notebook, seconds: float = CELLS_SECONDS) -> Any:
        page = pages.open()
        name = voila_server.place(notebook)
        page.goto(f"{voila_server.url}/voila/render/{name}", timeout=seconds * 1000)
        page.locator(".jupyter-widgets").first.wait_for(timeout=seconds * 1000)
        assert not cell_errors(page)
        return page

    return open_page


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture that the toy models know, as a person has it on their disk."""
    from styleforge.pack.models import Models
    from styleforge.prepare.images import save_image
    from styleforge.testing import toy

    path = tmp_path_factory.mktemp("own") / "my face.png"
    save_image(toy.toy_problem(Models(toy.toy_pack())).references["identity"].image, path)
    return path
