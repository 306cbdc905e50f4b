"""What the tests of workers share: a run that is long enough to be ended."""

from __future__ import annotations

import pytest

from styleforge.recipe.condition import ImageRef


@pytest.fixture
def recipe(kept):
    """Twenty steps of the toy identity, of the forge that a file keeps."""
    asked = {"toy.shape": ImageRef("shape.png")}
    made = kept.recipe("toy", identity=ImageRef("identity.png"), conditions=asked)
    return made.with_steps(20)
