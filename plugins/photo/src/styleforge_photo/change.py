"""How colours of hair or cloth move to others, in CIELAB.

The colour that is asked for is that of what is well lit, not the mean: shadows stay darker,
highlights lighter. Lightness goes along a power curve, so that nothing is clipped on the way from
black to blonde or back; strands keep their contrast by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge.pack.knobs import Knob

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
FAINT = 1e-3  # of what is covered nearby, that tells how light it is
BORDER = 2  # widths of a strand that a border has
STRANDS = 1.5  # of the contrast of strands in the smaller copy: the most in the photograph
ROOTS = 0.45  # share of the region's height over which roots fade
KNOBS = {
    "tone": Knob(usual=1, most=1.5, help="how far lightness goes; 0 keeps it and moves the hue"),
    "saturation": Knob(usual=1, most=2, help="of the new colour, from grey (0) to strong (2)"),
    "contrast": Knob(usual=1, most=2, help="of strands and folds, from flat (0) to double (2)"),
    "roots": Knob(usual=0, most=1, help="how much of its own colour stays towards the top"),
    "light": Knob(
        usual=1, most=1, help="how far an underexposed or faded photograph changes the colour"
    ),
}


@dataclass(frozen=True, eq=False)
class Change:
    """How colours move: from the tone ``own`` to ``aim``, ``(3,)`` each in CIELAB.

    ``base`` ``(h, w)`` is the lightness without strands, of the picture that it was found in, and
    ``ends`` its first row and the last that has roots. ``strands`` is how much darker and lighter
    strands are: at the border a pixel is partly of what is behind. ``tune`` are numbers by `KNOBS`.

    Example:
        >>> grey, black = np.array([50, 0, 0], np.float32), np.array([0, 0, 0], np.float32)
        >>> Change(grey, black, base=np.full((1, 1), 50.0)).moved(grey[None, None], 50.0).shape
        (1, 1, 3)
    """

    own: Array
    aim: Array
    base: Array
    ends: tuple[float, float] = (0.0, 0.0)
    strands: tuple[float, float] = (-np.inf, np.inf)
    tune: Mapping[str, float] = field(default_factory=dict)

    def knob(self, name: str) -> float:
        """What a knob is turned to."""
        return self.tune.get(name, KNOBS[name].usual)

    def kept(self, rows: NDArray[np.floating]) -> Array:
        """How much of its own colour stays, at rows of the picture: that of roots."""
        first, last = self.ends
        off = np.clip((rows - first) / max(last - first, 1e-6), 0, 1)
        fade = 1 - off * off * (3 - 2 * off)
        return np.asarray(self.knob("roots") * fade, np.float32)

    def moved(self, lab: Array, base: Array) -> Array:
        """Colours ``(h, w, 3)`` in CIELAB, whose lightness without strands is ``base`` (h, w)."""
        start, goal = (float(np.clip(one[0], LEAST, MOST)) for one in (self.own, self.aim))
        goal = start * (goal / start) ** self.knob("tone")
        power = np.log(goal / 100) / np.log(start / 100)
        gain = float(np.clip(power * goal / start, *GAIN)) * self.knob("contrast")
        light = lab[..., 0]
        curve = 100 * np.power(np.clip(base, 0.5, 100) / 100, np.float32(power))
        strands = np.clip(light - base, *self.strands)
        lightness = np.clip(curve + gain * strands, 0, 100)
        strong, before = (float(np.hypot(*one[1:])) for one in (self.aim, self.own))
        streaks = STREAKS * min(1.0, strong / max(before, 1.0))
        usual = self.own[1:] * _chroma(light, start)  # a strand in the shade is no streak
        hue = self.aim[1:] * _chroma(lightness, goal) + streaks * (lab[..., 1:] - usual)
        hue = hue * self.knob("saturation")
        return np.concatenate([lightness[..., None], hue], axis=-1).astype(np.float32)


def change_of(lab: Array, soft: Array, aim: Array, tune: Mapping[str, float]) -> Change:
    """What a picture ``(h, w, 3)`` in CIELAB needs to have a colour where it is covered.

    Args:
        lab: the picture.
        soft: how far it is covered, ``(h, w)`` in [0, 1].
        aim: the colour of what is well lit, ``(3,)`` in CIELAB.
        tune: numbers by the names of `KNOBS`.

    Example:
        >>> grey = np.full((8, 8, 3), 50, np.float32)
        >>> change_of(grey, np.ones((8, 8), np.float32), grey[0, 0], {}).own.tolist()
        [50.0, 50.0, 50.0]
    """
    inside = soft > 0.5
    step = max(1, inside.shape[1] // ENOUGH)
    some = lab[::step, ::step][inside[::step, ::step]]
    own = tone_of(some if len(some) else lab[inside])
    sigma = max(1.0, DETAIL * float(np.sqrt(inside.sum())))
    light = lab[..., 0]
    base = _mean(light, soft, sigma, light)
    # At the border a pixel is partly of what is behind: there lightness goes on from within.
    near = np.asarray(cv2.GaussianBlur(soft, (0, 0), BORDER * sigma), np.float32)
    core = np.clip(10 * near - 9, 0, 1)
    base = core * base + (1 - core) * _mean(light, core, 2 * BORDER * sigma, base)
    well = core > 0.5 if (core > 0.5).any() else inside
    off = (light - base)[well]
    low, high = (STRANDS * float(one) for one in np.percentile(off, (1, 99)))
    rows = np.flatnonzero(inside.any(axis=1))
    ends = float(rows[0]), float(rows[0] + ROOTS * (rows[-1] + 1 - rows[0]))
    return Change(own, aim, base, ends, (min(low, 0.0), max(high, 0.0)), tune)


def _mean(light: Array, share: Array, sigma: float, otherwise: Array) -> Array:
    """The mean of what is covered nearby; where next to nothing is, what is given otherwise."""
    covered = np.asarray(cv2.GaussianBlur(share, (0, 0), sigma), np.float32)
    mean = cv2.GaussianBlur(light * share, (0, 0), sigma) / np.maximum(covered, FAINT)
    return np.asarray(np.where(covered > FAINT, mean, otherwise), np.float32)


def _chroma(light: Array, tone: float) -> Array:
    """The share of a tone's chroma ``(h, w, 1)`` that is seen at lightness ``(h, w)``."""
    darker = np.power(np.maximum(light, 1e-3) / tone, DARK)
    lighter = 1 - PALE * np.square(np.clip((light - tone) / (100 - tone + 1e-3), 0, 1))
    return np.asarray(np.where(light < tone, darker, lighter), np.float32)[..., None]


def tone_of(pixels: Array) -> Array:
    """The colour ``(3,)`` of the lit ones among pixels ``(N, 3)`` in CIELAB.

    Example:
        >>> tone_of(np.ones((3, 3), np.float32)).tolist()
        [1.0, 1.0, 1.0]
    """
    low, high = np.percentile(pixels[:, 0], (LIT - AROUND, LIT + AROUND))
    near = pixels[(pixels[:, 0] >= low) & (pixels[:, 0] <= high)]
    return np.asarray(near.mean(axis=0), np.float32)
