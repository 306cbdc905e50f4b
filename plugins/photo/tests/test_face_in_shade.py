"""A face whose side in the shade has hair's colours: the eye keeps its own, and it is told."""

from __future__ import annotations

import numpy as np
import pytest
from astronaut import astronaut, found
from styleforge_photo.doubts import Alike

EYE, CHEEK = np.s_[98:105, 242:251], np.s_[110:165, 252:266]
WARM = np.array([1.1, 1.0, 0.85])


@pytest.mark.parametrize("light", [np.full(3, 1.15), WARM])
def test_hair_on_the_face_is_told_and_spares_the_eye(light: np.ndarray) -> None:
    """The eye and the cheek of such pictures were recoloured without a word."""
    hair, doubt = found((astronaut() * light).clip(0, 255).astype(np.uint8))
    assert hair[EYE].mean() < 0.05
    assert doubt == "part of the face has colours of hair, too"


@pytest.mark.parametrize("light", [1, 0.8])
def test_of_a_face_that_keeps_its_colour_nothing_is_told(light: float) -> None:
    hair, doubt = found(astronaut(light))
    assert hair[CHEEK].mean() < 0.05
    assert not doubt


def test_dark_hair_beside_a_face_is_no_doubt() -> None:
    """Long hair lies on the cheeks' borders; where its tint is not that of skin it is hair."""
    told = Alike(behind=0.0, chest=0.0, skin=40.0, on_face=0.9, tint=8.0).doubt
    assert told == "part of the face has colours of hair, too"
    assert not Alike(behind=0.0, chest=0.0, skin=40.0, on_face=0.9, tint=20.0).doubt
