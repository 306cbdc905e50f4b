"""Peaks and convolutions as `scipy.signal` has them, which takes 1.4 CPU-seconds to import."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Array = NDArray[np.float64]


def peaks_of(values: Array, prominence: float) -> NDArray[np.intp]:
    """Where values ``(N,)`` have a peak at least so prominent: ``scipy.signal.find_peaks``.

    A peak is higher than what is beside it; of a level one the middle counts. Its prominence is its
    height above the higher of the two lowest points between it and higher ground.
    """
    if not len(values):
        return np.array([], dtype=np.intp)
    turns = np.flatnonzero(np.diff(values))  # the last of each run of equal values
    starts, ends = np.r_[0, turns + 1], np.r_[turns, len(values) - 1]
    heights = values[starts]
    inner = np.arange(1, len(starts) - 1)
    top = inner[(heights[inner] > heights[inner - 1]) & (heights[inner] > heights[inner + 1])]
    kept = []
    for one in top:
        low = []
        for beside in (heights[one::-1], heights[one:]):
            higher = np.flatnonzero(beside > heights[one])
            low.append(beside[: higher[0] if len(higher) else None].min())
        if heights[one] - max(low) >= prominence:
            kept.append((starts[one] + ends[one]) // 2)
    return np.array(kept, dtype=np.intp)


def convolved(one: Array, two: Array) -> Array:
    """The full convolution of two planes: ``scipy.signal.fftconvolve``."""
    shape = [a + b - 1 for a, b in zip(one.shape, two.shape, strict=True)]
    fast = [fft.next_fast_len(side, real=True) for side in shape]
    product = fft.rfftn(one, fast) * fft.rfftn(two, fast)
    return np.asarray(fft.irfftn(product, fast)[tuple(map(slice, shape))])
