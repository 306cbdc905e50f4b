"""What a patterned region is made of: one or two tones, which of them a pixel shows, and shading.

A region with stripes has no colour that a mean could tell. Its pixels are shares of two tones, made
darker by folds; taken apart, pattern, colours and folds can come from three pictures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion
from skimage.color import rgb2lab

from styleforge.prepare.masks import scaled
from styleforge.prepare.regions import MIXED
from styleforge_clothing.signals import peaks_of

Array = NDArray[np.float64]
APART = 10.0  # CIELAB distance from which two tones are two
DISTINCT = 20.0  # CIELAB distance from which a pattern is seen well
RARE = 0.08  # of the commonest tone's density: what is rarer is an edge or a shadow
UNLIKE = 8.0  # CIELAB distance from every shade of the base, from which a pixel is not of it
SOME = 0.03  # share of such pixels that make a second tone, where it is too blurred for a mode
BAND = 2.0  # standard deviation of the density, in CIELAB
EVEN = 0.3  # share of the rarer tone from which numbers do not tell which is the base
CLEARLY = 0.5  # of the other's dark pixels without the tone, for folds to tell it
UNSEEN = MIXED + 1  # pixels at a width of 256 at the edge: a tone has nothing of what is behind
ENOUGH = 30  # pixels at a width of 256 inside the edge, or it is looked at, too
PRIOR = 0.15  # how strongly pixels are taken to be unshaded
SHADES = (0.4, 1.25)  # how far shading darkens and lightens at most


@dataclass(frozen=True)
class Tones:
    """The tone ``(3,)`` of a region's ground, in [0, 1], and that of its pattern, if it has one."""

    base: Array
    accent: Array | None = None

    def towards(self, other: Tones, share: float) -> Tones:
        """The tones a ``share`` of the way to others."""
        base = self.base + share * (other.base - self.base)
        if self.accent is None or other.accent is None:
            return Tones(base, other.accent if share > 0 else self.accent)
        return Tones(base, self.accent + share * (other.accent - self.accent))

    def with_accent(self, like: Tones) -> Tones:
        """The tones, with another's accent if there is none.

        If that is nearly the base's colour, the accent differs from the base as the other's does;
        one that would not fit into [0, 1] differs the other way.
        """
        if self.accent is not None or like.accent is None:
            return self
        base, theirs = rgb2lab(np.stack([self.base, like.accent])[None])[0]
        if np.linalg.norm(base - theirs) >= DISTINCT:
            return Tones(self.base, like.accent)
        step = like.accent - like.base
        ways = (self.base + step, self.base - step)
        accent = min(ways, key=_excess)
        return Tones(self.base, np.clip(accent, 0.02, 0.98))


