"""What networks that the user brought say of a photograph's regions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge.weights.kept import find
from styleforge.weights.package import in_package
from styleforge_photo import NAMES
from styleforge_photo.rows import HAIR, PARSER, PARTS, PERSON, load
from styleforge_photo.segmenters import Segmenter

if TYPE_CHECKING:
    from styleforge.models.segformer import SegFormer
    from styleforge_photo.layout import Face

Array = NDArray[np.float32]
Evidence = Callable[[Array, "Face"], Array]
LEAST = 0.02  # chance that a network leaves to what it does not see
BACKGROUND, _SKIN, _FACE, HAIR_AT, _CLOTHING = range(len(NAMES))
# Regions of classes, by their order: MediaPipe's (the last are accessories).
OF_PARTS = ("background", "hair", "skin", "face", "clothing", "clothing")
# And by their names, those of CelebAMask-HQ; all others are the face's.
OF_LABELS = {
    "background": "background", "hair": "hair", "cloth": "clothing", "neck_l": "clothing",
    "hat": "clothing", "neck": "skin", "l_ear": "skin", "r_ear": "skin", "ear_r": "skin",
}  # fmt: skip
ABOUT = (1.4, 1.7, 1.5)  # widths of the face that a parser sees: beside, above and below its centre


def evidence() -> tuple[Evidence, ...]:
    """What says how likely each region is at each pixel, ``(5, H, W)``, besides place and colour.

    Each takes a picture ``(H, W, 3)`` in [0, 1] and the face that is meant in it.

    Example:
        >>> evidence()  # nobody brought anything
        ()
    """
    found: list[Evidence] = []
    for name, read in ((PARTS.name, parts), (HAIR.name, hair), (PERSON.name, person)):
        kept = find(name)
        if kept is not None:
            found.append(read(load(kept)))
    package = in_package(PERSON)
    if package is not None and find(PERSON.name) is None:
        found.append(person(Segmenter(package)))
    kept = find(PARSER)
    if kept is not None:
        from styleforge.weights.check import load_kept

        found.append(parsed(load_kept(kept)))
    return tuple(found)


def parts(network: Callable[[Array], Array]) -> Evidence:
    """Of a network with MediaPipe's six classes."""

    def regions(picture: Array, face: Face) -> Array:
        del face
        found = np.zeros((len(NAMES), *picture.shape[:2]), np.float32)
        for region, chance in zip(OF_PARTS, network(picture), strict=True):
            found[NAMES.index(region)] += chance
        return np.asarray(np.maximum(found, LEAST))

    return regions


def hair(network: Callable[[Array], Array]) -> Evidence:
    """Of a network whose second class of two is hair."""

    def regions(picture: Array, face: Face) -> Array:
        del face
        chance = network(picture)[1]
        found = np.repeat((1 - chance)[None], len(NAMES), axis=0)
        found[HAIR_AT] = chance
        return np.asarray(np.maximum(found, LEAST))

    return regions


def person(network: Callable[[Array], Array]) -> Evidence:
    """Of a network whose only class is a person."""

    def regions(picture: Array, face: Face) -> Array:
        del face
        chance = network(picture)[0]
        found = np.repeat(chance[None], len(NAMES), axis=0)
        found[BACKGROUND] = 1 - chance
        return np.asarray(np.maximum(found, LEAST))

    return regions


def parsed(parser: SegFormer) -> Evidence:
    """Of a parser with the labels of CelebAMask-HQ, which is shown the head alone."""
    regions_of = [NAMES.index(OF_LABELS.get(label, "face")) for label in parser.labels]

    def regions(picture: Array, face: Face) -> Array:
        height, width = picture.shape[:2]
        (x, y), (beside, above, below) = face.centre, (one * face.side for one in ABOUT)
        left, right = max(0, round(x - beside)), min(width, round(x + beside))
        top, bottom = max(0, round(y - above)), min(height, round(y + below))
        found = np.ones((len(NAMES), height, width), np.float32)
        if right - left < 2 or bottom - top < 2:
            return found
        seen = torch.from_numpy(np.ascontiguousarray(picture[top:bottom, left:right]))
        with torch.no_grad():
            chances = parser(seen.permute(2, 0, 1)[None] * 2 - 1)[0].numpy()  # (19, h, w)
        here = np.zeros((len(NAMES), bottom - top, right - left), np.float32)
        for region, chance in zip(regions_of, chances, strict=True):
            here[region] += chance
        found[:, top:bottom, left:right] = np.maximum(here, LEAST)
        return found

    return regions
