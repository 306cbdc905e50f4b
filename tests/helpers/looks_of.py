"""What colours a picture has: for tests of photographs."""

from __future__ import annotations

import numpy as np
import torch
from skimage.color import rgb2lab

from styleforge.recipe.condition import Swatch
from styleforge.run.result import Result

# Of the astronaut's hair: its top, and the fringe.
TOP, FRINGE = np.s_[25:40, 200:240], np.s_[60:72, 190:220]


def rgb(colour: str) -> torch.Tensor:
    """A colour ``(3,)`` in [0, 1]."""
    return (torch.tensor(Swatch(colour).rgb) + 1) / 2


def lab_of(result: Result, box: tuple[slice, slice]) -> np.ndarray:
    """CIELAB of a part of a result's picture ``(h, w, 3)``."""
    return np.asarray(rgb2lab(np.asarray(result.picture().convert("RGB"))[box] / 255))
