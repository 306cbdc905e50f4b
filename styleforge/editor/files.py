"""Files of pictures: their bytes checked, encoded, made small."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from styleforge.errors import UserError
from styleforge.prepare.photo import storable

THUMBNAIL = 128  # pixels of the longer side
PREVIEW = 320
SIDE = 1280  # pixels of the longer side at most
LOSSLESS = 640  # up to here nothing is lost, so that differences are the pictures' own


def thumbnail(picture: Image.Image, side: int = THUMBNAIL) -> bytes:
    """A JPEG of at most so many pixels a side."""
    small = picture.convert("RGB")
    small.thumbnail((side, side))
    file = io.BytesIO()
    small.save(file, format="JPEG", quality=85)
    return file.getvalue()


def display_bytes(picture: Image.Image, *, whole: bool = False) -> bytes:
    """A picture as PNG, or as JPEG where it is large; in its own size if it is wanted whole."""
    shown = picture.convert("RGB")
    if not whole:
        shown.thumbnail((SIDE, SIDE))
    file = io.BytesIO()
    if max(shown.size) <= LOSSLESS:
        shown.save(file, format="PNG")
    else:
        shown.save(file, format="JPEG", quality=92)
    return file.getvalue()


def small(source: Path) -> bytes:
    """A small JPEG of a picture's file.

    Raises:
        UserError: if it cannot be read.
    """
    from styleforge.prepare.opening import open_picture, readable
    from styleforge.prepare.photo import to_rgb

    with open_picture(source) as opened, readable(source.name):
        return thumbnail(to_rgb(opened))


def checked(data: bytes, name: str) -> tuple[bytes, str]:
    """The bytes of a picture's file that can be read to its end, and its suffix.

    Raises:
        UserError: if they are no picture, or one that is too small or too large.
    """
    from styleforge.prepare.opening import open_picture, readable

    with open_picture(data, name) as picture, readable(name):
        suffix = f".{(picture.format or 'png').lower()}"
        picture.load()
    return data, suffix


def picture_of(source: Any) -> Image.Image:
    """A PIL picture, or one of an array of bytes ``(H, W)``, ``(H, W, 3)`` or ``(H, W, 4)``.

    Raises:
        UserError: if it is another array.
    """
    if isinstance(source, Image.Image):
        if source.mode == "F" and _as_bytes(source):
            source = source.convert("L")
        return storable(source)
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


def _as_bytes(picture: Image.Image) -> bool:
    """Whether numbers go beyond 1 and up to 255, as where Pillow made them of bytes."""
    values = np.asarray(picture)
    return bool(values.min() >= 0 and 1 < values.max() <= 255)


def png(picture: Image.Image) -> bytes:
    """The bytes of a PNG."""
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def shared_copy(data: bytes) -> bytes:
    """The bytes of a result's PNG, with a recipe that names no folders."""
    from styleforge.prepare.formats import encode, recipe_of
    from styleforge.prepare.inputs import without_folders
    from styleforge.prepare.opening import open_picture
    from styleforge.recipe.recipe import Recipe

    with open_picture(data, "The result") as picture:
        picture.load()
        text = recipe_of(picture)
        if not text:
            return data
        recipe, _ = without_folders(Recipe.from_json(text))
        return encode(picture, "PNG", recipe.to_json()).data
