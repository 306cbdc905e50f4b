"""A checkpoint in rosinality's layout."""

from __future__ import annotations

import published_generators as published
import pytest
import torch


@pytest.fixture
def state():
    return published.rosinality_state()


@pytest.fixture
def checkpoint(tmp_path, state):
    return published.write_rosinality(tmp_path / "people.pt", state, latent_avg=torch.ones(8))
