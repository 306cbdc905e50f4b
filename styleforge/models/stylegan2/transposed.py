"""Of maps that are laid out channels last: sums of them, and convolutions the other way round."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from styleforge.models.stylegan2.fir import blur

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from styleforge.models.stylegan2.layers import StyledConv

_TOGETHER = 2**21  # bytes of products, about what a core's caches hold


def transposed(layer: StyledConv, weight: Tensor, *, split: bool) -> Callable[[Tensor], Tensor]:
    """The transpose of a layer's convolution by a weight ``(O, I, 3, 3)``.

    Of whole maps ``(N, O, H, W)``, or ``split``, of tiles that have their neighbours' rows.

    Example:
        >>> from styleforge.models.stylegan2.layers import StyledConv
        >>> layer = StyledConv(4, 6, width=8, up=True)
        >>> transposed(layer, layer.weight, split=False)(torch.ones(1, 6, 16, 16)).shape
        torch.Size([1, 4, 8, 8])
    """
    if layer.up:
        weight = weight.transpose(0, 1).contiguous(memory_format=torch.channels_last)

        def up(maps: Tensor) -> Tensor:
            blurred = blur(maps, layer.kernel, (0 if split else 2, 2))  # (N, O, 2 r + 1, 2 w + 1)
            return functional.conv2d(blurred, weight, stride=2)  # (N, I, r, w)

        return up
    if not split:  # wide weights, which cost as much to turn round as small maps to convolve
        return partial(functional.conv_transpose2d, weight=weight, padding=1)
    flipped = weight.transpose(0, 1).flip((2, 3)).contiguous(memory_format=torch.channels_last)
    return partial(functional.conv2d, weight=flipped, padding=(0, 1))  # (N, I, r, w)


def as_pixels(maps: Tensor) -> Tensor:
    """``(N, C, h, w)`` in channels-last layout as ``(N, h w, C)``, in the same memory.

    Example:
        >>> as_pixels(torch.ones(1, 4, 2, 2).contiguous(memory_format=torch.channels_last)).shape
        torch.Size([1, 4, 4])
    """
    return maps.permute(0, 2, 3, 1).flatten(1, 2)


def summed(maps: Tensor) -> Tensor:
    """``(N, C, h, w)`` in channels-last layout to the sums ``(N, C)``; `sum` is slower there.

    Example:
        >>> summed(torch.ones(1, 2, 4, 4).contiguous(memory_format=torch.channels_last))
        tensor([[16., 16.]])
    """
    rows = as_pixels(maps)
    return torch.bmm(rows.new_ones(len(rows), 1, rows.shape[1]), rows)[:, 0]


def dotted(cotangents: Tensor, maps: Tensor) -> Tensor:
    """Sums over pixels of ``(K, N, C, h, w)`` times ``(N, C, h, w)``: ``(K, N, C)``.

    Some rows at a time on a processor: products of whole maps are fresh memory, which costs more
    than the products.

    Example:
        >>> maps = torch.ones(1, 2, 4, 4).contiguous(memory_format=torch.channels_last)
        >>> dotted(torch.stack((maps, 2 * maps)), maps)
        tensor([[[16., 16.]],
        <BLANKLINE>
                [[32., 32.]]])
    """
    height = maps.shape[2]
    rows = height
    if maps.device.type == "cpu":
        row = cotangents.numel() * cotangents.element_size() // height
        rows = max(1, _TOGETHER // row)
    total: Tensor | None = None
    for top in range(0, height, rows):
        where = slice(top, top + rows)
        product = cotangents[..., where, :] * maps[:, :, where].to(cotangents.dtype)
        found = summed(product.flatten(0, 1))  # (K N, C)
        total = found if total is None else total + found
    assert total is not None  # maps have rows
    return total.view(cotangents.shape[:3])
