"""Files of pictures: their bytes checked, encoded, made small."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image

from styleforge.errors import UserError

THUMBNAIL = 128  # pixels of the longer side
PREVIEW = 320


def thumbnail(picture: Image.Image, side: int = THUMBNAIL) -> bytes:
    """A JPEG of at most so many pixels a side."""
    small = picture.convert("RGB")
    small.thumbnail((side, side))
    file = io.BytesIO()
    small.save(file, format="JPEG", quality=85)
    return file.getvalue()


def checked(data: bytes, name: str) -> tuple[bytes, str]:
    """The bytes of a picture's file that can be read to its end, and its suffix.

    Raises:
        UserError: if they are no picture, or one that is too small or too large.
    """
    from styleforge.prepare.images import MAX_PIXELS, MIN_SIDE

    try:
        with Image.open(io.BytesIO(data)) as picture:
            suffix = f".{(picture.format or 'png').lower()}"
            width, height = picture.size
            if width * height <= MAX_PIXELS:
                picture.load()
    except Image.DecompressionBombError as error:
        msg = f"{name} is too large: at most {MAX_PIXELS // 10**6} megapixels are expected."
        raise UserError(msg) from error
    except (OSError, ValueError, SyntaxError) as error:
        msg = f"{name} is not a picture that can be read. Use PNG, JPEG, WebP, TIFF or BMP."
        raise UserError(msg) from error
    if width * height > MAX_PIXELS or min(width, height) < MIN_SIDE:
        msg = (
            f"{name} is {width} x {height} pixels; at least {MIN_SIDE} on each side and at most "
            f"{MAX_PIXELS // 10**6} megapixels are expected."
        )
        raise UserError(msg)
    return data, suffix


def picture_of(source: Any) -> Image.Image:
    """A PIL picture, or one of an array of bytes ``(H, W)``, ``(H, W, 3)`` or ``(H, W, 4)``.

    Raises:
        UserError: if it is another array.
    """
    if isinstance(source, Image.Image):
        return source
    array = np.asarray(source)
    if (
        array.dtype != np.uint8
        or array.ndim not in {2, 3}
        or array.shape[2:] not in {(), (3,), (4,)}
    ):
        msg = (
            f"An array of {array.dtype} with shape {array.shape} is not a picture; (H, W, 3) of "
            "uint8 was expected."
        )
        raise UserError(msg)
    return Image.fromarray(array)


def grey(picture: Image.Image) -> Image.Image:
    """A picture as a mask: its lightness, or its opacity where that says more."""
    if picture.mode in {"RGBA", "LA"}:
        alpha = picture.getchannel("A")
        low, high = alpha.getextrema()
        if low != high:
            return alpha
    return picture.convert("L")


def png(picture: Image.Image) -> bytes:
    """The bytes of a PNG."""
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()
