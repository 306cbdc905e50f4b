"""Colours of the materials: curated tones, blended smoothly by the colour factors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .canvas import MATERIALS, Array, ramp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .person import Person

Colour = NDArray[np.float32]


def _hex(*codes: str) -> Colour:
    return np.array(
        [[int(code[k : k + 2], 16) / 255 for k in (0, 2, 4)] for code in codes], np.float32
    )


SKIN = _hex("fbe3d0", "f3cdb0", "e3af87", "c48a5e", "91593a", "5d3a29")
HAIR_ASH = _hex("1d1b20", "3a3230", "6b5f58", "a39a90", "cfc8bc", "e9e6e0")
HAIR_WARM = _hex("241713", "4d281a", "873f1d", "b9622a", "dfa452", "f4d79a")
DYE = _hex("f08fb0", "d65a8e", "8a5cc0", "4a62c8", "2f93b8", "35a582")
STREAK = _hex("fff0cf", "f0b25a", "e0663f", "e86fa0", "8f7be0", "53b9d6")
CLOTH = _hex("27416b", "2f7f86", "7fa487", "e2b145", "d9734a", "cf5468", "7b4a80", "40485c")
BACKDROP = _hex("cfe0e6", "bcd8cf", "dfe3c4", "f3e0b8", "f2cdb6", "edc6cc", "d6cbe4", "c4cfe6")
IRIS = _hex("3b2415", "6b4423", "7d7a3e", "4f8a63", "4b84ad", "8aa0ab")
LIPS = _hex("b5645a", "c9545c", "b23a55", "8e3a46")
BROW = _hex("a87f55", "80532f", "553624", "33231f")
WHITE, INK = _hex("fdfaf5")[0], _hex("221a20")[0]


def along(tones: Colour, share: float) -> Colour:
    """The colour at `share` in [0, 1] of a path of tones `(n, 3)`."""
    at = float(np.clip(share, 0, 1)) * (len(tones) - 1)
    k = min(int(at), len(tones) - 2)
    return np.asarray(tones[k] * (k + 1 - at) + tones[k + 1] * (at - k), np.float32)


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """`a` for share 0, `b` for share 1."""
    return np.asarray(a + (b - a) * float(share), np.float32)


def _shade(colour: Colour, tint: Sequence[float], amount: float) -> Colour:
    return mix(colour, colour * np.asarray(tint, np.float32), amount)


def _tone(path: Colour, hue: float, lightness: float, reach: float) -> Colour:
    colour = along(path, hue)
    if lightness > 0.5:
        return mix(colour, WHITE, (lightness - 0.5) * 2 * reach)
    return mix(colour, INK, (0.5 - lightness) * 1.4 * reach)


def palette(person: Person) -> Array:
    """Colours `(K, 3)` of the materials, in [0, 1], from the colour factors alone."""
    p = person
    skin = along(SKIN, p.skin_depth) * (
        1 + (p.skin_warmth - 0.5) * np.array([0.04, -0.02, -0.12], np.float32)
    )
    skin_shadow = _shade(skin, (0.74, 0.60, 0.58), 1)
    natural = mix(along(HAIR_ASH, p.hair_lightness), along(HAIR_WARM, p.hair_lightness),
                  float(ramp(p.hair_warmth, 0.05, 0.75)))  # fmt: skip
    dyed = mix(along(DYE, p.dye_hue), INK, 0.45 * (1 - p.hair_lightness))
    hair = mix(natural, dyed, float(ramp(p.dye, 0.82, 0.88)))
    depth = 0.42 + 0.58 * p.strand_contrast
    hair_light = mix(hair, mix(hair * 1.35 + 0.04, WHITE, 0.25), 0.75 * depth)
    streak = mix(hair, mix(along(STREAK, p.highlight_hue), hair, 0.15),
                 float(ramp(p.highlights, 0.62, 0.95)))  # fmt: skip
    shine = mix(hair, mix(hair, WHITE, 0.55), p.shine)
    lip = mix(mix(along(LIPS, p.lip_colour), skin, 0.25), skin_shadow, 0.35 * p.skin_depth)
    cloth = _tone(CLOTH, p.cloth_hue, p.cloth_lightness, 0.75)
    # opposed lightness keeps patterns readable
    accent_lightness = min(
        max(0.15 + 1.1 * p.accent_lightness - 0.55 * (p.cloth_lightness - 0.25), 0), 1
    )
    accent = _tone(CLOTH, p.accent_hue, accent_lightness, 0.95)
    backdrop = _tone(BACKDROP, p.backdrop_hue, 0.28 + 0.45 * p.backdrop_lightness, 0.8)
    colours = {
        "backdrop": _shade(backdrop, (0.78, 0.80, 0.86), p.backdrop_contrast),
        "backdrop_glow": backdrop,
        "skin": skin,
        "skin_shadow": skin_shadow,
        "blush": mix(skin, skin * np.array([1.0, 0.66, 0.64], np.float32), 0.4 + 0.6 * p.blush),
        "lip": lip,
        "mouth": lip * np.array([0.45, 0.34, 0.38], np.float32),
        "white": WHITE,
        "iris": along(IRIS, p.iris_colour),
        "ink": INK,
        # brows and beard belong to the identity: a transfer of hair leaves them as they are
        "brow": mix(along(BROW, p.brow_darkness), INK, 0.1 + 0.5 * p.skin_depth),
        "hair": hair,
        "hair_shade": hair * np.array([0.52, 0.47, 0.52], np.float32),
        "hair_dark": _shade(hair, (0.42, 0.36, 0.40), depth),
        "hair_light": hair_light,
        "hair_streak": streak,
        "hair_shine": shine,
        "cloth": cloth,
        "cloth_accent": accent,
        "cloth_shade": _shade(cloth, (0.62, 0.60, 0.68), 1),
        "glasses": mix(INK, _hex("7a4a2c")[0], 0.35),
        "earring": _hex("e3b04b")[0],
    }
    return np.asarray(np.clip(np.stack([colours[name] for name in MATERIALS]), 0, 1), np.float32)
