"""CIELAB against skimage and against the formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.color import rgb2lab

from styleforge.losses.lab import colour_lab, lab, mean_lab


def pictures(seed: int, count: int = 2) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, 32, 32, generator=rng, dtype=torch.float64) * 2 - 1


def lab_by_hand(red: float, green: float, blue: float) -> np.ndarray:
    """CIELAB of linear light in [0, 1], white (1, 1, 1)."""

    def root(t):
        return t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116

    x = root((0.412453 * red + 0.357580 * green + 0.180423 * blue) / 0.950456)
    y = root((0.212671 * red + 0.715160 * green + 0.072169 * blue) / 1.0)
    z = root((0.019334 * red + 0.119193 * green + 0.950227 * blue) / 1.088754)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def test_lab_of_decoded_light_is_that_of_skimage():
    """The matrix is the same; skimage's white is rounded to (0.95047, 1, 1.08883).

    Ours is the matrix's own, (0.950456, 1, 1.088754): up to 7e-5 apart, 0.005 in b at most.
    """
    image = pictures(5)
    wanted = rgb2lab(((image + 1) / 2).permute(0, 2, 3, 1).numpy())
    found = lab(image, gamma=True).permute(0, 2, 3, 1).numpy()
    np.testing.assert_allclose(found, wanted, atol=0.006)
    assert np.abs(found - lab(image).permute(0, 2, 3, 1).numpy()).max() > 5


def test_lab_of_undecoded_values_follows_the_formula():
    image = pictures(6, 1)
    image[:, :, 0, :8] = -1 + pictures(7, 1)[:, :, 0, :8].abs() * 0.01  # below the line's end
    found = lab(image)[0]
    for i, j in np.ndindex(4, 32):
        wanted = lab_by_hand(*((image[0, :, i, j].numpy() + 1) / 2))
        np.testing.assert_allclose(found[:, i, j].numpy(), wanted, atol=1e-9)
    white, black = (colour_lab((one, one, one))[0].numpy() for one in (1.0, -1.0))
    np.testing.assert_allclose(white, [100, 0, 0], atol=1e-9)
    np.testing.assert_allclose(black, [0, 0, 0], atol=1e-6)


def test_mean_lab_of_an_empty_mask_is_nothing():
    image = pictures(8).requires_grad_()
    found = mean_lab(image, torch.zeros(2, 1, 32, 32))
    assert torch.equal(found, torch.zeros_like(found))
    assert not torch.autograd.grad(found.sum(), image)[0].any()


@pytest.mark.parametrize(("value", "moves"), [(-1 + 1e-12, True), (-1.0, None), (-1.2, False)])
def test_black_has_a_finite_slope(value, moves):
    """The cube root's is infinite there; a dark picture must still be able to brighten."""
    image = torch.full((1, 3, 4, 4), value, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(lab(image)[:, 0].sum(), image)
    assert torch.isfinite(slope).all()
    assert moves is None or bool(slope.any()) == moves