def tones_of(image: Array, inside: NDArray[np.bool_]) -> Tones | None:
    """The tones of a picture ``(H, W, 3)`` in [0, 1] inside a mask ``(H, W)``; None if it is empty.

    Modes of the colours' density along their main axis in CIELAB; of more than two the outermost,
    as what lies between is where both overlap. The base is the commoner one; where both are about
    as common, the one in which folds are dark. A pattern with soft edges has but one mode; its
    second tone is that of what no shading of the base explains.
    """
    larger = max(1.0, scaled(1, inside.shape[1]))  # small pictures' edges are no thinner
    core = binary_erosion(inside, iterations=round(UNSEEN * larger))
    core = core if core.sum() >= ENOUGH * larger**2 else inside
    if not core.any():
        return None
    pixels = image[core]
    lab = rgb2lab(pixels[None])[0]
    middle = lab.mean(axis=0)
    axis = np.linalg.svd(lab[:: max(1, len(lab) // 4000)] - middle, full_matrices=False)[2][0]
    along = (lab - middle) @ axis
    grid = np.arange(along.min() - 3 * BAND, along.max() + 4 * BAND, BAND / 4)
    density = np.histogram(along, bins=grid)[0].astype(float)
    reach = np.arange(-12, 13)
    kernel = np.exp(-0.5 * (reach / 4) ** 2)
    if len(density) > len(kernel):
        density = np.convolve(density, kernel, mode="same")
    found = peaks_of(density, RARE * density.max())
    modes = grid[:-1][found] + BAND / 8
    if len(modes) == 0:
        return Tones(np.median(pixels, axis=0))
    first, last = modes.min(), modes.max()
    if last - first < APART:
        commonest = grid[:-1][np.argmax(density)]
        base = np.median(pixels[np.abs(along - commonest) <= BAND], axis=0)
        return Tones(base, _unexplained(pixels, base))
    ends = [np.median(pixels[np.abs(along - mode) <= BAND], axis=0) for mode in (first, last)]
    share = float((along > (first + last) / 2).mean())
    swapped = share > 0.5
    if min(share, 1 - share) > EVEN:
        swapped = _darkened(pixels, *ends, otherwise=swapped)
    base, accent = reversed(ends) if swapped else ends
    return Tones(base, accent)


def _unexplained(pixels: Array, base: Array) -> Array | None:
    """The tone ``(3,)`` of the pixels ``(N, 3)`` that are no shade of the base; None without any.

    Of these the half that is least like it, as the others are mixtures with it.
    """
    shading = np.clip(pixels @ base / max(float(base @ base), 1e-6), *SHADES)  # (N,)
    there, there_if = (rgb2lab(one[None])[0] for one in (pixels, shading[:, None] * base))
    off = np.linalg.norm(there - there_if, axis=1)
    unlike = off > UNLIKE
    if unlike.mean() < SOME:
        return None
    found: Array = np.median(pixels[off >= np.median(off[unlike])], axis=0)
    return found


def _darkened(pixels: Array, first: Array, second: Array, *, otherwise: bool) -> bool:
    """Whether folds and edges of pixels ``(N, 3)`` are dark with the second tone, not the first.

    A pattern is fainter where the ground is dark: what is darkened shows at least as much of the
    base as it lost in light. Of two tones the base is the one that breaks this clearly less often.
    """
    shares = np.linalg.lstsq(np.stack([first, second]).T, pixels.T, rcond=None)[0]
    lost = np.maximum(1 - shares.sum(axis=0), 0)
    one, two = (float(np.maximum(lost - share, 0).mean()) for share in shares)
    return two < one if min(one, two) < CLEARLY * max(one, two) else otherwise


def taken_apart(image: Array, tones: Tones) -> tuple[Array, Array]:
    """Every pixel's share of the accent and its shading, each ``(H, W)``.

    Least squares of ``shading ((1 - share) base + share accent)``, with shading near 1 preferred.
    """
    b = tones.base
    to_b = image @ b + PRIOR
    if tones.accent is None:
        return np.zeros(image.shape[:2]), np.clip(to_b / (b @ b + PRIOR), *SHADES)
    c = tones.accent
    to_c = image @ c + PRIOR
    bb, cc, bc = b @ b + PRIOR, c @ c + PRIOR, b @ c + PRIOR
    scale = bb * cc - bc * bc
    p, q = (cc * to_b - bc * to_c) / scale, (bb * to_c - bc * to_b) / scale
    p, q = (  # no tone takes part with less than nothing
        np.where(q < 0, to_b / bb, np.maximum(p, 0)),
        np.where(p < 0, to_c / cc, np.maximum(q, 0)),
    )
    total = np.maximum(p + q, 1e-6)
    return np.clip(q / total, 0, 1), np.clip(total, *SHADES)


def put_together(share: Array, shading: Array, tones: Tones) -> Array:
    """A picture ``(H, W, 3)`` in [0, 1] of shares of the accent and shading."""
    accent = tones.base if tones.accent is None else tones.accent
    mixed = tones.base + share[..., None] * (accent - tones.base)
    return np.clip(shading[..., None] * mixed, 0, 1)


def _excess(colour: Array) -> float:
    return float(np.maximum(colour - 1, 0).sum() + np.maximum(-colour, 0).sum())
