"""Peaks and convolutions are those of scipy.signal, to the last bit, without importing it."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.signal import fftconvolve, find_peaks
from styleforge_clothing.signals import convolved, peaks_of


@pytest.mark.parametrize("levels", [3, 10, 1000])
def test_peaks(levels: int) -> None:
    rng = np.random.default_rng(levels)
    found = 0
    for size in (0, 1, 2, 3, 5, 50, 200):
        for _ in range(20):
            values = rng.integers(levels, size=size).astype(float)
            for prominence in (0.0, 1.0, 0.3 * levels):
                wanted, _ = find_peaks(values, prominence=prominence)
                assert np.array_equal(peaks_of(values, prominence), wanted)
                found += len(wanted)
    assert found > 100


def test_convolutions() -> None:
    rng = np.random.default_rng(0)
    for shape in ((7, 9), (64, 64), (50, 33)):
        one, two = rng.random(shape), rng.random(shape)
        assert np.array_equal(convolved(one, two), fftconvolve(one, two, mode="full"))


def test_scipy_signal_is_not_imported() -> None:
    code = "import sys, styleforge_clothing.retexture; print('scipy.signal' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
