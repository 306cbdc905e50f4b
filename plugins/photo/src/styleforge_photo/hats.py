"""Whether what is taken for hair looks like hair: hats and walls have no strands, or stitches.

Nothing here tells a hat for sure, so that it is told as a doubt. Contrast is measured at one size
of the face and against that of the face, so that neither blur nor compression counts.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.layout import Face, upright
from styleforge_photo.sized import sized

Array = NDArray[np.float32]
SIDE = 100  # pixels of a face's width at which contrast is measured
ENOUGH = 60  # pixels of a face's width from which strands are seen at all
FINE = 2.0  # pixels: what is finer is a strand, a pore, or the weave of cloth
INSIDE = 4  # pixels from a region's border: its contrast is not the region's own
FEW = 50  # pixels of a region from which it is judged
MANY = 600  # pixels of a region from which it is told whether it repeats itself
SMOOTH = 0.15  # of the face's strong contrasts: hair of 13 portraits has 0.20 to 0.57
MARKS = 22.0  # of lightness; hair of these portraits has 17 at most, a badge 33
GROWN = (36.0, 115.0)  # degrees of CIELAB's hue, from red to greenish blonde
STITCH = 16  # pixels: the most of a stitch, a rib or a weave
SHADED = 6.0  # pixels over which shading is evened out
# Of the correlation with itself one stitch on. Hair of 50 pictures of four people has 0.25 at most,
# caps with stitches of 3 to 10 pixels 0.4 to 0.8.
REPEATED = 0.3
STRONG = 20.0  # chroma below which hair may have any hue: black, grey and white


def unlike_hair(picture: Array, hair: Array, skin: Array, face: Face) -> str:
    """Why what is taken for hair above the brows may be something else; empty where it may not.

    Args:
        picture: ``(H, W, 3)`` in [0, 1].
        hair: share ``(H, W)`` of hair.
        skin: share ``(H, W)`` of the face.
        face: whose hair it is.

    Example:
        >>> grey, whole = np.full((90, 80, 3), 0.5, np.float32), np.ones((90, 80), np.float32)
        >>> unlike_hair(grey, whole, 0 * whole, Face(20, 40, 40))  # too small to say
        ''
    """
    scale = SIDE / face.side
    left, top = (max(0, round(at - face.side)) for at in (face.left, face.top))
    box = np.s_[top : round(face.top + 1.5 * face.side), left : round(face.left + 2 * face.side)]
    near = Face((face.left - left) * scale, (face.top - top) * scale, SIDE, face.turn)
    seen, of_hair, of_face = (sized(one[box], scale) for one in (picture, hair, skin))
    x, y = upright(near, (seen.shape[0], seen.shape[1]))
    crown = _inside(of_hair) & (y < -0.3) & (np.abs(x) < 0.5)
    about = _inside(of_face)
    if crown.sum() < FEW or about.sum() < FEW:
        return ""
    lab = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2LAB), np.float32)
    _, a, b = np.median(lab[crown], axis=0)
    hue = float(np.degrees(np.arctan2(b, a)))
    if np.hypot(a, b) > STRONG and not GROWN[0] <= hue <= GROWN[1]:
        return (
            "it has a colour that no hair grows in, and hats and scarves are taken for hair, as "
            "dyed hair is"
        )
    if face.side < ENOUGH:
        return ""
    light = lab[..., 0]
    fine = np.abs(light - cv2.GaussianBlur(light, (0, 0), FINE))
    if np.percentile(fine[crown], 95) > MARKS:
        return "it has sharp marks, as a badge on a cap, and hats are taken for hair"
    if crown.sum() > MANY and _repeated(light, crown) > REPEATED:
        return "it repeats itself as knitted or woven cloth does, and caps are taken for hair"
    if np.median(fine[crown]) < SMOOTH * np.percentile(fine[about], 90):
        return (
            "it is even and shows no strands, and hats, scarves and bald heads are taken for hair"
        )
    return ""


def _repeated(light: Array, crown: NDArray[np.bool_]) -> float:
    """How far lightness ``(H, W)`` is like itself a stitch on, in the direction where it is most.

    A strand is, too, along itself, and all is nearby: there has to be a trough before.
    """
    held = crown.astype(np.float32)
    near, far = (cv2.GaussianBlur(held, (0, 0), one) + 1e-3 for one in (SHADED, 2 * SHADED))
    off = (light - cv2.GaussianBlur(light * held, (0, 0), SHADED) / near) * held
    spread = np.sqrt(cv2.GaussianBlur(off * off, (0, 0), 2 * SHADED) / far) + 0.5
    even = np.clip(off / spread, -2.5, 2.5)
    size = [2 * one for one in held.shape]
    pairs, weights = (
        np.fft.fftshift(np.fft.irfft2(np.abs(np.fft.rfft2(one, size)) ** 2, size))
        for one in (even, held)
    )
    found = np.where(weights > 0.25 * held.sum(), pairs / np.maximum(weights, 1), 0)
    middle = np.array(held.shape)
    found = np.asarray(found / max(float(found[tuple(middle)]), 1e-6), np.float32)
    steps, angles = np.arange(0, STITCH, 0.5), np.deg2rad(np.arange(0, 180, 7.5))[:, None]
    rows, columns = (
        np.asarray(at + steps * along, np.float32)
        for at, along in zip(middle, (np.sin(angles), np.cos(angles)), strict=True)
    )
    rays = np.asarray(cv2.remap(found, columns, rows, cv2.INTER_LINEAR))  # (angles, steps)
    return float(np.where(np.minimum.accumulate(rays, axis=1) < 0, rays, 0).max())


def _inside(share: Array) -> NDArray[np.bool_]:
    """What of a region lies off its border."""
    held = (share > 0.5).astype(np.uint8)
    return np.asarray(cv2.erode(held, np.ones((3, 3), np.uint8), iterations=INSIDE) > 0)
