"""Networks that say what a pixel shows, as files of TensorFlow Lite: read and run by OpenCV."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge.errors import UserError
from styleforge_photo.tflite import first_taken, read_tflite

Array = NDArray[np.float32]
SIDES, CHANNELS = (256, 512), (3, 4)  # a fourth channel is the mask of the frame before


class Segmenter:
    """Pictures to the chances of classes.

    Args:
        path: of the file.

    Raises:
        UserError: it is no such network.

    Example:
        >>> Segmenter(Path("none.tflite"))
        Traceback (most recent call last):
        styleforge.errors.UserError: it is not there
    """

    def __init__(self, path: Path) -> None:
        self._net: Any = read_tflite(path)
        taken = first_taken(
            product(SIDES, CHANNELS),
            lambda size: self._run(np.zeros((size[0], size[0], 3), np.float32), size[1]),
        )
        if taken is None:
            raise UserError("it takes pictures of no size that segmenters take (256, 512)")
        (self.side, self.channels), found = taken
        self.classes = len(found)

    def __call__(self, picture: Array) -> Array:
        """A picture ``(H, W, 3)`` in [0, 1] to chances ``(classes, H, W)``.

        One class alone is given as it is; several sum to 1.
        """
        height, width = picture.shape[:2]
        size = (self.side, self.side)
        seen = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA))
        found = self._run(seen, self.channels)
        if len(found) > 1 and not np.allclose(found.sum(axis=0), 1, atol=0.02):  # logits
            found = np.exp(found - found.max(axis=0))
            found = found / found.sum(axis=0)
        planes = [cv2.resize(one, (width, height), interpolation=cv2.INTER_LINEAR) for one in found]
        return np.stack(planes).clip(0, 1).astype(np.float32)

    def _run(self, picture: NDArray[Any], channels: int) -> Array:
        """``(side, side, 3)`` to what the network gives, ``(classes, side, side)``."""
        side = len(picture)
        fed = np.zeros((1, channels, side, side), np.float32)
        fed[0, :3] = picture.transpose(2, 0, 1)
        self._net.setInput(fed)
        found = np.asarray(self._net.forward(), np.float32)
        if found.ndim != 4 or side not in found.shape[1:3]:
            msg = f"it gives an array of shape {found.shape}, and masks are expected"
            raise UserError(msg)
        last = found.shape[1] == found.shape[2] == side and found.shape[3] < side
        return np.ascontiguousarray(found[0].transpose(2, 0, 1) if last else found[0])
