"""Every law is in docs/testing-plugins.md, in its function's words, and a test breaks it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import styleforge.testing
from styleforge.testing.laws.table import LAWS

HERE = Path(__file__).parent
PAGE = (HERE.parent.parent / "docs" / "testing-plugins.md").read_text(encoding="utf-8")


def test_the_page_lists_the_laws_and_no_others():
    listed = re.findall(r"^\* `([a-z_.]+)`: (.*)$", PAGE, re.MULTILINE)
    assert listed == [(law.name, law.title) for law in LAWS]


@pytest.mark.parametrize("law", LAWS, ids=[law.name for law in LAWS])
def test_some_wrong_plugin_breaks_it(law):
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_wrong_*.py"))
    assert re.search(rf'^    "{re.escape(law.name)}": ', tests, re.MULTILINE)


def test_the_page_lists_the_classes():
    classes = [name for name in styleforge.testing.__all__ if name.endswith("Laws")]
    assert all(f"| `{name}` |" in PAGE for name in classes)
