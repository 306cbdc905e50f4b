"""Metrics against others' implementations."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from styleforge.measure import metrics


def test_ssim_is_that_of_the_paper_as_skimage_has_it():
    drawn = torch.Generator().manual_seed(0)
    image = torch.rand(1, 3, 40, 56, generator=drawn) * 2 - 1
    target = (image + 0.3 * torch.randn(image.shape, generator=drawn)).clamp(-1, 1)
    first, second = ((one[0].double().permute(1, 2, 0).numpy() + 1) / 2 for one in (image, target))
    wanted = structural_similarity(
        first, second, channel_axis=2, data_range=1.0, gaussian_weights=True,
        use_sample_covariance=False,
    )  # fmt: skip
    assert metrics.ssim(image, target) == pytest.approx(float(wanted), abs=1e-6)
    assert metrics.ssim(image, image) == pytest.approx(1)


def test_colour_error_is_ciede2000():
    red, blue = (torch.full((1, 3, 8, 8), -1.0) for _ in range(2))
    red[:, 0], blue[:, 2] = 1, 1
    ones = torch.ones(1, 1, 8, 8)
    assert metrics.colour_error(red, ones, red, ones) == pytest.approx(0, abs=1e-6)
    assert np.isclose(metrics.colour_error(red, ones, blue, ones), 52.88, atol=0.02)
