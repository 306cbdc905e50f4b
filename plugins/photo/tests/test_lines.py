"""A window behind the head that is taken for hair is doubted: the head's outline is in it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage import data
from styleforge_photo.doubts import Alike
from styleforge_photo.layout import Face, upright
from styleforge_photo.lines import line_within

ASTRONAUT = np.asarray(data.astronaut(), np.float32) / 255
FACE = Face(173, 66, 101)
# Her hair, outlined by hand.
HAIR = [
    (154, 65), (160, 55), (170, 46), (190, 31), (215, 20), (230, 16), (245, 17), (275, 31),
    (293, 52), (300, 75), (302, 86), (296, 108), (278, 129), (270, 131), (270, 110), (262, 90),
    (240, 82), (205, 80), (188, 72), (183, 95), (179, 120), (165, 113), (157, 103), (155, 92),
]  # fmt: skip


def masks(wall: bool) -> tuple[np.ndarray, np.ndarray]:
    """Her hair, with the wall about it where that is asked for, and her face."""
    x, y = upright(FACE, ASTRONAUT.shape[:2])
    face = np.hypot(x / 0.43, (y - 0.12) / 0.45) < 1
    hair = np.zeros(face.shape, np.uint8)
    cv2.fillPoly(hair, [np.array(HAIR)], 1)
    about = (np.hypot(x, y + 0.1) < 1.2) & (y < 0.3) & wall
    return ((hair > 0) | (about & ~face)).astype(np.float32), face.astype(np.float32)


def test_hair_alone_has_no_line() -> None:
    assert not line_within(ASTRONAUT, *masks(wall=False), FACE)


@pytest.mark.parametrize("light", [1.0, 0.4])
def test_a_wall_that_is_taken_for_hair_is_seen_beyond_a_line(light: float) -> None:
    assert line_within(ASTRONAUT * light, *masks(wall=True), FACE)


def test_the_picture_s_border_is_no_line_and_hides_none() -> None:
    hair, skin = masks(wall=True)
    for top, seen in ((60, False), (10, True)):
        face = Face(FACE.left, FACE.top - top, FACE.side)
        close = masks(wall=False)[0][top:] if not seen else hair[top:]
        assert line_within(ASTRONAUT[top:], close, skin[top:], face) == seen


def test_a_line_is_looked_for_about_a_turned_head() -> None:
    hair, skin = masks(wall=True)
    turned = Face(FACE.top, 512 - FACE.left - FACE.side, FACE.side, -90.0)
    found = (np.ascontiguousarray(np.rot90(one)) for one in (ASTRONAUT, hair, skin))
    assert line_within(*found, turned)


def test_a_line_is_told() -> None:
    assert "a line runs through it" in Alike(0, 0, 40, line=True).doubt
    assert Alike(0, 0, 40).doubt == ""


def test_clothing_in_hair_s_colours_is_told_only_where_hair_falls_on_it() -> None:
    assert "50% of the clothing" in Alike(0, 0.5, 40, fallen=0.1).doubt
    assert Alike(0, 0.5, 40).doubt == ""
