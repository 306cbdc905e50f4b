"""The subjects of a picture, numbered from the left: in a sentence, and drawn into a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from styleforge.errors import SeveralSubjects
from styleforge.prepare.images import to_picture
from styleforge.prepare.ways import SUBJECT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from styleforge.pack.subjects import Subject

_SHOWN = 1200  # pixels of the longer side of the copy
_LEAST = 14  # pixels of a digit


def several(photo: Tensor, subjects: Sequence[Subject], name: str, noun: str) -> SeveralSubjects:
    """The refusal of a picture ``(1, 3, H, W)`` that shows several, with how to choose one.

    Example:
        >>> import torch
        >>> from styleforge.pack.subjects import Subject
        >>> ones = [Subject(score=1, place=((0.1, 0, -x), (0, 0.1, -1))) for x in (0, 2)]
        >>> str(several(torch.zeros(1, 3, 40, 40), ones, "two.png", "face")).partition(")")[0]
        'two.png shows 2 faces (from the left, of width and height: 1 at 12%, 38%; 2 at 62%, 38%'
    """
    high, wide = photo.shape[-2:]
    places = "; ".join(
        f"{number} at {one.middle[0] / wide:.0%}, {one.middle[1] / high:.0%}"
        for number, one in enumerate(subjects, 1)
    )
    msg = (
        f"{name} shows {len(subjects)} {noun}s (from the left, of width and height: {places}). "
        f"{SUBJECT}"
    )
    shares = tuple(
        (float(one.middle[0] / wide), float(one.middle[1] / high), float(one.width / 2 / wide))
        for one in subjects
    )
    return SeveralSubjects(msg, numbered(photo, subjects), shares)


def numbered(photo: Tensor, subjects: Sequence[Subject]) -> Image.Image:
    """A small copy of a picture ``(1, 3, H, W)`` with a number on each subject.

    Example:
        >>> import torch
        >>> numbered(torch.zeros(1, 3, 40, 60), ()).size
        (60, 40)
    """
    picture = to_picture(photo)
    scale = min(_SHOWN / max(picture.size), 1.0)
    picture.thumbnail((_SHOWN, _SHOWN))
    draw = ImageDraw.Draw(picture)
    for number, one in enumerate(subjects, 1):
        (x, y), half = np.multiply(one.middle, scale), one.width * scale / 2
        line = max(2, round(half / 20))
        draw.rectangle((x - half, y - half, x + half, y + half), outline="white", width=line)
        font = ImageFont.load_default(max(_LEAST, half / 2))
        at = (x - half + 2 * line, y - half + line)
        draw.text(at, str(number), "white", font, stroke_width=line, stroke_fill="black")
    return picture
