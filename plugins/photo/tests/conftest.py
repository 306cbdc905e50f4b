"""Photographs of people that dependencies bring, and one forge for all tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from styleforge.forge import Forge


@pytest.fixture(scope="session")
def forge() -> Forge:
    return Forge()


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a portrait, a cup of coffee and a cat."""
    folder = tmp_path_factory.mktemp("photos")
    for name in ("astronaut", "coffee", "cat"):
        picture = np.asarray(getattr(data, name)())
        Image.fromarray(picture).save(folder / f"{name}.png")
    return folder
