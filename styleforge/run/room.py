"""How many runs have room in memory side by side."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.pack.choice import default_pack
from styleforge.pack.free_memory import free_memory

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe

# Of a run of LOHO, less what a process has before it: 1.9 GiB at 1024 px with StyleGAN2's widths,
# 0.5 at 256 with those of the portraits pack (docs/speed.md). One pass takes less.
_ALWAYS = 400 * 2**20
_A_PIXEL = 1500


def taken_by(pixels: int) -> int:
    """Bytes that a run takes at its peak, about, with pictures of so many pixels.

    Example:
        >>> round(taken_by(1024**2) / 2**30, 1), round(taken_by(256**2) / 2**30, 1)
        (1.9, 0.5)
    """
    return _ALWAYS + _A_PIXEL * pixels


def room_for(forge: Forge, recipes: Iterable[Recipe], most: int) -> int:
    """How many of runs like these have room at once: 1 at least, and ``most`` at most.

    Args:
        forge: whose packs say how large their pictures are.
        recipes: some of those that are to be run; the largest counts.
        most: what there would be without it.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> 1 <= room_for(forge, [forge.recipe("toy", "toy-look")], 4) <= 4
        True
    """
    free = free_memory()
    pixels = [_pixels(forge, one) for one in recipes]
    if free is None or not pixels:
        return most
    return max(1, min(most, free // taken_by(max(pixels))))


def _pixels(forge: Forge, recipe: Recipe) -> int:
    try:
        pack = forge.packs[recipe.pack or default_pack(forge.packs, forge.default_pack)]
    except UserError:  # no such pack: the run says so
        return 0
    return math.prod(pack.size) if pack.size else pack.pixels or 0
