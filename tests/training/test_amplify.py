"""Longer steps: exactly so many times as long, and the mapper itself is left alone."""

from __future__ import annotations

import pytest
import torch

from styleforge.mapper.network import Injection, Mapper
from styleforge.training.amplify import amplified


@pytest.mark.parametrize("gain", [0.5, 1.0, 1.8])
def test_steps_are_so_many_times_as_long(gain: float):
    torch.manual_seed(0)
    parts = (Injection("one", "a.x", (0, 1)), Injection("two", "a.y", (2,)))
    mapper = Mapper(parts, rows=4, width=8, embedding=6, hidden=5, depth=2).double()
    latent = torch.randn(3, 4, 8, dtype=torch.float64)
    asked = {name: torch.randn(3, 6, dtype=torch.float64) for name in ("a.x", "a.y")}
    before = mapper(latent, asked) - latent
    after = amplified(mapper, gain)(latent, asked) - latent
    assert torch.allclose(after, gain * before, atol=1e-12)
    assert torch.equal(mapper(latent, asked) - latent, before)
    alone = {"a.x": asked["a.x"]}
    assert torch.equal(amplified(mapper, gain)(latent, alone)[:, 2], mapper(latent, alone)[:, 2])
