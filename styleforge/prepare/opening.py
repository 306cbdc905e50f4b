"""Opening pictures of strangers: formats, limits, and a sentence for whatever is wrong with one."""

from __future__ import annotations

import contextlib
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from styleforge.errors import UserError
from styleforge.prepare.addresses import refuse_address
from styleforge.prepare.ways import PHONES
from styleforge.recipe.quiet import quiet

_MAX_PIXELS = 100_000_000
_MIN_SIDE = 32
_MAX_ASPECT = 32  # the longer side over the shorter
# Pillow knows more, some of which start other programs (EPS runs Ghostscript).
FORMATS = ("PNG", "JPEG", "WEBP", "TIFF", "BMP", "GIF")
CAMERAS = ("AVIF", "HEIF")  # of phones: read where what they need is installed
_USE = "Use PNG, JPEG, WebP, TIFF, BMP or GIF."


def open_picture(source: str | Path | bytes | BinaryIO, name: str = "") -> Image.Image:
    """Open a picture and check its size; pixels are not read yet.

    Args:
        source: a file, an opened one, or the bytes of one.
        name: what messages call it; the file by default.

    Raises:
        UserError: if there is no such file, it is no picture that can be read, too small, too large
            or too narrow.

    Example:
        >>> with open_picture("me.png") as picture:
        ...     print(picture.size)
        (32, 32)
    """
    name = name or (str(source) if isinstance(source, str | Path) else "The picture")
    file: Path | BinaryIO
    if isinstance(source, str | Path):
        file = _regular(Path(source), name)
    else:
        file = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with quiet():  # of doubtful metadata; limits are checked below
            picture = Image.open(file, formats=_formats(file, name))
    except UserError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except UnidentifiedImageError as error:
        msg = f"{name} is not a picture that can be read. {_USE}"
        raise UserError(msg) from error
    except OSError as error:
        if error.strerror is None:  # a decoder's, of a header that is cut off
            raise _damaged(name, error) from error
        msg = f"{name} cannot be opened: {error.strerror}."
        raise UserError(msg) from error
    except Exception as error:  # decoders raise whatever a damaged header leads them to
        raise _damaged(name, error) from error
    try:
        check_size(picture.size, name)
    except UserError:
        picture.close()
        raise
    return picture


@contextlib.contextmanager
def hashed_picture(path: str | Path, name: str = "") -> Iterator[tuple[Image.Image, str]]:
    """Open a picture once: for its pixels, and for the SHA-256 of the file that holds them.

    Pixels are not read yet; read them while it lasts.

    Raises:
        UserError: as `open_picture`.

    Example:
        >>> with hashed_picture("me.png") as (picture, sha256):
        ...     print(picture.size, len(sha256))
        (32, 32) 64
    """
    name = name or str(path)
    try:
        file = _regular(Path(path), name).open("rb")
    except OSError as error:
        msg = f"{name} cannot be opened: {error.strerror or error}."
        raise UserError(msg) from error
    with file, open_picture(file, name) as picture:  # which refuses what is no picture unread
        place = file.tell()
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(place)  # decoders go on from there
        yield picture, sha256


@contextlib.contextmanager
def readable(name: str) -> Iterator[None]:
    """While it lasts, whatever a decoder raises on a damaged picture becomes a sentence.

    Raises:
        UserError: with the picture's name and what was said.

    Example:
        >>> with open_picture("me.png") as picture, readable("me.png"):
        ...     picture.load()[0, 0] is not None
        True
    """
    try:
        with quiet():
            yield
    except UserError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large(name) from error
    except MemoryError as error:
        msg = f"There is not enough memory for {name}; scale it down."
        raise UserError(msg) from error
    except Exception as error:
        raise _damaged(name, error) from error


def check_size(size: tuple[int, int], name: str) -> None:
    """Refuse a picture of a size that cannot be edited.

    Args:
        size: width and height in pixels.
        name: what messages call the picture.

    Raises:
        UserError: if it is too small, too large or too narrow.

    Example:
        >>> check_size((4000, 33), "a.png")
        Traceback (most recent call last):
        styleforge.errors.UserError: a.png is 4000 x 33 pixels; ...
    """
    width, height = size
    short, long = sorted(size)
    if width * height > _MAX_PIXELS:
        msg = f"{name} is {width} x {height} pixels; scale it down to 100 megapixels or less."
        raise UserError(msg)
    if short < _MIN_SIDE:
        msg = f"{name} is {width} x {height} pixels; at least {_MIN_SIDE} on each side are needed."
        raise UserError(msg)
    if long > _MAX_ASPECT * short:
        msg = (
            f"{name} is {width} x {height} pixels; one side may be at most {_MAX_ASPECT} times as "
            "long as the other. Crop it."
        )
        raise UserError(msg)


def _regular(path: Path, name: str) -> Path:
    """A path that is a file with contents; pipes and devices might never end."""
    refuse_address(path)
    try:
        if path.is_dir():
            msg = f"{name} is a folder; a picture file was expected. {_USE}"
            raise UserError(msg)
        if not path.exists():
            msg = f"There is no file {name}. Check the name and the folder."
            raise UserError(msg)
        if not path.is_file():
            msg = f"{name} is no regular file but a pipe or a device; give a picture file."
            raise UserError(msg)
        if path.stat().st_size == 0:  # also what the system makes up when it is read
            msg = f"{name} is not a picture that can be read: it is empty."
            raise UserError(msg)
    except (OSError, ValueError) as error:  # a name too long, or with a zero byte
        msg = f"{name} cannot be opened: {getattr(error, 'strerror', None) or error}."
        raise UserError(msg) from error
    return path


def _formats(file: BinaryIO | Path, name: str) -> tuple[str, ...]:
    """The formats to look for: the well-known ones, or a phone's where it begins like one."""
    if isinstance(file, Path):
        with file.open("rb") as opened:
            head = opened.read(12)
    else:
        head = file.read(12)
        file.seek(0)
    if head[4:8] != b"ftyp":
        return FORMATS
    with contextlib.suppress(ImportError):
        import pillow_heif

        pillow_heif.register_heif_opener()
    Image.init()  # AVIF is Pillow's own, in newer versions
    found = tuple(one for one in CAMERAS if one in Image.OPEN)
    wanted = "AVIF" if head[8:12] in {b"avif", b"avis"} else "HEIF"
    if wanted not in found:
        msg = f"{name} is in a format of phones ({wanted}), which {PHONES}"
        raise UserError(msg)
    return found


def _too_large(name: str) -> UserError:
    return UserError(f"{name} is too large to open; scale it down to 100 megapixels or less.")


def _damaged(name: str, error: Exception) -> UserError:
    text = " ".join(str(error).split())[:200] or type(error).__name__
    return UserError(f"{name} is damaged and cannot be read to its end ({text}). Try another copy.")
