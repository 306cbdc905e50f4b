"""What all of these tests run: a few steps of the toy's method."""

from __future__ import annotations

import pytest


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy").with_steps(4)
