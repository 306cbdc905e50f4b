"""Large maps, worked on a few rows at a time.

A map of 134 MB, as StyleGAN2 has them at 1024 px, fits no cache, and the C library takes fresh
memory for every one, which the system clears page by page. So what is done to such a map one
operation after the other is done to some of its rows, and then to the next ones. Small maps stay
whole, and so do those that an accelerator or a graph of autograd has.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from torch import Tensor

_LARGE = 2**25  # bytes of a picture's maps from which memory is fresh each time: glibc's limit
_TILE = 2**21  # bytes of a tile, about what a core's caches hold
_LEAST = 16  # rows of a tile; the blur looks at two more above and below, which are copied


def large(shape: Sequence[int], like: Tensor) -> bool:
    """Whether maps ``(N, C, H, W)`` of the precision and device of ``like`` go in tiles.

    Example:
        >>> large((1, 32, 1024, 1024), torch.zeros(1)), large((1, 64, 256, 256), torch.zeros(1))
        (True, False)
    """
    return like.device.type == "cpu" and prod(shape[1:]) * like.element_size() >= _LARGE


def heights(shape: Sequence[int], like: Tensor) -> list[int]:
    """Rows of each tile of maps ``(N, C, H, W)``, from above; one of all rows if they are small.

    All but the last are the same power of two, and the last is no lower.

    Example:
        >>> heights((1, 64, 256, 256), torch.zeros(1))
        [256]
        >>> heights((1, 512, 513, 512), torch.zeros(1))[-2:]
        [16, 17]
    """
    height = shape[2]
    if not large(shape, like):
        return [height]
    row = prod(shape) // height * like.element_size()  # bytes
    rows = max(_LEAST, 2 ** max(0, (_TILE // row).bit_length() - 1))
    count = max(1, height // rows)
    return [*[rows] * (count - 1), height - rows * (count - 1)]


def haloed(tiles: Iterable[Tensor], halo: int) -> Iterator[Tensor]:
    """Each tile ``(N, C, r, W)`` between its neighbours' rows, ``(N, C, r + 2 halo, W)``.

    Rows beyond the map's edges are zeros. Tiles have at least ``halo`` rows. One that comes out
    may be overwritten; the next one is asked for before it does.

    Example:
        >>> tiles = torch.arange(6.0).reshape(1, 1, 6, 1).split(3, dim=2)
        >>> [one.flatten().tolist() for one in haloed(tiles, 1)]
        [[0.0, 0.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 5.0, 0.0]]
    """
    waiting: Tensor | None = None
    above: Tensor | None = None
    for tile in tiles:
        if waiting is None or above is None:
            above = torch.zeros_like(tile[:, :, :halo])
        else:
            yield torch.cat((above, waiting, tile[:, :, :halo]), 2)
            above = waiting[:, :, -halo:]
        waiting = tile
    if waiting is not None and above is not None:
        yield torch.cat((above, waiting, torch.zeros_like(above)), 2)


def taller(tiles: Iterable[Tensor]) -> Iterator[Tensor]:
    """Tiles of at least as many rows as `heights` gives, of tiles that have become lower.

    Example:
        >>> [one.shape[2] for one in taller(torch.ones(1, 1, 30, 4).split(8, dim=2))]
        [16, 14]
    """
    waiting: list[Tensor] = []
    for tile in tiles:
        waiting.append(tile)
        if sum(one.shape[2] for one in waiting) >= _LEAST:
            yield torch.cat(waiting, 2) if waiting[1:] else tile
            waiting.clear()
    if waiting:
        yield torch.cat(waiting, 2)


def numbered(tiles: Iterable[Tensor]) -> Iterator[tuple[Tensor, slice]]:
    """Each tile ``(N, C, r, W)`` with its rows in the map.

    Example:
        >>> [rows for _, rows in numbered(torch.ones(1, 2, 5, 4).split(3, dim=2))]
        [slice(0, 3, None), slice(3, 5, None)]
    """
    row = 0
    for tile in tiles:
        yield tile, slice(row, row + tile.shape[2])
        row += tile.shape[2]


def gathered(tiles: Iterable[Tensor], height: int) -> Tensor:
    """The map ``(N, C, height, W)`` of its tiles, channels last.

    Example:
        >>> gathered(torch.ones(1, 2, 6, 4).split(3, dim=2), 6).shape
        torch.Size([1, 2, 6, 4])
    """
    whole: Tensor | None = None
    for tile, rows in numbered(tiles):
        count, channels, _, width = tile.shape
        if whole is None and tile.shape[2] == height:
            whole = (
                tile  # the only one; the loop goes on, so that what gives tiles comes to its end
            )
        elif whole is None:
            whole = tile.new_empty((count, height, width, channels)).permute(0, 3, 1, 2)
        if whole is not tile:
            whole[:, :, rows] = tile
    assert whole is not None  # a map has rows
    return whole
