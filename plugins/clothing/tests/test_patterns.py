"""Patterns go on where they are not seen, in phase."""

from __future__ import annotations

import numpy as np
from styleforge_clothing.patterns import continued_pattern, repeats

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
    down, right = repeats(STRIPES, np.ones_like(STRIPES, bool))[0]
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
