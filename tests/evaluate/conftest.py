"""What the tests of comparisons share."""

from __future__ import annotations

from functools import partial

import pytest
import toy_world

from styleforge.evaluate import sets
from styleforge.evaluate.evaluation import evaluate


@pytest.fixture(autouse=True)
def without_torchmetrics(request, monkeypatch):
    """It takes ten seconds to import: only `test_sets` measures sets."""
    monkeypatch.setattr(sets, "DRAWN", 5)
    if request.module.__name__.rpartition(".")[2] not in {"test_sets", "test_inception"}:
        monkeypatch.setattr("styleforge.measure.sets.find_spec", lambda name: None)


@pytest.fixture
def compare(forge, tmp_path):
    """Compare methods of the toy on its world, into ``tmp_path``/out."""
    forge.use(toy_world)
    return partial(
        evaluate, "world", "toy", out=tmp_path / "out", pack="toy-world", forge=forge, triples=2
    )
