"""docs/world.md holds the table of factors as the code has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from styleforge_portraits import world
from styleforge_portraits.world.table import MEANINGS, table

PAGE = Path(__file__).parents[3] / "docs" / "world.md"


def test_every_factor_has_a_meaning() -> None:
    assert tuple(MEANINGS) == tuple(factor.name for factor in world.FACTORS)


@pytest.mark.skipif(not PAGE.exists(), reason="the documents are not beside this distribution")
def test_page_holds_the_table() -> None:
    assert table() in PAGE.read_text(encoding="utf-8"), (
        "Put the output of `python -m styleforge_portraits.world.table` into docs/world.md."
    )
