"""Small copies of pictures for the page and the sheets of a batch."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from styleforge.errors import UserError
from styleforge.prepare.opening import open_picture, readable
from styleforge.prepare.photo import to_rgb
from styleforge.prepare.prepare import resolve

if TYPE_CHECKING:
    from styleforge.pack.models import Models

SIDE = 320  # pixels of the longer side
QUALITY = 82


def small(path: str | Path, side: int = SIDE) -> Image.Image | None:
    """A picture's file as a small RGB picture, upright; None where it cannot be read.

    Example:
        >>> small("me.png", 16).size
        (16, 16)
    """
    try:
        with open_picture(path) as picture, readable(str(path)):
            picture.draft("RGB", (2 * side, 2 * side))  # a large JPEG is read at a smaller size
            if picture.mode in {"RGB", "RGBA", "L"}:
                picture.thumbnail((2 * side, 2 * side), Image.Resampling.BOX)
            upright = to_rgb(picture)
    except (UserError, ValueError):
        return None
    upright.thumbnail((side, side), Image.Resampling.LANCZOS)
    return upright


def found(path: str, folder: Path, models: Models | None) -> Path:
    """The file of a path from a folder, or of ``gallery:NAME``.

    Raises:
        UserError: if the gallery has no such picture.

    Example:
        >>> found("../me.png", Path("photos/out"), None).as_posix()
        'photos/out/../me.png'
    """
    if path.startswith("gallery:") and models is not None:
        return resolve(path, models)
    return folder / path


def as_jpeg(picture: Image.Image) -> bytes:
    """The bytes of a small JPEG.

    Example:
        >>> as_jpeg(Image.new("RGB", (8, 8)))[6:10]
        b'JFIF'
    """
    file = io.BytesIO()
    picture.save(file, format="JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()
