"""Pixels of tones and patterns are shares of the picture."""

from __future__ import annotations

import numpy as np
from styleforge_clothing.patterns import likeness, repeats
from styleforge_clothing.tones import tones_of


def test_edges_of_a_region_are_shares_of_the_picture():
    """Three of 256 pixels of a region's edge are dark: neither width takes them for a tone."""
    for size in (256, 1024):
        image = np.full((size, size, 3), 0.6)
        inside = np.zeros((size, size), bool)
        inside[size // 4 : -size // 4, size // 4 : -size // 4] = True
        rim = 3 * size // 256
        core = np.zeros_like(inside)
        core[size // 4 + rim : -size // 4 - rim, size // 4 + rim : -size // 4 - rim] = True
        image[inside & ~core] = 0.1
        found = tones_of(image, inside)
        assert found is not None
        assert found.accent is None
        assert np.allclose(found.base, 0.6)


def test_shifts_of_a_pattern_grow_with_the_picture():
    shifts = []
    for size in (128, 512):
        rows, columns = np.mgrid[:size, :size] // (size // 16)
        plane = ((rows + columns) % 2).astype(float)
        shifts.append(np.array(repeats(likeness(plane, np.ones((size, size), bool)))[0]))
    assert np.array_equal(4 * shifts[0], shifts[1])
