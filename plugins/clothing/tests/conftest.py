"""One forge for all tests that need the portraits pack."""

from __future__ import annotations

import pytest

from styleforge.forge import Forge


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()
