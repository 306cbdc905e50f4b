"""Patterns go on where they are not seen, in phase."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from styleforge_clothing.patterns import continued_pattern, lattice_of, latticed, likeness, repeats
from styleforge_clothing.retexture import evened

SIDE = 96
ROWS, COLUMNS = np.mgrid[:SIDE, :SIDE]
STRIPES = (ROWS % 12 < 6).astype(float)
CHECKS = ((ROWS // 8 + COLUMNS // 8) % 2).astype(float)


def seen() -> np.ndarray:
    """All but a band and a corner."""
    known = np.ones((SIDE, SIDE), bool)
    known[:, 40:60] = False
    known[:20, :30] = False
    return known


def test_stripes_repeat_at_their_period() -> None:
    down, right = repeats(likeness(STRIPES, np.ones_like(STRIPES, bool)))[0]
    assert down % 12 == 0 or (down == 0 and right)


def test_hidden_stripes_and_checks_are_found_again() -> None:
    for plane in (STRIPES, CHECKS):
        known = seen()
        made = continued_pattern(np.where(known, plane, 0.5), known)
        assert np.array_equal(made[known], plane[known])
        assert np.abs(made - plane)[~known].mean() < 0.05


def test_plain_cloth_stays_plain() -> None:
    known = seen()
    assert continued_pattern(np.where(known, 0.02, 1.0), known).max() < 0.03


def test_nothing_seen_changes_nothing() -> None:
    assert np.array_equal(continued_pattern(STRIPES, np.zeros_like(STRIPES, bool)), STRIPES)


def dots() -> np.ndarray:
    """Dots on a slanted lattice whose period is no whole number of pixels."""
    across = (COLUMNS + 0.31 * ROWS) / 10.37
    along = (ROWS - 0.22 * COLUMNS) / 9.42
    away = np.hypot(across - np.round(across), along - np.round(along))
    return np.clip(4 * (0.33 - away), 0, 1)


def test_dots_seen_from_two_sides_meet() -> None:
    known = np.zeros((SIDE, SIDE), bool)
    known[70:] = True
    known[40:, :25] = True
    known[40:, 75:] = True
    made = continued_pattern(np.where(known, dots(), 0.5), known)
    away = np.abs(made - dots())[~known]
    assert away.mean() < 0.016  # shifts by whole pixels: 0.019


def test_a_shift_is_found_to_parts_of_a_pixel() -> None:
    alike = likeness(dots(), np.ones((SIDE, SIDE), bool))
    lattice = lattice_of(alike, repeats(alike))
    assert lattice is not None
    for down, right in (lattice.first, lattice.second):
        across = (right + 0.31 * down) / 10.37
        along = (down - 0.22 * right) / 9.42
        assert abs(across - round(across)) < 0.02
        assert abs(along - round(along)) < 0.02


@pytest.mark.parametrize("bend", [0.0, 12.0])
def test_stripes_have_no_lattice_and_dots_and_checks_have_one(bend: float) -> None:
    rows = ROWS + bend * (COLUMNS / SIDE - 0.5) ** 2  # as a chest bends them
    known = seen()
    assert not latticed((rows % 12 < 6).astype(float), known)
    assert latticed(dots(), known)
    assert latticed(CHECKS, known)


def test_an_uneven_map_moves_a_pattern_evenly() -> None:
    rows, columns = np.mgrid[:SIDE, :SIDE] + 0.5
    even = np.stack((1.1 * columns - 5, 0.9 * rows + 4), axis=-1)
    uneven = even + 3 * np.sin(rows / 3)[..., None]
    region = torch.zeros(1, 1, SIDE, SIDE)
    region[..., 20:80, 10:90] = 1
    found = evened(uneven, region)
    assert np.abs(np.diff(found, 2, axis=0)).max() < 1e-9
    assert np.abs(found - even).mean() < 0.5
    nowhere = torch.zeros_like(region)
    assert evened(uneven, nowhere) is uneven
