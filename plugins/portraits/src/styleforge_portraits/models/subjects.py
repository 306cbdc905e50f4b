"""The subject network: where portraits of this world are in any picture, however turned and large.

A heat map of the points between the eyes, with the size and the turn of what is there, at one cell
for eight pixels (after Zhou et al. 2019, "Objects as Points"). A picture is looked at in several
sizes, because the network knows portraits of 36 to 120 pixels.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge.pack.subjects import Subject
from styleforge_portraits.models.blocks import UNet

SIDE = 64  # pixels of the pictures that it is trained on
CELL = 8
WIDTH = 46.0  # of a portrait whose size is told as 0
EYES = (0.5, 0.4286)  # the point that is found, in parts of a portrait
SIZES = (
    64,
    80,
    100,
    125,
    156,
    195,
    244,
    305,
    381,
    476,
)  # of the longer side, as a picture is looked at
CHECKED = (46, 52, 58)  # widths at which an aligned picture is looked at
STEP = 16  # the network takes multiples of it
GREY = 0.02  # by which the channels of a picture may differ that has no colours
SEPIA = (1.1, 0.93, 0.8)
LEAST = 0.25  # of a peak's score
APART = 0.35  # of a portrait's width: nearer peaks are one subject
OFF = 0.12  # of the width, that the eyes of an aligned picture may seem off
MOST = 16
LIKE = 0.6  # radians: peaks of other turns are others
TURNS = tuple(k * np.pi / 4 for k in (0, 1, -1, 2, -2, 3, -3, 4))
Peak = tuple[float, float, float, float, float]  # score, x, y, width, turn


class SubjectNet(nn.Module):
    """Finds portraits; satisfies ``styleforge.pack.protocols.SubjectFinder``."""

    noun = "portrait"

    def __init__(self, widths: tuple[int, ...] = (12, 24, 48, 64)) -> None:
        super().__init__()
        self.net = UNet(6, widths, unshuffle=2, stop=2)

    def maps(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)``, sides multiples of 16, to ``(N, 6, H / 8, W / 8)``.

        They are the score's logit, the offset in cells (x, y), the logarithm of the width, cosine
        and sine of the turn.
        """
        maps: Tensor = self.net(_in_colour(image)).float()
        return maps

    @torch.no_grad()
    def forward(self, image: Tensor) -> tuple[Subject, ...]:
        """The portraits of a picture ``(1, 3, H, W)`` in [-1, 1], the surest first.

        One that is turned may be named twice, in two turns: only one of them can be aligned.
        """
        found = sorted((peak for turn in TURNS for peak in self._search(image, turn)), reverse=True)
        kept: list[Peak] = []
        for one in found:
            if not any(_same(one, other) for other in kept):
                kept.append(one)
        return tuple(_subject(*one) for one in kept[:MOST])

    def _search(self, image: Tensor, turn: float) -> list[Peak]:
        """Peaks of a picture that is turned back by an angle, in pixels of the picture itself."""
        height, width = image.shape[-2:]
        found = []
        for size in SIZES:
            scale = size / max(height, width)
            if scale > 2:
                continue
            small = _scaled(image, max(round(height * scale), 1), max(round(width * scale), 1))
            middle = (small.shape[-1] / 2, small.shape[-2] / 2)
            if turn:
                small = _turned(small, turn)
            now = (small.shape[-1] / 2, small.shape[-2] / 2)
            cos, sin = np.cos(turn), np.sin(turn)
            for score, x, y, wide, more in self._peaks(small):
                dx, dy = x - now[0], y - now[1]
                there = (middle[0] + cos * dx - sin * dy, middle[1] + sin * dx + cos * dy)
                if 0 <= there[0] < 2 * middle[0] and 0 <= there[1] < 2 * middle[1]:
                    at = (there[0] / scale, there[1] / scale)
                    found.append((score, *at, wide / scale, more + turn))
        return found

    @torch.no_grad()
    def score(self, image: Tensor) -> float:
        """How sure it is, in [0, 1], that a picture ``(1, 3, H, W)`` is one aligned portrait."""
        sure = []
        for wide in CHECKED:
            small = _scaled(image, wide, wide)
            for flipped in (small, small.flip(-1)):
                peaks = self._peaks(flipped)
                at = [wide * one for one in EYES]
                fits = [
                    score
                    for score, x, y, size, turn in peaks
                    if np.hypot(x - at[0], y - at[1]) < OFF * wide
                    and 0.75 < size / wide < 1.33
                    and abs(turn) < 0.3
                ]
                sure.append(max(fits, default=0.0))
        return float(np.mean(sure))

    def _peaks(self, image: Tensor) -> list[Peak]:
        """Score, place (x, y) in pixels, width in pixels and turn of each peak."""
        rows, columns = (STEP + -(-side // STEP) * STEP for side in image.shape[-2:])
        top, left = (rows - image.shape[-2]) // 2, (columns - image.shape[-1]) // 2
        around = (left, columns - image.shape[-1] - left, top, rows - image.shape[-2] - top)
        maps = self.maps(functional.pad(image, around, mode="replicate"))
        heat = maps[:, :1].sigmoid()  # (1, 1, h, w)
        best = (heat == functional.max_pool2d(heat, 3, 1, 1)) & (heat > LEAST)
        peaks = []
        for row, column in best[0, 0].nonzero().tolist():
            score = float(heat[0, 0, row, column])
            dx, dy, size, cos, sin = maps[0, 1:, row, column].tolist()
            x, y = (column + 0.5 + dx) * CELL - left, (row + 0.5 + dy) * CELL - top
            wide = WIDTH * float(np.exp(np.clip(size, -1, 1)))
            peaks.append((score, x, y, wide, float(np.arctan2(sin, cos))))
        return peaks


def _in_colour(image: Tensor) -> Tensor:
    """The picture, as a sepia print where it is grey: the network was trained on colours."""
    if float((image.amax(1) - image.amin(1)).max()) > GREY:
        return image
    tint = image.new_tensor(SEPIA)[:, None, None]
    return ((image + 1) * tint).clamp(0, 2) - 1


def _same(one: Peak, other: Peak) -> bool:
    apart = np.hypot(one[1] - other[1], one[2] - other[2])
    turned = np.abs((one[4] - other[4] + np.pi) % (2 * np.pi) - np.pi)
    return bool(apart < APART * max(one[3], other[3]) and turned < LIKE)


def _subject(score: float, x: float, y: float, width: float, turn: float) -> Subject:
    """A subject with the similarity that makes it upright, in parts of the pack's width."""
    cos, sin = np.cos(turn) / width, np.sin(turn) / width
    return Subject(
        score=score,
        place=(
            (cos, sin, EYES[0] - cos * x - sin * y),
            (-sin, cos, EYES[1] + sin * x - cos * y),
        ),
    )


def _turned(image: Tensor, turn: float) -> Tensor:
    """A picture turned back by an angle, on a square that holds all of it."""
    rows, columns = image.shape[-2:]
    side = int(np.ceil(np.hypot(rows, columns)))
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = [
        [cos * side / columns, -sin * side / columns, 0.0],
        [sin * side / rows, cos * side / rows, 0.0],
    ]
    grid = functional.affine_grid(image.new_tensor([matrix]), [1, 3, side, side], False)
    return functional.grid_sample(image, grid, padding_mode="border", align_corners=False)


def _scaled(image: Tensor, height: int, width: int) -> Tensor:
    """A picture at another size, smoothed where it is made smaller."""
    return functional.interpolate(
        image, (height, width), mode="bilinear", align_corners=False, antialias=True
    )
