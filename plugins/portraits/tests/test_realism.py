"""Random people of a generator, and how far they are from the world's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.models.loading import load_features
from styleforge_portraits.training.realism import (
    frechet_distance,
    random_people,
    realism,
    rendered_people,
    seen,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_the_distance_of_gaussians_is_the_formula() -> None:
    draw = torch.Generator().manual_seed(0)
    one = torch.randn(20_000, 3, generator=draw).double()
    two = 2 * torch.randn(20_000, 3, generator=draw).double() + torch.tensor([1.0, 0.0, -1.0])
    # |m|^2 = 2; trace(I + 4 I - 2 * 2 I) = 3
    assert abs(frechet_distance(one, two) - 5) < 0.2
    assert abs(frechet_distance(one, one)) < 1e-6


def test_the_world_is_near_itself_and_an_untrained_generator_is_far(tmp_path: Path) -> None:
    torch.manual_seed(0)
    features = load_features()
    generator = build_generator(64).eval().requires_grad_(requires_grad=False)
    figures = realism(generator, features, tmp_path, count=40)
    assert figures["frechet"] > 5 * figures["frechet_of_the_world"] > 0
    assert (tmp_path / "random.png").exists()


def test_groups_add_up_and_repeat() -> None:
    generator = build_generator(32).requires_grad_(requires_grad=False)
    one, two = (torch.cat(list(random_people(generator, 23, seed=4))) for _ in range(2))
    assert one.shape == (23, 3, 32, 32)
    assert torch.equal(one, two)
    pictures = torch.cat(list(rendered_people(3, 32)))
    assert pictures.shape == (3, 3, 32, 32)
    assert float(pictures.min()) >= -1
    assert len(seen(load_features(), iter([pictures]))) == 3
