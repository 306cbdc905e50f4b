"""What the tests of comparisons share."""

from __future__ import annotations

from functools import partial

import pytest
import toy_world

from styleforge.evaluate.evaluation import evaluate


@pytest.fixture
def compare(forge, tmp_path):
    """Compare methods of the toy on its world, into ``tmp_path``/out."""
    forge.use(toy_world)
    return partial(
        evaluate, "world", "toy", out=tmp_path / "out", pack="toy-world", forge=forge, triples=2
    )
