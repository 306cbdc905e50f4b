"""The formats of results, and where each of them holds a recipe."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from styleforge.errors import UserError

CHUNK = "styleforge"  # of text, in a PNG
FORMATS = {
    ".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG",
    ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF",
}  # fmt: skip
HOW: dict[str, dict[str, Any]] = {
    "PNG": {},
    "JPEG": {"quality": 95, "subsampling": 0},
    "WEBP": {"lossless": True},
    "TIFF": {"compression": "tiff_adobe_deflate"},
}
LONGEST = {"JPEG": 65_000}  # bytes of EXIF that the format holds
EXIF, COMMENT, DESCRIPTION, ASCII = 0x8769, 0x9286, 0x010E, b"ASCII\0\0\0"


@dataclass(frozen=True)
class Encoded:
    """A picture as the bytes of a file.

    ``whole`` is false where the format could not hold the recipe; ``notes`` say what it lost.

    Example:
        >>> Encoded(b"bytes of a file").whole
        True
    """

    data: bytes
    whole: bool = True
    notes: tuple[str, ...] = ()


def format_of(path: str | Path) -> str:
    """The format that a result's name asks for.

    Raises:
        UserError: if it is none that is written.

    Example:
        >>> format_of("out.jpg")
        'JPEG'
    """
    found = FORMATS.get(Path(path).suffix.lower())
    if found is None:
        msg = f"{path} must end in {', '.join(FORMATS)}; nothing else is written there."
        raise UserError(msg)
    return found


def encode(picture: Image.Image, form: str = "PNG", recipe: str = "") -> Encoded:
    """The bytes of a picture in one of the formats, with a recipe's JSON in it.

    A colour profile in ``picture.info`` goes with it.

    Raises:
        UserError: if the format cannot hold a picture of this size.

    Example:
        >>> made = encode(Image.new("RGB", (40, 40)), "JPEG", '{"seed": 1}')
        >>> recipe_of(Image.open(io.BytesIO(made.data)))
        '{"seed": 1}'
    """
    notes: tuple[str, ...] = ()
    profile = picture.info.get("icc_profile")
    how = HOW[form] | ({"icc_profile": profile} if profile else {})
    if form == "JPEG" and picture.mode == "RGBA":
        white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, picture).convert("RGB")
        notes = ("JPEG holds no transparency; the picture was laid over white.",)
    if form == "PNG":
        how["pnginfo"] = info = PngInfo()
        if recipe:
            info.add_itxt(CHUNK, recipe)
        held = True
    else:
        plain = ASCII + json.dumps(json.loads(recipe)).encode("ascii") if recipe else b""
        held = len(plain) <= LONGEST.get(form, len(plain))
        if plain and held:
            how["exif"] = exif = Image.Exif()
            if form == "TIFF":  # of which Pillow writes the outer tags only
                exif[DESCRIPTION] = plain.removeprefix(ASCII).decode("ascii")
            else:
                exif[EXIF] = {COMMENT: plain}
    file = io.BytesIO()
    try:
        picture.save(file, format=form, **how)
    except (ValueError, OSError) as error:
        width, height = picture.size
        msg = f"{form} cannot hold a picture of {width} x {height} pixels ({error}); use PNG."
        raise UserError(msg) from error
    return Encoded(file.getvalue(), held, notes)


def recipe_of(picture: Image.Image) -> str:
    """The recipe's JSON that an opened picture holds; empty without one.

    Example:
        >>> recipe_of(Image.new("RGB", (32, 32)))
        ''
    """
    text = getattr(picture, "text", {}).get(CHUNK)
    if text is not None:
        return str(text)
    exif = picture.getexif()
    comment = exif.get_ifd(EXIF).get(COMMENT) or exif.get(DESCRIPTION) or b""
    if isinstance(comment, str):
        comment = comment.encode("ascii", "ignore")
    data = bytes(comment)
    if not data.startswith((ASCII + b"{", b"{")):  # a camera's or a person's own comment
        return ""
    return data.removeprefix(ASCII).decode("utf-8", "replace")
