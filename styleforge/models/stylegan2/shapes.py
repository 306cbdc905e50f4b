"""The shapes of a StyleGAN2 of config F: channels, noise maps, and what it reads."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from styleforge.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from torch import Tensor

SQUARE = (4, 4)  # (h, w) of the constant of generators of square pictures


def channel_table(size: int, base: int = 32768, most: int = 512) -> dict[int, int]:
    """Channels per resolution of config F: ``min(base / resolution, most)``.

    Example:
        >>> channel_table(256)[256]
        128
    """
    return {2**level: min(base // 2**level, most) for level in range(2, int(math.log2(size)) + 1)}


def checked_channels(
    size: int, channels: Mapping[int, int] | None, constant: tuple[int, int]
) -> dict[int, int]:
    """The channels at each resolution 4, 8, ..., ``size``; config F where none are given.

    Raises:
        UserError: the size is no power of two, a resolution has no channels, or the constant has no
            pixel.

    Example:
        >>> checked_channels(8, {4: 16, 8: 8, 16: 4}, SQUARE)
        {4: 16, 8: 8}
    """
    if min(constant) < 1:
        raise UserError(f"The constant is {constant[0]} x {constant[1]}; give 1 x 1 or more.")
    if size < 8 or size & (size - 1):
        raise UserError(f"The generator's size is {size}; give a power of two of at least 8.")
    table = channel_table(size) if channels is None else channels
    resolutions = channel_table(size)
    missing = [side for side in resolutions if side not in table]
    if missing:
        raise UserError(f"The channel table has no entry for {missing}; give one for each.")
    return {side: table[side] for side in resolutions}


def levels_up_to(size: int | None, resolutions: Sequence[int]) -> int:
    """How many resolutions there are up to a size; all where none is named.

    Raises:
        UserError: if there is no such resolution.

    Example:
        >>> levels_up_to(8, (4, 8, 16))
        2
    """
    side = resolutions[-1] if size is None else size
    if side not in resolutions:
        raise UserError(f"There is no resolution {side}; choose one of {tuple(resolutions)}.")
    return resolutions.index(side) + 1


def noise_shapes(
    resolutions: Iterable[int], constant: tuple[int, int] = SQUARE
) -> tuple[tuple[int, int], ...]:
    """The (h, w) of every noise map: one of the first resolution, two of each that follows.

    Example:
        >>> noise_shapes((4, 8))
        ((4, 4), (8, 8), (8, 8))
        >>> noise_shapes((4, 8), (4, 2))
        ((4, 2), (8, 4), (8, 4))
    """
    first, *rest = (shape_at(side, constant) for side in resolutions)
    return (first, *(shape for shape in rest for _ in range(2)))


def shape_at(side: int, constant: tuple[int, int]) -> tuple[int, int]:
    """The (h, w) at a resolution, which is named by the side that a square would have.

    Example:
        >>> shape_at(8, (4, 2))
        (8, 4)
    """
    return side // 4 * constant[0], side // 4 * constant[1]


def check_inputs(
    latent: Tensor, noise: Sequence[Tensor], width: int, shapes: Sequence[tuple[int, int]]
) -> None:
    """Refuse a latent or noise maps that a generator cannot read.

    Args:
        latent: W+ ``(N, rows or more, width)``.
        noise: maps ``(1 or N, 1, h, w)``; those beyond ``shapes`` are not read.
        width: numbers in a row of W+.
        shapes: (h, w) of the noise maps that are read; there is one row of W+ more.

    Raises:
        UserError: if they have other shapes.

    Example:
        >>> import torch
        >>> check_inputs(torch.zeros(1, 2, 8), [torch.zeros(1, 1, 4, 4)], 8, [(4, 4)])
    """
    rows, maps = len(shapes) + 1, len(shapes)
    if latent.ndim != 3 or latent.shape[1] < rows or latent.shape[2] != width:
        raise UserError(
            f"The latent is {tuple(latent.shape)}; the generator reads (N, {rows}, {width}). "
            "Give one row of W+ per layer."
        )
    found = tuple(tuple(one.shape[-2:]) for one in noise[:maps])
    if found != tuple(shapes):
        raise UserError(
            f"The noise maps are {found}; the generator reads {tuple(shapes)}. "
            "Draw them with random_noise()."
        )
