"""The world's pictures are frozen: models are trained on them.

data/fingerprint.png holds 32-pixel thumbnails of six people. After a change that is meant to
change pictures, write it anew (``python test_world_frozen.py``) and train the models again.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from styleforge_portraits import world

from styleforge.prepare.images import load_image

STORED = Path(__file__).parent / "data" / "fingerprint.png"
SEEDS = (11, 12, 13, 14, 15, 16)
SMALL = 32


def fingerprint() -> np.ndarray:
    people = [world.sample(np.random.default_rng(seed)) for seed in SEEDS]
    pictures = [world.render(person).image for person in people]
    small = [cv2.resize(p, (SMALL, SMALL), interpolation=cv2.INTER_AREA) for p in pictures]
    return np.concatenate(small, axis=1)


def test_pictures_are_those_the_models_were_trained_on() -> None:
    stored = (load_image(STORED)[0].permute(1, 2, 0).numpy() + 1) * 127.5
    off = np.abs(stored - fingerprint())
    assert off.max() <= 1.5
    assert off.mean() <= 0.05


def test_codes_have_their_width() -> None:
    assert world.CODE_WIDTH == 75
    assert len(world.FACTORS) == 68
    assert len(world.MATERIALS) == 22


if __name__ == "__main__":
    cv2.imwrite(str(STORED), cv2.cvtColor(fingerprint(), cv2.COLOR_RGB2BGR))
