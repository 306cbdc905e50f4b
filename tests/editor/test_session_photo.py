"""Sessions with photographs that keep their size: previews in a blink, masks over a copy."""

from __future__ import annotations

import io
import time
from statistics import median

import numpy as np
import pytest
from PIL import Image
from sessions import LONG
from skimage import data

from styleforge.editor import EditSession
from styleforge.editor.painting import copy_size, to_copy, to_photo
from styleforge.forge import Forge


@pytest.fixture(scope="module")
def installed():
    forge = Forge()
    if "photo" not in forge.packs:
        pytest.skip("The pack photo is not installed.")
    return forge


@pytest.fixture
def session(installed, tmp_path):
    """A session with a photograph, larger than what the pack looks at."""
    with EditSession("hair", forge=installed, pack="photo", folder=tmp_path / "s") as made:
        photo = Image.fromarray(data.astronaut()).resize((1600, 1600), Image.Resampling.LANCZOS)
        made.set_identity(photo, "me")
        made.live()
        made.wait(LONG)
        yield made


def preview(session):
    assert session.wait(LONG)
    found = session.snapshot().preview
    assert found.picture, found.problem
    return np.asarray(Image.open(io.BytesIO(found.picture)).convert("RGB"), float)


def test_a_preview_is_the_result_made_small(session):
    session.set_colour("appearance", "#7a1f3d")
    shown = preview(session)
    assert shown.shape == (800, 800, 3)
    assert "a copy of 800 x 800 pixels" in session.snapshot().preview.notes[-1]
    result = session.run(wait=True).picture().convert("RGB")
    assert result.size == (1600, 1600)
    small = np.asarray(result.resize((800, 800), Image.Resampling.BOX), float)
    own = np.asarray(session.image(session.snapshot().identity.id).resize((800, 800)), float)
    changed = np.abs(small - own).mean(axis=-1) > 8
    assert changed.mean() > 0.02
    assert np.abs(shown - small)[changed].mean() < 0.15 * np.abs(own - small)[changed].mean()


def test_previews_of_colours_are_there_in_a_blink(session):
    session.set_colour("appearance", "#7a1f3d")
    preview(session)
    took = []
    for level in range(10):
        began = time.process_time()
        session.set_colour("appearance", f"#{20 * level:02x}4060")
        preview(session)
        took.append(time.process_time() - began)
    assert median(took) < 0.1  # of CPU time: others may be busy


def test_a_preview_says_where_the_region_may_be_wrong(session):
    """It was said of a result alone."""
    grey = Image.fromarray(data.astronaut()).convert("L")
    session.set_identity(grey.convert("RGB"), "grey")
    session.set_colour("appearance", "#7a1f3d")
    preview(session)
    (told,) = (one for one in session.snapshot().preview.notes if "may be wrong" in one)
    assert "The hair in grey may be wrong, because the picture has no colours" in told


def test_words_strength_and_other_colours_are_seen(session):
    session.set_text("appearance", "black")
    black = preview(session)
    session.set_text("appearance", "blonde")
    blonde = preview(session)
    assert (blonde - black).mean() > 1
    session.set_strength("appearance", 0.5)
    half = preview(session)
    assert black.mean() < half.mean() < blonde.mean()


def test_a_mask_is_painted_over_a_copy_and_kept_in_the_photographs_size(session):
    picture = session.snapshot().identity.id
    image, found = session.painting("identity")
    assert image.size == found.size == copy_size((1600, 1600)) == (1280, 1280)
    share = (np.asarray(found) > 127).mean()
    assert 0.02 < share < 0.2
    painted = np.zeros((1280, 1280), np.uint8)
    painted[900:1100, 300:700] = 255
    file = io.BytesIO()
    Image.fromarray(painted).save(file, format="PNG")
    session.paint("identity", file.getvalue())
    session.set_colour("appearance", "#2f6fd6")
    shown = preview(session)
    assert not [one for one in session.snapshot().messages if one.level == "error"]
    _, again = session.painting(picture)
    assert np.abs(np.asarray(again, float) - painted).mean() < 0.5
    own = np.asarray(session.image(picture).resize((800, 800), Image.Resampling.BOX), float)
    changed = np.abs(shown - own).mean(axis=-1) > 12
    inside = np.zeros_like(changed)
    inside[560:690, 185:440] = True
    assert changed[inside].mean() > 0.6
    assert changed[~inside].mean() < 0.01
    result = session.run(wait=True).picture()
    assert result.size == (1600, 1600)


def test_enlarging_a_mask_and_back_changes_it_little():
    disc = (np.hypot(*np.mgrid[-64:64, -64:64]) < 40).astype(np.uint8) * 255
    file = io.BytesIO()
    Image.fromarray(disc).save(file, format="PNG")
    there = to_copy(to_photo(file.getvalue(), (300, 300)), (128, 128))
    assert ((np.asarray(there) > 127) == (disc > 127)).mean() > 0.99
