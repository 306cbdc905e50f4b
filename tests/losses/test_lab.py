"""CIELAB against skimage and against the formula."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from by_hand import lab_by_hand
from skimage.color import rgb2lab

from styleforge.losses.lab import colour_lab, lab, mean_lab


def pictures(seed: int, count: int = 2) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.rand(count, 3, 32, 32, generator=rng, dtype=torch.float64) * 2 - 1


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


@pytest.mark.parametrize("value", [-1 + 1e-12, -1.0, -1.2])
@pytest.mark.parametrize("gamma", [False, True])
def test_black_and_below_have_the_slope_of_the_line(value, gamma):
    """The cube root's is infinite there; what is dark, or below black, must be able to brighten."""
    image = torch.full((1, 3, 4, 4), value, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(lab(image, gamma=gamma)[:, 0].sum(), image)
    line = 116 * 7.787 / 2 / (12.92 if gamma else 1)  # of L by grey in [-1, 1]
    torch.testing.assert_close(slope.sum(1), torch.full((1, 4, 4), line, dtype=torch.float64))


def root(t: torch.Tensor) -> torch.Tensor:
    """CIELAB's, entry by entry, with the line for all that is dark or below black."""
    found = torch.empty_like(t)
    bright = t > 0.008856
    found[bright] = t[bright].pow(1 / 3)
    found[~bright] = 7.787 * t[~bright] + 16 / 116
    return found


def lab_unlimited(image: torch.Tensor) -> torch.Tensor:
    """HairCLIP's formula on values of any size: nothing is clamped."""
    red, green, blue = ((image + 1) / 2).unbind(1)
    x = root((0.412453 * red + 0.357580 * green + 0.180423 * blue) / 0.950456)
    y = root(0.212671 * red + 0.715160 * green + 0.072169 * blue)
    z = root((0.019334 * red + 0.119193 * green + 0.950227 * blue) / 1.088754)
    return torch.stack((116 * y - 16, 500 * (x - y), 200 * (y - z)), 1)


def test_values_outside_the_range_are_carried_on_as_published():
    """A generator's picture leaves [-1, 1]; clamped there, the gradient was 26 % off."""
    outside = (1.35 * pictures(9)).requires_grad_()
    assert (outside < -1).double().mean() > 0.05
    assert (outside > 1).double().mean() > 0.05
    asked = torch.tensor([[60.0, 10.0, -20.0]], dtype=torch.float64)
    slopes = []
    for of in (lab, lab_unlimited):
        distance = (of(outside).mean((2, 3)) - asked).abs().mean()
        slopes.append(torch.autograd.grad(distance, outside)[0])
    torch.testing.assert_close(lab(outside), lab_unlimited(outside), rtol=0, atol=1e-9)
    torch.testing.assert_close(*slopes, rtol=1e-9, atol=0)
