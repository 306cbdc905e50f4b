"""Noise that is texture: hair and cloth get a faint grain, which is one noise map.

The latent says all that can be known of a person. What is left to the noise is what a photograph
has of it: grain. Pictures are given some inside hair and cloth while the generator is trained, a
multiple of its last noise map, so that this map is heard there and nowhere else.
"""

from __future__ import annotations

import torch

from styleforge_portraits import world

LEVELS = {"hair": 1.5, "cloth": 1.0}  # deviation of the grain, in grey levels of 255


def grain(maps: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    """What a noise map adds to pictures, ``(N, 1, H, W)`` in units of [-1, 1].

    Args:
        maps: shares of the materials, ``(N, K, H, W)`` in [0, 1].
        noise: noise of unit variance, ``(N, 1, H, W)``.

    Example:
        >>> shares = torch.zeros(1, len(world.MATERIALS), 4, 4)
        >>> shares[:, world.MATERIALS.index("hair")] = 1
        >>> float(grain(shares, torch.ones(1, 1, 4, 4))[0, 0, 0, 0] * 127.5)
        1.5
    """
    levels = [
        next((level for name, level in LEVELS.items() if item.startswith(name)), 0.0)
        for item in world.MATERIALS
    ]
    strength = torch.tensor(levels).to(maps) / 127.5  # (K,)
    return (maps * strength[None, :, None, None]).sum(1, keepdim=True) * noise
