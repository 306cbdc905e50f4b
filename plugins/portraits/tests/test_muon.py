"""Muon: orthogonalised updates of one size, whatever the shape."""

from __future__ import annotations

import pytest
import torch
from styleforge_portraits.training.muon import Muon, orthogonalised


@pytest.mark.parametrize("shape", [(6, 20), (20, 6), (8, 8)])
def test_singular_values_come_near_one(shape: tuple[int, int]) -> None:
    draw = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    values = torch.linalg.svdvals(orthogonalised(draw))
    assert float(values.min()) > 0.5
    assert float(values.max()) < 1.4


@pytest.mark.parametrize("shape", [(16, 4, 3, 3), (4, 64)])
def test_a_step_moves_every_number_by_about_the_rate(shape: tuple[int, ...]) -> None:
    weight = torch.zeros(shape, requires_grad=True)
    weight.grad = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    Muon([weight], lr=0.01).step()
    assert 0.005 < float(weight.detach().square().mean().sqrt()) < 0.015


def test_it_finds_the_least_squares_solution() -> None:
    draw = torch.Generator().manual_seed(0)
    wanted, inputs = torch.randn(5, 12, generator=draw), torch.randn(64, 12, generator=draw)
    weight = torch.zeros(5, 12, requires_grad=True)
    muon = Muon([weight], lr=0.05)
    for step in range(200):
        muon.param_groups[0]["lr"] = 0.05 * (1 - step / 200)
        loss = (inputs @ (weight - wanted).t()).square().mean()
        muon.zero_grad()
        loss.backward()
        muon.step()
    assert float((weight - wanted).detach().abs().max()) < 0.02
