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


def blank(like: Tensor, rows: int) -> Tensor:
    """Memory for maps ``(N, C, rows, W)`` like those given, channels last.

    Example:
        >>> blank(torch.ones(1, 2, 4, 4), 6).shape
        torch.Size([1, 2, 6, 4])
    """
    count, channels, _, width = like.shape
    return like.new_empty((count, rows, width, channels)).permute(0, 3, 1, 2)


def windows(maps: Tensor, lines: Sequence[int]) -> Iterator[Tensor]:
    """Tiles of maps ``(1, C, H, W)`` with a row of each neighbour, ``(1, C, r + 2, W)``.

    Rows beyond the map's edges are zeros; all others are in the same memory, so not to be
    overwritten. ``lines`` are the rows r of each.

    Example:
        >>> maps = torch.arange(6.0).reshape(1, 1, 6, 1)
        >>> [one.flatten().tolist() for one in windows(maps, (3, 3))]
        [[0.0, 0.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 5.0, 0.0]]
    """
    height = sum(lines)
    zeros = torch.zeros_like(maps[:, :, :1])
    row = 0
    for count in lines:
        tile = maps[:, :, max(0, row - 1) : row + count + 1]
        above = [zeros] if row == 0 else []
        row += count
        below = [zeros] if row == height else []
        yield torch.cat((*above, tile, *below), 2) if above or below else tile


class Haloed:
    """Tiles ``(N, C, r, W)`` that get their neighbours' rows, ``(N, C, r + 2 halo, W)``.

    Each is written to room that its neighbours' rows have already, which spares a copy of it. Rows
    beyond the map's edges are zeros. Tiles have at least ``halo`` rows.

    Args:
        halo: rows of a neighbour.

    Example:
        >>> haloed, made = Haloed(1), []
        >>> for tile in torch.arange(6.0).reshape(1, 1, 6, 1).split(3, dim=2):
        ...     haloed.room(tile)[:] = tile
        ...     made += haloed.filled()
        >>> [one.flatten().tolist() for one in (*made, *haloed.last())]
        [[0.0, 0.0, 1.0, 2.0, 3.0], [2.0, 3.0, 4.0, 5.0, 0.0]]
    """

    def __init__(self, halo: int) -> None:
        self.halo = halo
        self._waiting: Tensor | None = None  # for the rows below it
        self._new: Tensor | None = None

    def room(self, like: Tensor) -> Tensor:
        """Where the next tile is to be written, channels last, of the shape of ``like``."""
        self._new = blank(like, like.shape[2] + 2 * self.halo)
        return self._new[:, :, self.halo : -self.halo]

    def filled(self) -> Iterator[Tensor]:
        """After it was written: the tile before it, which is whole now and may be overwritten."""
        halo, new, before = self.halo, self._new, self._waiting
        assert new is not None  # room was asked for
        if before is None:
            new[:, :, :halo].zero_()
        else:
            new[:, :, :halo] = before[:, :, -2 * halo : -halo]
            before[:, :, -halo:] = new[:, :, halo : 2 * halo]
        self._waiting, self._new = new, None
        if before is not None:
            yield before

    def last(self) -> Iterator[Tensor]:
        """After all were written: the last tile."""
        if self._waiting is not None:
            self._waiting[:, :, -self.halo :].zero_()
            yield self._waiting


def joined(lines: Sequence[int]) -> list[list[int]]:
    """Rows of tiles that have become lower, in groups of at least as many as `heights` gives.

    Example:
        >>> joined([8, 8, 8, 6])
        [[8, 8], [8, 6]]
    """
    groups: list[list[int]] = [[]]
    for one in lines:
        if sum(groups[-1]) >= _LEAST:
            groups.append([])
        groups[-1].append(one)
    return groups


def slices(lines: Iterable[int]) -> Iterator[slice]:
    """Where in the map the rows of each tile are.

    Example:
        >>> [*slices((3, 2))]
        [slice(0, 3, None), slice(3, 5, None)]
    """
    row = 0
    for count in lines:
        yield slice(row, row + count)
        row += count


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
