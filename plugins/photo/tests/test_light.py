"""Dark, grainy, faded and tinted photographs: hair is found as in the light, nothing glows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from astronaut import astronaut, found, off
from PIL import Image
from styleforge_photo.light import Light, light_of
from styleforge_photo.recolour import Recolour
from styleforge_photo.remarks import remarks_on

import styleforge
from styleforge.forge import Forge

BLUE = (0x2F, 0x6F, 0xD6)


@pytest.fixture(scope="module")
def true() -> np.ndarray:
    return found(astronaut())[0]


@pytest.mark.parametrize(("light", "noise"), [(1, 25), (0.4, 8), (0.25, 3), (0.15, 3)])
def test_dark_and_grainy_hair_is_found_as_in_the_light(
    true: np.ndarray, light: float, noise: float
) -> None:
    hair, doubt = found(astronaut(light, noise))
    beside, missed = off(hair, true)
    assert beside < 0.08
    assert missed < 0.12
    assert not doubt or light < 0.2  # then her cheek may take hair's colour on, as is told


@pytest.mark.parametrize("light", [0.15, 0.3, 0.4])
def test_a_colour_is_as_dark_as_its_photograph(
    forge: Forge, true: np.ndarray, tmp_path: Path, light: float
) -> None:
    Image.fromarray(astronaut(light, 3)).save(tmp_path / "dark.png")
    ask = {"forge": forge, "pack": "photo", "appearance": "#2f6fd6"}
    result = styleforge.edit("hair", tmp_path / "dark.png", **ask)
    lit = np.percentile(np.asarray(result.picture())[true], 70, axis=0)
    assert lit == pytest.approx(np.array(BLUE) * light, abs=12)
    assert any("underexposed" in note and "--tune light=0" in note for note in result.notes)
    written = styleforge.edit("hair", tmp_path / "dark.png", tune={"light": 0}, **ask)
    assert np.percentile(np.asarray(written.picture())[true], 70, axis=0)[2] > 150
    assert not any("underexposed" in note for note in written.notes)


def test_black_made_light_is_told() -> None:
    """The black corners of a vignette shone in the colour of the jacket, without a word."""
    mask, image = torch.zeros(1, 1, 60, 60), torch.linspace(-1, 1, 60).expand(1, 3, 60, 60).clone()
    mask[..., 10:50, 10:50] = 1
    image[..., 10:30, :] = -1
    light, dark = torch.tensor([0.9, 0.8, 0.5]), torch.tensor([0.1, 0.05, 0.05])
    (said,) = Recolour().remarks(image, mask, light)
    assert "50% of the region is nearly black" in said
    assert Recolour().remarks(image, mask, dark) == ()
    assert Recolour().remarks(image * 0 + torch.linspace(-1, 1, 60), mask, light) == ()
    assert Recolour().remarks(image, 0 * mask, light) == ()


def test_the_colour_of_a_dark_reference_is_that_in_the_light(true: np.ndarray) -> None:
    mask = torch.from_numpy(true)[None, None].float()
    tones = [
        Recolour().tone(torch.from_numpy(one).permute(2, 0, 1)[None].float() / 127.5 - 1, mask)
        for one in (astronaut(), astronaut(0.25))
    ]
    torch.testing.assert_close(*tones, rtol=0, atol=0.06)


def test_faded_photographs_fade_the_colour(forge: Forge, true: np.ndarray, tmp_path: Path) -> None:
    Image.fromarray((110 + 0.45 * astronaut()).astype(np.uint8)).save(tmp_path / "faded.png")
    result = styleforge.edit(
        "hair", tmp_path / "faded.png", forge=forge, pack="photo", appearance="black"
    )
    lit = np.percentile(np.asarray(result.picture())[true], 70)
    assert lit == pytest.approx(110, abs=12)  # as black as all black is there
    assert any("faded (its black is at 43%)" in note for note in result.notes)


@pytest.mark.parametrize("cast", [(1.05, 0.65, 0.3), (0.4, 1, 0.5), (0.5, 0.7, 1.1)])
def test_under_a_coloured_light_hair_is_found_and_the_colour_is_told(
    true: np.ndarray, cast: tuple[float, float, float]
) -> None:
    """Under orange light a cheek was coloured, and a window was blamed."""
    picture = (astronaut() * np.array(cast)).clip(0, 255).astype(np.uint8)
    hair, doubt = found(picture)
    beside, missed = off(hair, true)
    assert beside < 0.03
    assert missed < 0.03
    # of the light that takes 5 and 6 % of a cheek for hair the cheek is told, and nothing else
    cheek = hair[110:165, 252:266].mean()
    assert doubt == ("part of the face has colours of hair, too" if cheek > 0.03 else "")
    (said,) = remarks_on(picture.astype(np.float32) / 255, (150, 15, 300, 150), 1.0)
    assert "and not white" in said


def test_what_is_dark_before_a_lamp_is_told() -> None:
    picture = (astronaut().astype(np.float32) * 0.2 / 255).clip(0, 1)
    picture[60:140, 420:500] = 1
    assert "glow" in remarks_on(picture, (150, 15, 300, 150), 1.0)[0]
    assert remarks_on(picture, (380, 40, 512, 180), 1.0) == ()  # the lamp itself
    assert remarks_on(astronaut().astype(np.float32) / 255, (150, 15, 300, 150), 1.0) == ()


@pytest.mark.parametrize("colour", ["#000000", "#2e5d4b", "#1a0f0a", "#7a1f3d", "#f4b8c8"])
def test_a_swatch_is_taken_as_it_is(colour: str) -> None:
    """It has no light of its own, however dark it is."""
    swatch = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], np.float32) / 255
    assert light_of(np.broadcast_to(swatch, (9, 9, 3)).copy()) == Light()


def test_ordinary_pictures_and_swatches_are_taken_as_they_are() -> None:
    for picture in (astronaut(), astronaut(0.8), np.full((9, 9, 3), 20, np.uint8)):
        assert light_of(picture.astype(np.float32) / 255) == Light()
    assert light_of(astronaut(0.25).astype(np.float32) / 255).white == pytest.approx(0.25, abs=0.02)
