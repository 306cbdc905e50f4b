"""How often each colour is seen in a region: smoothed histograms of CIELAB."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

Array = NDArray[np.float32]
BINS = (12, 44, 44)  # shading changes lightness, and leaves what tells hair from skin
LOW, HIGH = (0.0, -60.0, -60.0), (100.0, 60.0, 60.0)  # of L, a and b
SPREAD = 1.2  # bins over which a histogram is smoothed
ODD = 0.03  # share of colours that no histogram explains


def binned(lab: Array) -> NDArray[np.int64]:
    """The bin of each pixel ``(H, W)`` of a picture ``(H, W, 3)`` in CIELAB.

    Example:
        >>> int(binned(np.zeros((1, 1, 3), np.float32))[0, 0]) < np.prod(BINS)
        True
    """
    top = np.array(BINS) - 1
    low, high = np.array(LOW), np.array(HIGH)
    at = np.rint(((lab - low) / (high - low) * top).clip(0, top)).astype(np.int64)  # (H, W, 3)
    return np.asarray((at[..., 0] * BINS[1] + at[..., 1]) * BINS[2] + at[..., 2])


def likelihoods(bins: NDArray[np.int64], weights: Array) -> Array:
    """How well each region explains each pixel's colour.

    Args:
        bins: of the pixels, ``(H, W)``.
        weights: how far each pixel is taken for each region, ``(R, H, W)``.

    Returns:
        ``(R, H, W)``: densities, up to one factor for all.

    Example:
        >>> bins = np.array([[0, 0, 5000, 5000]])
        >>> sure = np.array([[[1, 1, 0, 0]], [[0, 0, 1, 1]]], np.float32)
        >>> bool(likelihoods(bins, sure)[0, 0, 0] > likelihoods(bins, sure)[1, 0, 0])
        True
    """
    count = int(np.prod(BINS))
    found = []
    for weight in weights:
        seen = np.bincount(bins.ravel(), weights=weight.ravel(), minlength=count).reshape(BINS)
        smooth = gaussian_filter(seen, SPREAD)
        density = (1 - ODD) * smooth / max(float(smooth.sum()), 1e-9) + ODD / count
        found.append(density.ravel()[bins])
    return np.stack(found).astype(np.float32)
