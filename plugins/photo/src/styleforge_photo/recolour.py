"""Another colour for hair or cloth in a photograph, as a colourist would do it.

Works in CIELAB. The colour that is asked for is that of what is well lit, not the mean: shadows
stay darker, highlights lighter. Lightness goes along a power curve, so that nothing is clipped on
the way from black to blonde or back; strands keep their contrast by themselves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float32]
LIT = 65  # percentile of lightness that is the region's tone
AROUND = 12  # percentiles around it whose mean colour is taken
DETAIL = 0.012  # of the width of what is coloured: what is finer is a strand
GAIN = (0.7, 1.1)  # least and most of the contrast of strands that is kept
STREAKS = 0.35  # share of what differs in hue that stays
PALE = 0.6  # of the chroma that is lost towards white
DARK = 0.6  # exponent by which chroma falls towards black
ENOUGH = 1024  # pixels of the width from which a tone is read
LEAST, MOST = 2.0, 98.0  # CIELAB lightness of tones that a curve can go through


class Recolour:
    """Gives a region another colour; satisfies ``styleforge.pack.protocols.Recolour``.

    Example:
        >>> grey, ones = torch.zeros(1, 3, 16, 16), torch.ones(1, 1, 16, 16)
        >>> red = Recolour()(grey, ones, torch.tensor([0.8, 0.1, 0.1]))
        >>> (red[0, :, 0, 0] / 2 + 0.5).round(decimals=1)
        tensor([0.8000, 0.1000, 0.1000])
    """

    def tone(self, image: Tensor, mask: Tensor) -> Tensor:
        """The colour ``(3,)`` in [0, 1] of what is well lit inside a mask ``(1, 1, H, W)``."""
        step = max(1, image.shape[-1] // ENOUGH)
        small = image[0, :, ::step, ::step].permute(1, 2, 0).cpu().float().numpy()
        inside = mask[0, 0, ::step, ::step].cpu().numpy() > 0.5
        lab = _lab(small if inside.any() else image[0].permute(1, 2, 0).cpu().float().numpy())
        inside = inside if inside.any() else mask[0, 0].cpu().numpy() > 0.5
        return torch.from_numpy(_rgb(_tone(lab[inside])[None, None])[0, 0]).to(image)

    def __call__(
        self, image: Tensor, coverage: Tensor, colour: Tensor, share: float = 1.0
    ) -> Tensor:
        """The picture ``(1, 3, H, W)`` in [-1, 1] with another colour where it is covered.

        Args:
            image: ``(1, 3, H, W)`` in [-1, 1].
            coverage: soft mask ``(1, 1, H, W)`` in [0, 1]; what is not covered is not touched.
            colour: ``(3,)`` in [0, 1], of what is well lit.
            share: how far to go, 0 to 1.
        """
        soft = coverage[0, 0].cpu().float().numpy()
        rows, columns = np.flatnonzero(soft.any(axis=1)), np.flatnonzero(soft.any(axis=0))
        if not len(rows) or not (soft > 0.5).any():
            return image
        box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        values = image[0][(slice(None), *box)].permute(1, 2, 0).cpu().float().numpy()  # (h, w, 3)
        lab = _lab(values)
        inside = soft[box] > 0.5
        step = max(1, inside.shape[1] // ENOUGH)
        some = lab[::step, ::step][inside[::step, ::step]]
        own = _tone(some if len(some) else lab[inside])
        moved = _rgb(_moved(lab, inside, own, _lab_of(colour))) * 2 - 1
        blend = torch.from_numpy(values + share * soft[box][..., None] * (moved - values))
        made = image.clone()
        made[0][(slice(None), *box)] = blend.permute(2, 0, 1).to(image)
        return made.clamp_(-1, 1)


def _moved(lab: Array, inside: NDArray[np.bool_], own: Array, aim: Array) -> Array:
    """Colours ``(h, w, 3)`` in CIELAB with the tone ``aim`` in place of ``own``, ``(3,)`` each."""
    light = lab[..., 0]
    start, goal = (float(np.clip(one[0], LEAST, MOST)) for one in (own, aim))
    power = np.log(goal / 100) / np.log(start / 100)
    sigma = max(1.0, DETAIL * float(np.sqrt(inside.sum())))
    base = cv2.GaussianBlur(light, (0, 0), sigma)
    gain = float(np.clip(power * goal / start, *GAIN))
    curve = 100 * np.power(np.clip(base, 0.5, 100) / 100, power)
    lightness = np.clip(curve + gain * (light - base), 0, 100)
    chroma = np.where(
        lightness < goal,
        np.power(np.maximum(lightness, 1e-3) / goal, DARK),
        1 - PALE * np.square(np.clip((lightness - goal) / (100 - goal + 1e-3), 0, 1)),
    )
    strong, before = (float(np.hypot(*one[1:])) for one in (aim, own))
    streaks = STREAKS * min(1.0, strong / max(before, 1.0))
    hue = aim[1:] * chroma[..., None] + streaks * (lab[..., 1:] - own[1:])
    return np.concatenate([lightness[..., None], hue], axis=-1).astype(np.float32)


def _tone(pixels: Array) -> Array:
    """The colour ``(3,)`` of the lit ones among pixels ``(N, 3)`` in CIELAB."""
    low, high = np.percentile(pixels[:, 0], (LIT - AROUND, LIT + AROUND))
    near = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] <= high)]
    return np.asarray(near.mean(axis=0), np.float32)


def _lab(values: Array) -> Array:
    """Values ``(h, w, 3)`` in [-1, 1] to CIELAB."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray((values + 1) / 2), cv2.COLOR_RGB2LAB))


def _rgb(lab: Array) -> Array:
    """CIELAB ``(h, w, 3)`` to values in [0, 1]."""
    made = cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(made, 0, 1), np.float32)


def _lab_of(colour: Tensor) -> Array:
    return np.asarray(_lab(colour.cpu().float().numpy()[None, None] * 2 - 1)[0, 0])
