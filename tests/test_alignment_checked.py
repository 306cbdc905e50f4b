"""What no subject of the pack is in is refused, with and without a finder of subjects."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from skimage import data

from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.prepare.placing import ALIGNED
from styleforge.prepare.prepare import prepare

portraits = pytest.importorskip("styleforge_portraits.portraits")
NOISE = (np.random.default_rng(3).random((280, 340, 3)) * 255).astype(np.uint8)
DIAGONAL = np.add.outer(np.arange(300), np.arange(240)) // 20 % 2 * 200
OTHERS = {
    "noise": NOISE,
    "flat": np.full((256, 256, 3), 90, np.uint8),
    "stripes": np.repeat(DIAGONAL[..., None], 3, axis=2).astype(np.uint8),
    "a photograph of a cup": data.coffee(),
    "a photograph of a cat": data.chelsea(),
    "a photograph of a person": data.astronaut(),
    "a rocket": data.rocket(),
}


@pytest.fixture(scope="module")
def models():
    return Forge().models("portraits")


@pytest.mark.parametrize("name", OTHERS)
def test_pictures_without_a_portrait_are_refused(models, name):
    with pytest.raises(UserError, match="No portrait was found"):
        prepare(Image.fromarray(OTHERS[name]), models, name=name)


@pytest.mark.parametrize(("side", "left", "top", "turn"), [
    (320, 180, 160, 0), (420, 480, 90, 10), (500, 320, 240, -15), (740, 30, 30, 0),
])  # fmt: skip
def test_placed_portraits_are_aligned(models, side, left, top, turn):
    ground = Image.new("RGB", (1200, 800), (180, 170, 160))
    portrait = Image.open(portraits.path("mira")).convert("RGB").resize((side, side))
    ground.paste(portrait.rotate(turn, fillcolor=(180, 170, 160)), (left, top))
    found = prepare(ground, models, name="placed")
    want = np.array(models.pack.alignment.places) * 256
    points = found.landmarks[0].numpy()
    have = np.stack([points[list(one)].mean(axis=0) for one in models.pack.alignment.groups])
    off = np.abs(have - want).max() / 256
    assert off <= ALIGNED
    assert not any("look at the result" in note for note in found.notes)


@pytest.mark.parametrize("name", ["postcard-ella", "postcard-ravi", "postcard-tove", "mira"])
def test_the_gallery_needs_no_note(models, name):
    found = prepare(portraits.path(name), models)
    assert not any("look at the result" in note for note in found.notes)


def without_finder():
    """The pack as one that cannot say what its subjects are."""
    pack = Forge().models("portraits").pack
    components = {kind: make for kind, make in pack.components.items() if kind != "subjects"}
    return Models(replace(pack, components=components))


@pytest.mark.parametrize("name", ["noise", "flat", "a photograph of a cat"])
def test_landmarks_alone_refuse_what_they_cannot_align(name):
    with pytest.raises(UserError, match="No subject of the kind that this pack knows was found"):
        prepare(Image.fromarray(OTHERS[name]), without_finder(), name=name)


def test_landmarks_alone_note_what_they_align_roughly():
    ground = Image.new("RGB", (1200, 800), (180, 170, 160))
    portrait = Image.open(portraits.path("mira")).convert("RGB").resize((500, 500))
    ground.paste(portrait.rotate(-15, fillcolor=(180, 170, 160)), (320, 240))
    notes = prepare(ground, without_finder(), name="placed").notes
    assert any("of its width only; look at the result" in note for note in notes)
    with pytest.raises(UserError, match="shows only 1 subject, but number 2 was asked for"):
        prepare(ground, without_finder(), name="placed", subject=2)
