"""Conditions: where the target of an attribute comes from.

A condition is a description that travels in a recipe as JSON. Pictures are named by path and
SHA-256, so that a recipe can say whether the file it finds is the file it was made with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ImageRef:
    """A reference picture on disk, or ``gallery:NAME`` for one that a pack ships."""

    path: str
    sha256: str | None = None
    kind: Literal["image"] = "image"


@dataclass(frozen=True)
class Text:
    """A description in words."""

    text: str
    kind: Literal["text"] = "text"


@dataclass(frozen=True)
class Swatch:
    """A colour as ``#rrggbb``."""

    colour: str
    kind: Literal["swatch"] = "swatch"


@dataclass(frozen=True)
class Mask:
    """A grey picture on disk that says where the region is to be (white) and not to be (black)."""

    path: str
    sha256: str | None = None
    kind: Literal["mask"] = "mask"


Condition = ImageRef | Text | Swatch | Mask
