"""The tutorials are what they claim: run, clean, small, linked; nbval checks what they print.

nbval passes a cell that was never run, and cannot see a picture. These tests see to it that no
notebook becomes empty of meaning that way.
"""

from __future__ import annotations

import ast
import getpass
import re
import socket
from pathlib import Path
from typing import Any

import nbformat
import pytest

import styleforge

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "tutorials"
TUTORIALS = sorted(FOLDER.glob("*.ipynb"))
EDITORS = sorted((ROOT / "notebooks").glob("*.ipynb"))
LIMIT = 300_000  # bytes of a notebook
LINES = 24  # of a code cell
PATHS = re.compile(r"(?<![\w.:/])/(?:home|root|Users|work|usr|opt|mnt|private|var|tmp)/|[A-Z]:\\\\")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")

every = pytest.mark.parametrize("path", TUTORIALS, ids=[path.stem for path in TUTORIALS])


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def code_of(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def texts_of(output: Any) -> list[str]:
    """What an output says in words."""
    if output.output_type == "stream":
        return [output.text]
    data = output.get("data", {})
    return [str(value) for kind, value in data.items() if not kind.startswith("image/")]


def test_there_are_the_nine_tutorials():
    assert [path.stem[:2] for path in TUTORIALS] == [f"{number}-" for number in range(1, 10)]


@every
def test_every_cell_was_run_in_order(path):
    counts = [cell.execution_count for cell in code_of(read(path))]
    assert counts == list(range(1, len(counts) + 1)), "run docs/tutorials/execute.py"


@every
def test_no_errors_and_no_warnings(path):
    for cell in code_of(read(path)):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.get("text")


@every
def test_nothing_of_the_machine_that_ran_it(path):
    notebook = read(path)
    names = {socket.gethostname(), getpass.getuser()} - {"root", "localhost", ""}
    for cell in notebook.cells:
        outputs = [text for output in cell.get("outputs", ()) for text in texts_of(output)]
        for text in (cell.source, *outputs):
            assert not PATHS.search(text), text
            assert not any(re.search(rf"\b{re.escape(name)}\b", text) for name in names), text


@every
def test_nothing_that_nbval_stumbles_over(path):
    notebook = read(path)
    assert "widgets" not in notebook.metadata
    for cell in code_of(notebook):
        assert not re.search(r"\bOutput\(|clear_output|display_id|sleep\(", cell.source)
        tags = {*cell.metadata.get("tags", ())}
        assert not {tag for tag in tags if tag.startswith("nbval")}, "no cell may escape nbval"
        assert "NBVAL" not in cell.source
        for output in cell.outputs:
            assert "application/vnd.jupyter.widget-view+json" not in output.get("data", {})


@every
def test_normalised(path):
    notebook = read(path)
    assert notebook.metadata.kernelspec.name == "python3"
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    for cell in notebook.cells:
        assert set(cell.metadata) <= {"tags"}


@every
def test_small(path):
    assert path.stat().st_size <= LIMIT
    for cell in code_of(read(path)):
        assert len(cell.source.splitlines()) <= LINES, cell.source


@every
def test_begins_with_what_is_learned_and_how_long_it_takes(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    assert first.source.startswith("# ")
    assert "**You learn**" in first.source
    assert re.search(r"\*\*It runs\*\* for about \d+ seconds", first.source)


@every
def test_ends_with_a_check(path):
    last = read(path).cells[-1]
    assert last.cell_type == "code"
    checks = [node for node in ast.walk(ast.parse(last.source)) if isinstance(node, ast.Assert)]
    assert checks
    assert all(not isinstance(check.test, ast.Constant) for check in checks)


@every
def test_says_something_and_shows_something(path):
    outputs = [output for cell in code_of(read(path)) for output in cell.outputs]
    assert sum("image/png" in output.get("data", {}) for output in outputs) >= 1
    assert any(output.output_type == "stream" for output in outputs)


@every
def test_facts_not_floats(path):
    for cell in code_of(read(path)):
        for output in cell.outputs:
            for text in texts_of(output):
                assert not re.search(r"\d\.\d{3,}", text), "a number of so many digits will differ"


@every
def test_links_lead_somewhere(path):
    for cell in read(path).cells:
        if cell.cell_type == "markdown":
            for link in LINK.findall(cell.source):
                if not re.match(r"[a-z]+:", link):
                    assert (FOLDER / link.partition("#")[0]).exists(), link


@every
def test_linked_from_the_documentation(path):
    assert f"tutorials/{path.name}" in (ROOT / "docs" / "tutorials.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", EDITORS, ids=[path.stem for path in EDITORS])
def test_editors_are_small_and_without_errors(path):
    assert path.stat().st_size <= LIMIT
    for cell in code_of(read(path)):
        for output in cell.outputs:
            assert output.output_type != "error"
            assert output.get("name") != "stderr", output.get("text")


def test_public_names_of_the_tutorials_exist():
    used = {
        alias.name
        for path in TUTORIALS
        for cell in code_of(read(path))
        for node in ast.walk(ast.parse(cell.source))
        if isinstance(node, ast.ImportFrom) and node.module == "styleforge"
        for alias in node.names
    }
    modules = {path.stem for path in Path(styleforge.__file__).parent.iterdir()}
    assert used <= {*styleforge.__all__, *modules}
