"""The public names: one list, that `import styleforge`, type checkers and the docs agree on."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import styleforge

SOURCE = Path(styleforge.__file__)
PAGE = Path(__file__).parent.parent / "docs" / "reference" / "index.md"


def typed() -> dict[str, str]:
    """The modules that type checkers take the names from."""
    blocks = (node for node in ast.parse(SOURCE.read_text()).body if isinstance(node, ast.If))
    (block,) = (node for node in blocks if ast.unparse(node.test) == "TYPE_CHECKING")
    return {alias.name: node.module for node in block.body for alias in node.names}


def test_each_is_listed_once_in_order():
    names = styleforge.__all__
    assert names == sorted(set(names), key=lambda name: (name[0].islower(), name))
    assert dir(styleforge) == sorted(names)


@pytest.mark.parametrize("name", styleforge.__all__)
def test_each_is_what_type_checkers_take_it_for(name):
    assert getattr(styleforge, name) is getattr(import_module(typed()[name]), name)


def test_type_checkers_know_no_others():
    assert set(typed()) == set(styleforge.__all__)


def test_no_package_hides_one():
    """A package of the name would take its place as soon as it is imported."""
    modules = {path.stem for path in SOURCE.parent.iterdir()}
    assert not modules & set(styleforge.__all__)


def test_each_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    section = re.search(r"(?ms)^## Public names\n(.*?)^Names are", text)
    rows = [line for line in section[1].splitlines() if line.startswith("| ")][1:]
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(named) == sorted(styleforge.__all__)
