"""Where the factors lie in the generator's z.

z is Gaussian in R^512 and the mapping network normalises its length. The first ``D`` coordinates
of a fixed rotation of z are a person's code (``world.encode``), which is Gaussian too: a random z
is a random person, and the z of a known person is known. The mapping network does not see the
other coordinates; they only keep the length of z.
"""

from __future__ import annotations

import functools

import torch
from torch import Tensor

WIDTH = 512
SEED = 20260


@functools.lru_cache(maxsize=4)
def directions(width: int = WIDTH) -> Tensor:
    """The fixed rotation ``(width, width)``; row ``i`` is the direction of coordinate ``i``."""
    draw = torch.randn(width, width, generator=torch.Generator().manual_seed(SEED)).double()
    rotation, triangle = torch.linalg.qr(draw)
    turned: Tensor = rotation * triangle.diagonal().sign()
    return turned.float().t().contiguous()


def code_to_z(code: Tensor, width: int = WIDTH) -> Tensor:
    """Codes ``(N, D)`` to latents ``(N, width)`` of length ``sqrt(width)``.

    A code that is longer than that by itself keeps its direction only.
    """
    rotation = directions(width).to(code)
    count = code.shape[1]
    rest = (width - code.square().sum(1, keepdim=True)).clamp_min(0).sqrt()
    return code @ rotation[:count] + rest * rotation[count]


def z_to_code(z: Tensor, codes: int) -> Tensor:
    """Latents ``(N, width)`` to the codes ``(N, codes)`` of the people they stand for."""
    z = z * torch.rsqrt(z.square().mean(1, keepdim=True) + 1e-8)
    return z @ directions(z.shape[1]).to(z)[:codes].t()
