"""Fields of the strands' phase: what ringlets and drawn-up hair are drawn from, taught everywhere.

The texture of ringlets is a product of cosines of the place in the picture (`world.strands`). A
generator that does not know the phase draws the mean over all phases, which is smooth, and from
there a loss on pictures has no gradient that leads to a phase. So cosine and sine of the phases
are read off the features of every person (`heads`), first at a part of their frequency, at sizes
that can show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge_portraits.world.canvas import EYE_LEVEL
from styleforge_portraits.world.strands import GATHERED, PULLED, RINGLET, grid

if TYPE_CHECKING:
    from torch import Tensor

OCTAVES = (8, 4, 2, 1)  # a phase is learnt at a part of its frequency first
FEWEST, MOST = 3.2, 33.0  # pixels of a period that a size is asked for
FINEST = 64  # from this size on ringlets are asked for whole
REACH = 0.29  # of the zone in which they count, to either side of the middle, in widths
HIGHEST, LOWEST = -0.38, 0.42  # its ends, above and below the eyes
WHOLE = 4.0  # how much a field of the whole frequency counts, beside one of a lower octave
PHASES = 3  # across, down, and around the point that hair is drawn up to


def count_of(size: int) -> int:
    """How many fields a size has."""
    return 2 * PHASES * len(_octaves(size)) + (4 if size >= FINEST else 0)


def _octaves(size: int) -> list[int]:
    return [by for by in OCTAVES if FEWEST <= RINGLET * by * size <= MOST]


def voices_of(size: int) -> Tensor:
    """How much each field of a size counts, ``(F,)`` of mean 1: the whole frequency most."""
    octaves = [by for by in _octaves(size) for _ in range(2 * PHASES)]
    whole = [by == 1 for by in octaves] + [True] * (count_of(size) - len(octaves))
    voices = torch.where(torch.tensor(whole), WHOLE, 1.0)
    return voices / voices.mean()


def strand_fields(size: int) -> tuple[Tensor, Tensor]:
    """Fields ``(F, size, size)`` in [-1, 1], the same for everybody, and where they count.

    Cosine and sine of a ringlet's phases across and down and of the angle around the crown, in
    those of the octaves that the size can show; then the four products of a ringlet's two phases.
    The zone is ``(1, size, size)``, 0 or 1.

    Example:
        >>> fields, zone = strand_fields(64)
        >>> fields.shape, zone.shape
        (torch.Size([28, 64, 64]), torch.Size([1, 64, 64]))
    """
    place = (torch.arange(size) + 0.5) / size
    x = (place - 0.5).expand(size, size)
    y = (place - EYE_LEVEL)[:, None].expand(size, size)
    across, down = (torch.from_numpy(one).float() for one in grid(x.numpy(), y.numpy()))
    around = PULLED * torch.atan2(x, y - GATHERED)
    fields = []
    for by in _octaves(size):
        for phase in (across, down, around):
            fields += [(phase / by).cos(), (phase / by).sin()]
    if size >= FINEST:
        fields += [
            one(across) * two(down)
            for one in (torch.cos, torch.sin)
            for two in (torch.cos, torch.sin)
        ]
    zone = (x.abs() < REACH) & (y > HIGHEST) & (y < LOWEST)
    return torch.stack(fields), zone[None].float()
