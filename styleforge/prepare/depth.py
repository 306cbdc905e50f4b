"""How many bits a picture's file has for a channel, and the eight that are computed with."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from PIL import Image

USUAL = 8


def depth_of(picture: Image.Image) -> int:
    """The bits of a channel of a picture's file; of one in memory those of its mode.

    Pillow reads colours of 16 bits as eight and says so nowhere, so that the file has to be asked
    before its pixels are read.

    Example:
        >>> depth_of(Image.new("RGB", (4, 4))), depth_of(Image.new("I;16", (4, 4)))
        (8, 16)
    """
    if picture.mode == "F":
        return 32
    if picture.mode.startswith("I"):
        return 16
    tiles: list[Any] = getattr(picture, "tile", None) or []
    layout = "".join(str(one[3]) for one in tiles[:1])  # such as "RGB;16B"
    if re.search(r";16[BLN]?\b", layout):
        return 16
    bits = picture.info.get("bit_depth", USUAL)  # of a phone's HEIF
    return bits if isinstance(bits, int) and bits > USUAL else USUAL


def note_of(picture: Image.Image) -> tuple[str, ...]:
    """What to say of a picture with more bits than a result has; follows its name.

    Example:
        >>> note_of(Image.new("I;16", (4, 4)))
        ('has 16 bits a channel; the result has 8.',)
    """
    bits = depth_of(picture)
    return (f"has {bits} bits a channel; the result has {USUAL}.",) if bits > USUAL else ()


def in_bytes(picture: Image.Image) -> Image.Image:
    """A picture with eight bits a channel; what more it has is decided by its mode.

    Raises:
        ValueError: if its numbers cannot be colours.

    Example:
        >>> in_bytes(Image.new("I;16", (1, 1), 65535)).getpixel((0, 0))
        255
    """
    if not picture.mode.startswith("I") and picture.mode != "F":
        return picture
    values = np.asarray(picture, dtype=np.float64)
    if not np.isfinite(values).all():
        msg = "it holds values that are not numbers, NaN or infinite"
        raise ValueError(msg)
    top, kind = (1.0, "numbers from 0 to 1") if picture.mode == "F" else (65535.0, "16 bits")
    if values.min() < 0 or values.max() > top:
        least, most = values.min(), values.max()
        msg = f"its values go from {least:g} to {most:g}, and {kind} were expected"
        raise ValueError(msg)
    grey = Image.fromarray((values / top * 255).round().astype(np.uint8))
    grey.info = dict(picture.info)
    if "transparency" in grey.info:  # one value is see-through
        grey.info["transparency"] = round(grey.info["transparency"] / top * 255)
    return grey
