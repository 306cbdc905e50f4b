"""Random people of a generator, and how far they are from the world's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from styleforge_portraits import world
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.models.latent import z_to_code
from styleforge_portraits.models.loading import load_features, load_lpips
from styleforge_portraits.training.factor_response import factor_response
from styleforge_portraits.training.generator_figures import (
    from_factors,
    generated,
    held_out_codes,
    rendered,
)
from styleforge_portraits.training.losses import psnr
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


def test_figures_of_a_generator_on_held_out_people(tmp_path: Path) -> None:
    torch.manual_seed(0)
    generator = build_generator(32).eval().requires_grad_(requires_grad=False)
    codes = held_out_codes(3)
    features, lpips = load_features(), dict(load_lpips().weights)
    figures = from_factors(codes, generator, features, lpips, tmp_path)
    noise = generator.random_noise(torch.Generator().manual_seed(1))
    image = generated(generator, codes, noise)
    truth = rendered(codes, 32)
    assert abs(figures["factors_psnr"] - float(psnr(image, truth).mean())) < 1e-3
    assert figures["factors_people"] == 3
    assert (tmp_path / "factors.png").exists()
    assert figures["factors_lpips"] > 0.1  # untrained


def test_a_generator_that_draws_the_world_follows_every_factor() -> None:
    class World:
        """Draws the person that it is given; `map` hands z on."""

        rows, width = 1, 512

        def map(self, z):
            return z

        def random_noise(self, draw):
            return []

        def synthesize(self, latent, noise, *, size):
            codes = z_to_code(latent[:, 0], world.CODE_WIDTH).numpy()
            pictures = [world.render(world.decode(code), size).image for code in codes]
            return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2) / 127.5 - 1

    slopes = factor_response(held_out_codes(60), World(), people=2, size=32)
    assert set(slopes) == {factor.name for factor in world.FACTORS}
    assert min(slopes.values()) > 0.9
