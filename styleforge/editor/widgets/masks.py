"""Masks as PNG bytes, the form in which they travel between Python and the browser."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image, UnidentifiedImageError

from styleforge.errors import UserError

MAX_PIXELS = 100_000_000


def encode_mask(values: Any) -> bytes:
    """PNG bytes of a mask, white where it is.

    Args:
        values: anything numpy reads, ``(H, W)`` or with leading axes of length 1 such as
            ``(1, 1, H, W)``; boolean, or floats in [0, 1].

    Raises:
        UserError: if it has another shape.
    """
    given = np.asarray(values)
    mask = given.reshape(given.shape[-2:]) if given.size == np.prod(given.shape[-2:]) else given
    if mask.ndim != 2 or not mask.size:
        msg = f"A mask of shape {given.shape} came; give one mask, (H, W) or (1, 1, H, W)."
        raise UserError(msg)
    levels = (mask.astype(np.float32).clip(0, 1) * 255).round().astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(levels).save(file, format="PNG")
    return file.getvalue()


def decode_mask(data: bytes | memoryview) -> np.ndarray:
    """A mask's PNG bytes as float32 ``(1, 1, H, W)`` in [0, 1]; transparent is outside of it.

    Raises:
        UserError: if there are no bytes, or they are no picture.
    """
    if not len(data):
        msg = "There is no mask yet. Paint one, or give a mask to start from."
        raise UserError(msg)
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                msg = f"The mask is {picture.width} x {picture.height} pixels; use a smaller one."
                raise UserError(msg)
            seen = picture.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        msg = f"The mask cannot be read ({error}). Give a PNG, white where the mask is."
        raise UserError(msg) from error
    black = Image.new("RGBA", seen.size, (0, 0, 0, 255))
    grey = Image.alpha_composite(black, seen).convert("L")
    return np.asarray(grey, dtype=np.float32)[None, None] / 255
