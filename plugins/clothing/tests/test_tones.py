"""Regions taken apart into two tones, shares of them, and shading."""

from __future__ import annotations

import numpy as np
import pytest
from styleforge_clothing.tones import Tones, put_together, taken_apart, tones_of

BASE, ACCENT = np.array([0.2, 0.3, 0.6]), np.array([0.9, 0.7, 0.3])
SIDE = 64


def striped(part: int = 3) -> np.ndarray:
    """A picture of bands of 8 pixels, ``part`` of 8 of each in the accent."""
    rows = (np.arange(SIDE) % 8 < part).astype(float)
    return np.repeat(rows[:, None], SIDE, axis=1)


def everywhere() -> np.ndarray:
    return np.ones((SIDE, SIDE), bool)


def test_both_tones_of_stripes_are_found_the_commoner_first() -> None:
    share, ones = striped(), np.ones((SIDE, SIDE))
    found = tones_of(put_together(share, ones, Tones(BASE, ACCENT)), everywhere())
    assert found is not None
    assert found.accent is not None
    assert np.allclose(found.base, BASE, atol=0.02)
    assert np.allclose(found.accent, ACCENT, atol=0.02)
    swapped = tones_of(put_together(1 - share, ones, Tones(BASE, ACCENT)), everywhere())
    assert swapped is not None
    assert np.allclose(swapped.base, ACCENT, atol=0.02)


@pytest.mark.parametrize(("base", "accent"), [(BASE, ACCENT), (ACCENT, BASE)])
def test_of_two_tones_as_common_the_base_is_what_folds_are_dark_with(
    base: np.ndarray, accent: np.ndarray
) -> None:
    share = striped(4)
    flat = put_together(share, np.ones((SIDE, SIDE)), Tones(base, accent))
    fold = 0.4 * (np.arange(SIDE) % 20 < 5)[None, :, None]
    found = tones_of((1 - fold) * flat + fold * 0.6 * base, everywhere())
    assert found is not None
    assert np.allclose(found.base, base, atol=0.02)


def test_folds_are_no_second_tone() -> None:
    shading = 1 - 0.25 * np.sin(np.linspace(0, 6, SIDE))[None].repeat(SIDE, axis=0) ** 2
    found = tones_of(put_together(0 * shading, shading, Tones(BASE)), everywhere())
    assert found is not None
    assert found.accent is None


@pytest.mark.parametrize("accent", [(0.9, 0.9, 0.85), (0.35, 0.4, 0.6), (0.5, 0.1, 0.1)])
def test_dots_with_soft_edges_are_a_second_tone(accent: tuple[float, float, float]) -> None:
    at = np.cos(np.arange(SIDE) * 2 * np.pi / 13)
    share = np.clip((at[:, None] * at[None]) * 2 - 0.9, 0, 1)  # no two pixels of a dot are alike
    found = tones_of(
        put_together(share, np.ones((SIDE, SIDE)), Tones(BASE, np.array(accent))), everywhere()
    )
    assert found is not None
    assert found.accent is not None
    assert np.allclose(found.base, BASE, atol=0.02)
    assert np.linalg.norm(found.accent - accent) < 0.4 * np.linalg.norm(BASE - accent)


def test_an_empty_region_has_no_tones() -> None:
    assert tones_of(np.zeros((SIDE, SIDE, 3)), ~everywhere()) is None


def test_what_is_taken_apart_is_put_together_again() -> None:
    share = striped()
    shading = 0.8 + 0.2 * np.linspace(0, 1, SIDE)[None].repeat(SIDE, axis=0)
    tones = Tones(BASE, ACCENT)
    image = put_together(share, shading, tones)
    found, dim = taken_apart(image, tones)
    assert np.abs(found - share).max() < 0.15
    assert np.abs(dim - shading).max() < 0.1
    assert np.abs(put_together(found, dim, tones) - image).max() < 0.08


def test_a_plain_look_gets_the_accent_of_the_pattern_or_its_contrast() -> None:
    plain = Tones(np.array([0.5, 0.5, 0.5])).with_accent(Tones(BASE, ACCENT))
    assert plain.accent == pytest.approx(ACCENT)
    alike = Tones(ACCENT - 0.02).with_accent(Tones(BASE, ACCENT))
    assert alike.accent == pytest.approx(np.clip(BASE - 0.02, 0.02, 0.98))
    white = Tones(np.ones(3)).with_accent(Tones(np.zeros(3), np.full(3, 0.5)))
    assert white.accent == pytest.approx(np.full(3, 0.5))  # there is nothing lighter than white


def test_half_way_between_tones() -> None:
    half = Tones(BASE, ACCENT).towards(Tones(ACCENT, BASE), 0.5)
    assert half.base == pytest.approx((BASE + ACCENT) / 2)
    assert Tones(BASE).towards(Tones(ACCENT), 0.0).base == pytest.approx(BASE)
