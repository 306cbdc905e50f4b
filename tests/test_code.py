"""What holds for the code of core as a whole."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

import styleforge.forge

ROOT = Path(styleforge.forge.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
IDS = [str(path.relative_to(ROOT)) for path in FILES]
REPOSITORY = Path(__file__).parent.parent
OF_DOMAINS = (  # but not "address"
    r"(?i)[a-z_]*(?:hair|cloth|garment|(?<!ad)dress|strand|neckline|sleeve|fabric|\bwear|\bworn"
    r"|\bhems?\b)[a-z_]*"
)
PROJECTS = {
    "styleforge": REPOSITORY,
    **{f"styleforge_{path.name}": path for path in sorted((REPOSITORY / "plugins").iterdir())},
}


@cache
def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_no_word_of_a_domain(path):
    text = path.read_text(encoding="utf-8")
    text = re.sub("(?i)hairclip", "", text)  # the name of a publication
    found = re.findall(OF_DOMAINS, text)
    assert not found, f"core says {', '.join(sorted(set(found)))}"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_core_imports_no_plugin(path):
    for node in ast.walk(parsed(path)):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        assert not [name for name in names if re.match(r"styleforge_", name)]


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_every_public_name_has_a_docstring(path):
    tree = parsed(path)
    assert ast.get_docstring(tree), "the file has no docstring"
    missing = list(_undocumented(tree, ""))
    assert not missing, f"without docstring: {', '.join(missing)}"


def _undocumented(node, prefix):
    for item in node.body:
        if not isinstance(item, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if item.name.startswith("_") or "overload" in map(ast.unparse, item.decorator_list):
            continue
        if not ast.get_docstring(item):
            yield prefix + item.name
        if isinstance(item, ast.ClassDef):
            yield from _undocumented(item, f"{prefix}{item.name}.")


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_annotations_are_postponed(path):
    body = parsed(path).body
    assert len(body) == 1 or (
        isinstance(body[1], ast.ImportFrom) and body[1].module == "__future__"
    )


def test_the_command_line_starts_without_torch():
    code = (
        "import sys\n"
        "from styleforge.cli import main\n"
        "try:\n"
        "    main(['--help'])\n"
        "except SystemExit as error:\n"
        "    assert not error.code\n"
        "slow = {'torch', 'cv2', 'scipy', 'kornia', 'skimage'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


@pytest.mark.parametrize("package", PROJECTS)
def test_wheels_say_that_they_are_typed(package):
    wheel = WheelBuilder(str(PROJECTS[package]))
    files = {item.distribution_path for item in wheel.recurse_included_files()}
    assert f"{package}/py.typed" in files  # or type checkers see Any in place of every name
