"""Rendering goes on where it was stopped, and gives the same people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from styleforge_portraits import world
from styleforge_portraits.training import rendering

if TYPE_CHECKING:
    from pathlib import Path


def test_rendering_again_does_what_is_left_and_nothing_else(tmp_path: Path) -> None:
    plan = rendering.Plan(
        people=2, large=2, framed=1, held_out=1, held_framed=1, palettes=3, size=64, small=(32,)
    )
    rendering.build(tmp_path, plan, 1)
    place = tmp_path / "train"
    first = np.load(place / "maps64.npy")
    wanted = world.geometry(world.decode(np.load(place / "codes.npy")[0]), 64).maps
    assert abs(first[0] / 255 - wanted).max() < 0.01

    np.save(place / "done.npy", np.zeros(1, bool))
    np.save(place / "maps64.npy", np.zeros_like(first))
    before = (tmp_path / "held" / "maps64.npy").stat().st_mtime_ns
    rendering.build(tmp_path, plan, 1)
    np.testing.assert_array_equal(np.load(place / "maps64.npy"), first)
    assert (tmp_path / "held" / "maps64.npy").stat().st_mtime_ns == before
