"""Pictures that came from outside: read within limits, and written anew as PNG.

What is kept is pixels, transparency and colour profile. Places, cameras and whatever else a file
carried are gone, as is its name. What else could not be kept (a film's other pictures) is said.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import printable
from styleforge.server.failures import Failure, TooLarge

if TYPE_CHECKING:
    from styleforge.server.settings import Settings

UPLOAD = "upload:"
MASK = "mask"  # the name of a mask of the identity; mask_ROLE of another picture's
FOLDER = "uploads"
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}(\.[a-z0-9_-]{1,40})?")
_KEPT = ("icc_profile", "transparency")


def upload_path(folder: Path, name: str) -> Path:
    """The file of an upload of an edit.

    Args:
        folder: the edit's.
        name: of the upload, without ``upload:``.

    Raises:
        Failure: if it is no name for an upload.

    Example:
        >>> upload_path(Path("edit"), "identity").name
        'identity.png'
        >>> upload_path(Path("edit"), "../secret")
        Traceback (most recent call last):
        styleforge.server.failures.Failure: '../secret' is no name for an upload; ...
    """
    if not _NAME.fullmatch(name):
        msg = (
            f"{printable(name, 80)!r} is no name for an upload; use small letters, digits, _ and "
            "-, such as 'identity' or 'shape'."
        )
        raise Failure(422, msg)
    return folder / FOLDER / f"{name}.png"


def keep_picture(
    data: bytes, name: str, folder: Path, settings: Settings, called: str = ""
) -> tuple[str, ...]:
    """Read a picture, and write what can be seen of it.

    Returns:
        Sentences on what could not be kept of it.

    Args:
        data: the bytes of its file.
        name: of the upload.
        folder: the edit's.
        settings: how large it may be.
        called: what sentences call it.

    Raises:
        TooLarge: if it has too many bytes or pixels.
        Failure: if it is no name for an upload.
        UserError: if it is no picture that can be read.
    """
    from styleforge.prepare.opening import open_picture, readable
    from styleforge.prepare.photo import lost, storable

    path = upload_path(folder, name)
    said = called[:1].upper() + called[1:] if called else f"The picture {name}"
    if len(data) > settings.picture_bytes:
        msg = (
            f"{said} has {len(data):,} bytes; this server takes up to "
            f"{settings.picture_bytes:,}. Scale it down, or save it as JPEG."
        )
        raise TooLarge(msg)
    with open_picture(data, said) as picture:  # its header alone, so that a bomb does not go off
        width, height = picture.size
        if width * height > settings.picture_pixels:
            msg = (
                f"{said} is {width} x {height} pixels; this server takes up to "
                f"{settings.picture_pixels / 1e6:g} megapixels. Scale it down."
            )
            raise TooLarge(msg)
        notes = lost(picture, said)  # a file that was read no longer says how deep it is
        with readable(said):
            picture.load()
        seen = storable(picture, said)
    seen.info = {one: seen.info[one] for one in _KEPT if one in seen.info}
    path.parent.mkdir(parents=True, exist_ok=True)
    seen.save(path, format="PNG", compress_level=1)
    return tuple(f"{said} {note}" for note in notes)
