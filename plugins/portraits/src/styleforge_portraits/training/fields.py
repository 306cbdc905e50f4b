"""Fields of the strands' phase: what ringlets and drawn-up hair are drawn from, taught everywhere.

A ringlet's texture is a product of cosines of the distance to the skull's axis. A generator that
does not know the phase draws the mean over all phases, which is smooth, and from there a loss on
pictures has no gradient that leads to a phase. So cosine and sine of the phases are read off the
features of every person (`heads`), first at a part of their frequency, at sizes that can show it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from styleforge_portraits import world
from styleforge_portraits.world.canvas import EYE_LEVEL
from styleforge_portraits.world.head import head_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

OCTAVES = (8, 4, 2, 1)  # a phase is learnt at a part of its frequency first
PERIOD = 0.052  # of ringlets, in widths
FEWEST, MOST = 3.2, 27.0  # pixels of a period that a size is asked for
FINEST = 128  # from this size on ringlets are asked for whole
REACH = 0.24  # of the zone around the skull in which they count, in widths of the picture
LOWEST = 0.42  # its lower end, below the eyes
COIL = 2 * np.pi / 0.052  # of `world.strands`: ringlets in a width
PULLED = 34  # strands around a bun


def count_of(size: int) -> int:
    """How many fields a size has."""
    return 4 * len(_octaves(size)) + (4 if size >= FINEST else 0)


def _octaves(size: int) -> list[int]:
    return [by for by in OCTAVES if FEWEST <= PERIOD * by * size <= MOST]


def strand_fields(codes: NDArray[Any], size: int) -> tuple[Tensor, Tensor]:
    """Fields ``(N, F, size, size)`` in [-1, 1] of the people of codes, and where they count.

    Cosine and sine of a ringlet's phase across and of the angle around the crown, in those of the
    octaves that the size can show; then the four products of a ringlet's two phases. The zone is
    ``(N, 1, size, size)``, 0 or 1.

    Example:
        >>> fields, zone = strand_fields(world.encode(world.Person())[None], 64)
        >>> fields.shape, zone.shape
        (torch.Size([1, 8, 64, 64]), torch.Size([1, 1, 64, 64]))
    """
    heads = [head_of(world.decode(code)) for code in codes]
    found = torch.tensor([(one.skull, one.top) for one in heads], dtype=torch.float32)
    skull, top = found.t()[..., None, None]  # (N, 1, 1) each
    place = (torch.arange(size) + 0.5) / size
    x = (place - 0.5)[None, None, :] - skull  # (N, 1, S)
    below = (place - EYE_LEVEL)[None, :, None]  # (1, S, 1), from the eyes
    y = below + 0.02
    across = (x + 0.009 * torch.sin(y * COIL * 0.5) * torch.tanh(x / 0.02)) * COIL  # (N, S, S)
    down = (y + 0.011 * torch.cos(x * COIL * 0.5)) * COIL
    up = below - top + 0.05  # (N, S, 1)
    around = PULLED * torch.atan2(x.expand_as(across), up.expand_as(across))
    crown = ((x.square() + up.square()).sqrt() > 0.04).float()
    fields = []
    for by in _octaves(size):
        fields += [(across / by).cos(), (across / by).sin()]
        fields += [(around / by).cos() * crown, (around / by).sin() * crown]
    if size >= FINEST:
        fields += [
            one(across) * two(down)
            for one in (torch.cos, torch.sin)
            for two in (torch.cos, torch.sin)
        ]
    zone = (x.abs() < REACH) & (below < LOWEST) & (below > top - 0.12)
    return torch.stack(fields, 1), zone[:, None].float()
