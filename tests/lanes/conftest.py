"""Two threads of torch, and runs of a few steps."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
import torch
from side_by_side import PATIENCE

from styleforge.recipe.condition import ImageRef
from styleforge.run import engine


@pytest.fixture
def two():
    """Torch has two threads; tests have one."""
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)


@pytest.fixture
def recipes(forge):
    """Of a few steps, each from its own noise."""
    me = ImageRef("identity.png")
    made = forge.recipe("toy", "toy-look", identity=me).with_steps(3)
    return [replace(made, seed=seed) for seed in range(5)]


@pytest.fixture
def met(monkeypatch):
    """Every two runs wait for each other before they optimize."""
    barrier, plain = threading.Barrier(2), engine.optimize

    def optimize(*given, **named):
        barrier.wait(PATIENCE)
        yield from plain(*given, **named)

    monkeypatch.setattr(engine, "optimize", optimize)
