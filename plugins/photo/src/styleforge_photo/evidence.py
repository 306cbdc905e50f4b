"""What networks that the user brought say of a photograph's regions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from styleforge.weights.kept import find
from styleforge_photo import NAMES, networks
from styleforge_photo.rows import PARSER

if TYPE_CHECKING:
    from styleforge.models.segformer import SegFormer
    from styleforge_photo.layout import Face

Array = NDArray[np.float32]
Bytes = NDArray[np.uint8]
Evidence = Callable[[Array, "Face"], Array]
LEAST = 0.02  # chance that a network leaves to what it does not see
BACKGROUND, SKIN_AT, FACE_AT, HAIR_AT, _CLOTHING = range(len(NAMES))
# Regions of classes, by their order: MediaPipe's (the last are accessories).
OF_PARTS = ("background", "hair", "skin", "face", "clothing", "clothing")
# And by their names, those of CelebAMask-HQ; all others are the face's.
OF_LABELS = {
    "background": "background", "hair": "hair", "cloth": "clothing", "neck_l": "clothing",
    "hat": "clothing", "neck": "skin", "l_ear": "skin", "r_ear": "skin", "ear_r": "skin",
}  # fmt: skip
CLOSE = (2.2, 2.2, 2.2)  # likewise, of a network that tells people
BEHIND = 0.004  # as `LEAST`, of that network, which is very sure of itself
BROWS = slice(17, 27)  # of IBUG's landmarks
WITHIN = [*range(17), *range(26, 16, -1)]  # along the jaw, and back on the brows
LIFTED = 0.04  # of the way from chin to brows: how thick brows are
EAR = (0.08, 0.13, 0.22)  # of the width between ears: outwards, half a width; of that height, half
NO_EAR = 0.003  # chance that there is something else than skin
INNER = 0.97  # of that outline: a cheek's edge may be hair
OTHER = 0.05  # chance that within it is something else
SOFT = 0.02  # of the face's width: blur of its border
ABOUT = (1.4, 1.7, 1.5)  # widths of the face that a parser sees: beside, above and below its centre


def evidence() -> tuple[Evidence, ...]:
    """What says how likely each region is at each pixel, ``(5, H, W)``, besides place and colour.

    Each takes a picture ``(H, W, 3)`` in [0, 1] and the face that is meant in it.

    Example:
        >>> evidence()  # nobody brought anything
        ()
    """
    known: list[tuple[Any, Callable[[Any], Evidence]]] = [
        (networks.parts(), parts),
        (networks.hair(), hair),
        (networks.person(), person),
        (networks.mesh(), meshed),
    ]
    found = [read(network) for network, read in known if network is not None]
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
    """Of a network whose only class is a person, which is shown all, and the head larger."""

    def regions(picture: Array, face: Face) -> Array:
        chance = network(picture)[0]
        near = _about(face, CLOSE, picture.shape[:2])
        if near is not None:
            chance[near] = (chance[near] + network(np.ascontiguousarray(picture[near]))[0]) / 2
        found = np.repeat(chance[None], len(NAMES), axis=0)
        found[BACKGROUND] = 1 - chance
        return np.asarray(np.maximum(found, BEHIND))

    return regions


def meshed(network: Callable[[Bytes, Face], NDArray[np.float64] | None]) -> Evidence:
    """Of landmarks: what lies within jaw and brows is the face's."""

    def regions(picture: Array, face: Face) -> Array:
        found = np.ones((len(NAMES), *picture.shape[:2]), np.float32)
        points = network((picture * 255).round().astype(np.uint8), face)
        if points is None:
            return found
        wide, up = points[16] - points[0], points[BROWS].mean(axis=0) - points[8]
        outline = points.copy()
        outline[BROWS] += LIFTED * up
        middle = points[WITHIN].mean(axis=0)
        inner = middle + INNER * (outline[WITHIN] - middle)  # (27, 2)
        within, ears = (np.zeros(picture.shape[:2], np.float32) for _ in range(2))
        cv2.fillPoly(within, [np.round(inner * 16).astype(np.int32)], 1.0, shift=4)
        for at, outwards in ((points[:3].mean(axis=0), -wide), (points[14:17].mean(axis=0), wide)):
            centre, axes = at + EAR[0] * outwards, [EAR[1] * wide, EAR[2] * up]
            turned = math.degrees(math.atan2(*wide[::-1]))
            sizes = [float(np.linalg.norm(one)) for one in axes]
            cv2.ellipse(ears, ((*centre,), (2 * sizes[0], 2 * sizes[1]), turned), 1.0, -1)
        blur = max(0.5, SOFT * face.side)
        soft = np.asarray(cv2.GaussianBlur(within, (0, 0), blur), np.float32)
        beside = np.asarray(cv2.GaussianBlur(ears, (0, 0), blur), np.float32) * (1 - soft)
        not_face, not_ear = 1 - (1 - OTHER) * soft, 1 - (1 - NO_EAR) * beside
        found[:] = not_face * not_ear
        found[FACE_AT], found[SKIN_AT] = not_ear, not_face
        return found

    return regions


def parsed(parser: SegFormer) -> Evidence:
    """Of a parser with the labels of CelebAMask-HQ, which is shown the head alone."""
    regions_of = [NAMES.index(OF_LABELS.get(label, "face")) for label in parser.labels]

    def regions(picture: Array, face: Face) -> Array:
        found = np.ones((len(NAMES), *picture.shape[:2]), np.float32)
        near = _about(face, ABOUT, picture.shape[:2])
        if near is None:
            return found
        seen = torch.from_numpy(np.ascontiguousarray(picture[near]))
        with torch.no_grad():
            chances = parser(seen.permute(2, 0, 1)[None] * 2 - 1)[0].numpy()  # (19, h, w)
        here = np.zeros((len(NAMES), *seen.shape[:2]), np.float32)
        for region, chance in zip(regions_of, chances, strict=True):
            here[region] += chance
        found[:, *near] = np.maximum(here, LEAST)
        return found

    return regions


def _about(
    face: Face, reach: tuple[float, float, float], size: tuple[int, int]
) -> tuple[slice, slice] | None:
    """What of a picture of a size (H, W) is about a face; None where that is next to nothing."""
    (x, y), (beside, above, below) = face.centre, (one * face.side for one in reach)
    left, right = max(0, round(x - beside)), min(size[1], round(x + beside))
    top, bottom = max(0, round(y - above)), min(size[0], round(y + below))
    if right - left < 2 or bottom - top < 2:
        return None
    return slice(top, bottom), slice(left, right)
