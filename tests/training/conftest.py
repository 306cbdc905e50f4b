"""What the tests of a mapper's training share: a trainer of the toy domain."""

from __future__ import annotations

import pytest
import torch
from trainers import QUICK

from styleforge.testing import toy_mapper
from styleforge.training.mapper import MapperTrainer


@pytest.fixture
def make(forge, models):
    """A trainer that always begins with the same weights."""

    def trainer(*, knows=True, settings=QUICK, source=None, seed=0, **more) -> MapperTrainer:
        torch.manual_seed(seed)
        source = source or toy_mapper.ToyEdits(knows=knows)
        return MapperTrainer(forge, "toy", models, source, settings, **more)

    return trainer
