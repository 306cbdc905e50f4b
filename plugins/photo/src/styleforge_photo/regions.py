"""Regions of a photograph of one person: where they usually are, and what colours they have there.

Begun from the face: each region has a usual place (`styleforge_photo.layout`) and the colours that
are seen there. Place and colours in turn say what each pixel is, with masks that follow the
picture's edges (`styleforge_photo.edges`). No network takes part, and no weights.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from skimage import measure

from styleforge_photo import NAMES
from styleforge_photo.colours import binned, likelihoods
from styleforge_photo.doubts import Alike
from styleforge_photo.edges import Guide, applied, shared_out
from styleforge_photo.frames import framed
from styleforge_photo.grain import calmed
from styleforge_photo.hats import unlike_hair
from styleforge_photo.layout import (
    Face,
    Zones,
    about_face,
    cheeks,
    scalp_zone,
    usual,
    within_face,
)
from styleforge_photo.light import light_of
from styleforge_photo.lines import line_within
from styleforge_photo.outlines import loose
from styleforge_photo.quality import lost
from styleforge_photo.shades import is_plain, shaded
from styleforge_photo.subjects import Faces, face_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from styleforge.pack.subjects import Subject
    from styleforge_photo.evidence import Evidence

Array = NDArray[np.float32]
SIDE = 512  # pixels of the longer side at which regions are found
ROUNDS = 6
FIRST = 2  # rounds in which hair's colours are read off close about the head alone
PLACE, COLOUR = 0.9, 1.4  # exponents: how much the usual place and the colour count
NEAR = 3.0  # by how much more colours behind the head count than those far off
OWN = 0.3  # of what is told of skin's colours by itself; the rest is told by the face
SURE = 6.0  # exponent of the shares in the end: what is likely is made sure
ABOUT = 1.5  # widths of the face about its centre, whose light counts
WINDOW = 0.06  # radius of the windows in which masks follow the picture, of the face's width
COARSE, FINE = 1e-3, 2e-4  # variance of colours below which masks are evened out
SKIN, FACE, HAIR, CLOTHING = (NAMES.index(one) for one in ("skin", "face", "hair", "clothing"))
# Shares from which a pixel belongs to a piece of hair: what is hair, and what is a little.
HELD, FAINT = 0.5, 0.15
DOUBTED = ("hair", "clothing")
BARE = 0.05  # of hair in the middle of a face that is left, where no network saw it
INSIDE = 0.7  # of a piece that lies within the face, from which it is a brow


class PhotoRegions:
    """Finds background, skin, face, hair and clothing; satisfies ``RegionsOfSubjects``.

    Of several people it looks at the one with the largest face. Where there is no face all is
    background.

    Args:
        evidence: what networks say besides (`styleforge_photo.evidence`).

    Example:
        >>> found = PhotoRegions()(torch.zeros(1, 3, 64, 48))  # nobody
        >>> found.shape, float(found[:, 0].min())
        (torch.Size([1, 5, 64, 48]), 1.0)
    """

    names: tuple[str, ...] = NAMES

    def __init__(self, evidence: Sequence[Evidence] = ()) -> None:
        self._evidence = tuple(evidence)
        self._alike: tuple[Tensor, Alike] | None = None  # of the picture that was seen last

    def __call__(self, image: Tensor) -> Tensor:
        """Soft regions ``(N, 5, H, W)`` of pictures ``(N, 3, H, W)`` in [-1, 1]; they sum to 1."""
        found = []
        for one in torch.split(image, 1):
            faces = Faces()(one)
            largest = max(faces, key=lambda face: face.width) if faces else None
            found.append(self.of(one, largest))
        return torch.cat(found)

    def of(self, image: Tensor, subject: Subject | None) -> Tensor:
        """As when called, of one picture ``(1, 3, H, W)`` and one of the faces that it shows."""
        return self._look(image, subject)[0]

    def doubts(self, image: Tensor, subject: Subject | None) -> dict[str, str]:
        """By region, why it may be wrong in a picture: a part of a sentence."""
        last = self._alike  # read once: another thread may look at another picture
        seen = last is not None and last[0] is image
        alike = last[1] if last is not None and seen else self._look(image, subject)[1]
        if subject is None or alike is None:
            return {}
        found = {"hair": alike.doubt, "clothing": alike.doubt_of_clothing}
        return {region: doubt for region, doubt in found.items() if doubt}

    def _look(self, image: Tensor, subject: Subject | None) -> tuple[Tensor, Alike | None]:
        """Regions ``(1, 5, H, W)``, and how sure they are where somebody is there."""
        height, width = image.shape[-2:]
        found = np.zeros((len(NAMES), height, width), np.float32)
        found[0] = 1
        alike = None
        if subject is not None:
            left, top, right, bottom = subject.within(width, height)
            part = image[0, :, top:bottom, left:right].permute(1, 2, 0).cpu().float().numpy()
            face = face_of(subject.moved(-left, -top))
            values = np.asarray((part + 1) / 2, np.float32)
            seen = _well_lit(values, face)
            found[:, top:bottom, left:right], alike = _regions(seen, face, self._evidence)
            alike = replace(alike, lost=lost(values, face))
            self._alike = (image, alike)
        return torch.from_numpy(found[None]).to(image), alike


def _well_lit(picture: Array, face: Face) -> Array:
    """A picture ``(H, W, 3)`` in [0, 1] as what is about the face would be in ordinary light."""
    (x, y), reach = face.centre, ABOUT * face.side
    left, top = max(0, round(x - reach)), max(0, round(y - reach))
    near = picture[top : max(top + 1, round(y + reach)), left : max(left + 1, round(x + reach))]
    light = replace(light_of(near), cast=light_of(picture).cast)
    return calmed(light.balanced(picture))


def _regions(picture: Array, face: Face, evidence: Sequence[Evidence]) -> tuple[Array, Alike]:
    """Of one picture ``(H, W, 3)`` in [0, 1]: ``(5, H, W)``, and what `_shares` says besides."""
    height, width = picture.shape[:2]
    scale = min(SIDE / max(height, width), 1.0)
    small = (max(8, round(width * scale)), max(8, round(height * scale)))
    shrunk = np.asarray(cv2.resize(picture, small, interpolation=cv2.INTER_AREA), np.float32)
    near = face.scaled(scale)
    radius = max(3, round(WINDOW * near.side))
    said = np.ones((len(NAMES), *shrunk.shape[:2]), np.float32)
    for one in evidence:
        said *= one(shrunk, near)
    shares, alike = _shares(shrunk, near, radius, said)
    found = shared_out(applied(picture, Guide(shrunk, radius, FINE).functions(shares)))
    sides = [found[HAIR][one] for one in cheeks(face, (height, width)) if one.any()]
    on_face = max((float(one.mean()) for one in sides), default=0.0)
    if not evidence:  # shaded skin, an eye beside dark hair
        found[HAIR] *= 1 - (1 - BARE) * within_face(face, (height, width))
        found = shared_out(found)
    if alike.plain:  # of one hue, in which no hair need grow
        picture = np.repeat(picture.mean(axis=2, keepdims=True), 3, axis=2)
    seen = (picture, found[HAIR], found[FACE], face)
    return found, replace(
        alike,
        unlike=unlike_hair(*seen),
        line=line_within(*seen),
        loose=loose(found[CLOTHING], face.side),
        on_face=on_face,
        framed=tuple(name for name in DOUBTED if framed(picture, found[NAMES.index(name)])),
    )


def _shares(picture: Array, face: Face, radius: int, said: Array) -> tuple[Array, Alike]:
    """Soft regions ``(5, h, w)`` of a small picture ``(h, w, 3)`` in [0, 1].

    And how alike the colours of hair and of what is around it are. ``said`` ``(5, h, w)`` is what
    networks say, 1 without any.
    """
    size = picture.shape[:2]
    lab = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2LAB), np.float32)
    plain = is_plain(lab)
    bins = binned(shaded(lab, face.side) if plain else lab)
    place, zones = usual(face, size) * said, Zones.of(face, size)  # (5, h, w)
    place = shared_out(place)
    guide = Guide(picture, radius, COARSE)
    weight = np.ones_like(place)
    weight[0] += NEAR * zones.near
    shares, sure = place.copy(), 3.0
    shares[HAIR] *= 0.05 + 0.95 * zones.scalp
    for turn in range(ROUNDS):
        explained = likelihoods(bins, shares**sure * weight)  # surest pixels say most of it
        explained[SKIN] = (1 - OWN) * explained[FACE] + OWN * explained[SKIN]
        shares = place**PLACE * explained**COLOUR
        shares = shares / np.maximum(shares.sum(axis=0), 1e-12)
        shares = shared_out(np.maximum(guide.followed(shares), 1e-4))
        sure = 2.0
        if turn < FIRST:
            shares[HAIR] *= 0.2 + 0.8 * zones.scalp
    explained *= said
    chance = explained[HAIR] / np.maximum(explained.sum(axis=0), 1e-12)
    behind, chest = (
        float(chance[one].mean()) if one.any() else 0.0 for one in (zones.ring, zones.chest)
    )
    shares = shared_out(shares**SURE)
    both = shares[HAIR] > HELD, shares[FACE] > HELD
    skin, tint = _apart(lab, *both), _apart(lab[..., 1:], *both)
    alike = Alike(behind, chest, skin, plain=plain, tint=tint)
    shares = grown_on(shares, face)
    hair = shares[HAIR] > HELD
    return shares, replace(alike, fallen=float((hair & zones.low).sum() / max(1, hair.sum())))


def _apart(lab: Array, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    """How far medians of two parts of a picture are apart, CIE76; endless where one is empty."""
    if not one.any() or not other.any():
        return float("inf")
    return float(np.linalg.norm(np.median(lab[one], axis=0) - np.median(lab[other], axis=0)))


def grown_on(shares: Array, face: Face) -> Array:
    """Shares ``(5, h, w)`` without hair that does not begin on the head: brows, a dark collar.

    Example:
        >>> everywhere = np.full((5, 64, 40), 0.2, np.float32)
        >>> float(grown_on(everywhere, Face(10, 10, 20))[HAIR].min()).__round__(1)
        0.2
    """
    size = (shares.shape[1], shares.shape[2])
    head, within = scalp_zone(face, size), about_face(face, size) > HELD
    kept = shares.copy()
    for level in (HELD, FAINT):
        label: Any = measure.label
        pieces = label(kept[HAIR] > level)  # (h, w), 0 outside
        sizes = np.bincount(pieces.ravel())
        joined = np.bincount(pieces.ravel(), weights=head.ravel()) > 0
        brow = np.bincount(pieces.ravel(), weights=within.ravel()) > INSIDE * sizes
        apart = (pieces > 0) & ~(joined & ~brow)[pieces]
        near = cv2.dilate(apart.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        kept[HAIR][near] = 0
    return np.asarray(kept / np.maximum(kept.sum(axis=0), 1e-6), np.float32)
