"""W is laid out by the measures of people: linear, nearly white, and computed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
import torch
from styleforge_portraits import world
from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.models.loading import load_basis, load_generator
from styleforge_portraits.models.weights import load_card, weights_folder
from styleforge_portraits.training.basis import Basis
from styleforge_portraits.training.codes import odd_signs
from styleforge_portraits.training.measures import (
    LANDMARKS,
    PALETTE,
    measures,
    measures_of_codes,
)

from styleforge.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path


def test_measures_end_with_landmarks_and_palette() -> None:
    person = world.sample(np.random.default_rng(3))
    found = measures(person)
    np.testing.assert_allclose(found[-PALETTE:], world.palette(person).ravel(), atol=1e-6)
    points = world.render(person, 256).landmarks
    shown = found[-PALETTE - LANDMARKS : -PALETTE].reshape(68, 2)
    spread = points.std(0) / shown.std(0)  # head coordinates to pixels: one scale, no turn
    np.testing.assert_allclose(spread, 256, rtol=1e-3)


def test_every_factor_that_shows_moves_a_measure() -> None:
    rng = np.random.default_rng(0)
    silent = []
    for factor in world.FACTORS:
        moved = 0.0
        for _ in range(6):
            person = world.sample(rng)
            if factor.kind == "category":
                ends = [replace(person, **{factor.name: one}) for one in factor.options[:2]]
            else:
                span = factor.high - factor.low
                ends = [
                    replace(person, **{factor.name: factor.low + part * span})
                    for part in (0.02, 0.98)
                ]
            moved = max(moved, float(np.abs(measures(ends[0]) - measures(ends[1])).max()))
        if moved < 1e-4:
            silent.append(factor.name)
    assert silent == []


def test_latents_are_nearly_white_and_lie_in_the_span(
    basis: Basis, table: tuple[torch.Tensor, torch.Tensor]
) -> None:
    latents = basis.latents(table[1])
    assert abs(float(latents.mean())) < 0.01
    assert 0.6 < float(latents.square().mean()) < 0.9  # the floor holds faint directions down
    torch.testing.assert_close(basis.project(latents), latents, rtol=0, atol=1e-3)
    assert 60 < len(basis.span) < 200
    # principal directions: what varies most varies at most a few times as much as the rest
    spread = torch.linalg.svdvals(latents - latents.mean(0))[: len(basis.span)]
    assert float(spread.max() / spread.median()) < 1.5


def test_colours_and_shapes_add_up(basis: Basis) -> None:
    rng = np.random.default_rng(5)
    one, two = (torch.from_numpy(measures(world.sample(rng))) for _ in range(2))
    mixed = torch.cat((one[:-PALETTE], two[-PALETTE:]))
    first, second, both, rest = basis.latents(
        torch.stack((one, two, mixed, torch.cat((two[:-PALETTE], one[-PALETTE:]))))
    )
    torch.testing.assert_close(both - first, second - rest, rtol=0, atol=1e-3)


def test_measures_of_codes_are_those_of_the_people() -> None:
    person = world.sample(np.random.default_rng(1))
    code = world.encode(person)
    found = measures_of_codes(np.stack([code, code * odd_signs()]))
    np.testing.assert_allclose(found[0], measures(person), atol=2e-4)
    np.testing.assert_allclose(found[1], measures(world.mirror(person)), atol=2e-4)


def test_a_basis_is_stored_and_a_missing_one_is_said(basis: Basis, tmp_path: Path) -> None:
    basis.export(tmp_path)
    again = load_basis(tmp_path)
    for name in ("mean", "matrix", "span"):
        assert torch.equal(getattr(again, name), getattr(basis, name))
    assert load_card("basis", tmp_path)["directions"] == len(basis.span)
    with pytest.raises(UserError, match="run the `mapping` training first"):
        Basis.load(tmp_path / "none.safetensors")


def test_the_shipped_basis_is_that_of_the_generator() -> None:
    """Directions are orthonormal, and the mapping network gives the w that the basis computes."""
    basis, generator = load_basis(weights_folder()), load_generator()
    span = basis.span
    torch.testing.assert_close(span @ span.t(), torch.eye(len(span)), atol=1e-3, rtol=0)
    people = [world.sample(np.random.default_rng(seed)) for seed in range(8)]
    exact = basis.latents(torch.from_numpy(np.stack([measures(one) for one in people])))
    with torch.no_grad():
        mapped = generator.map(
            code_to_z(torch.from_numpy(np.stack([world.encode(one) for one in people])))
        )
    assert float((mapped - exact).square().mean() / exact.square().mean()) < 0.05
