"""Pictures without colours, upright and turned: hair is whole, and the note is the true one."""

from __future__ import annotations

import numpy as np
import pytest
from astronaut import astronaut, found, off
from skimage.color import rgb2lab
from styleforge_photo.faces import find_faces
from styleforge_photo.shades import is_plain


@pytest.mark.parametrize(
    ("mode", "turn"), [("L", 0), ("L", 20), ("L", -20), ("sepia", 10)]
)  # turned by 20 degrees a third of the hair was left grey, and a cheek coloured
def test_grey_hair_is_whole(mode: str, turn: float) -> None:
    hair, doubt = found(astronaut(turn=turn, mode=mode))
    beside, missed = off(hair, found(astronaut(turn=turn))[0])
    assert beside < 0.08
    assert missed < 0.08
    assert doubt == "the picture has no colours, so that lightness and strands alone tell it"


def test_a_grey_fringe_is_whole() -> None:
    hair, _ = found(astronaut(mode="L"))
    assert hair[58:76, 195:235].mean() > 0.97


def test_colours_are_told_from_none() -> None:
    plain = {mode: is_plain(rgb2lab(astronaut(mode=mode))) for mode in ("RGB", "L", "sepia")}
    assert plain == {"RGB": False, "L": True, "sepia": True}


@pytest.mark.parametrize("turn", [0, 10, -10, 20, -20])
def test_how_a_head_is_turned_is_told_to_a_few_degrees(turn: float) -> None:
    """The cascade alone knows 0 and 25 degrees."""
    (face,) = find_faces(astronaut(turn=turn))
    assert face.turn == pytest.approx(3 - turn, abs=5)  # she holds her head a little to the side
    assert face.side == pytest.approx(101, abs=6)


def test_a_mirrored_face_sits_as_its_mirror_image() -> None:
    picture = astronaut(turn=10)
    (one,), (other,) = find_faces(picture), find_faces(np.ascontiguousarray(picture[:, ::-1]))
    assert other.turn == pytest.approx(-one.turn, abs=3)
    assert other.centre[0] == pytest.approx(512 - one.centre[0], abs=2)
