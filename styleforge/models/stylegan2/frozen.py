"""Convolutions whose weights are frozen, and which keep less for the way back.

What autograd keeps of a modulated convolution are the maps before and after their scaling; the
second are the first times the style. Of a filter that nobody trains it keeps the maps for a
gradient that nobody asks for. Left out here, which at 1024 px spares half of the memory of a
generator's graph; gradients are the same to the bit. Weights that are trained take the other way,
and second derivatives are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd import Function
from torch.autograd.function import once_differentiable
from torch.nn import functional

if TYPE_CHECKING:
    from collections.abc import Sequence


def convolved(maps: Tensor, style: Tensor, weight: Tensor, *, up: bool = False) -> Tensor:
    """Maps ``(N, I, h, w)`` scaled by style ``(N, I, 1, 1)`` and convolved: ``(N, O, h, w)``.

    Args:
        maps: the input.
        style: the factors of its channels.
        weight: ``(O, I, k, k)``, k odd.
        up: to twice the size and one more, ``(N, O, 2 h + 1, 2 w + 1)`` with a kernel of 3.

    Example:
        >>> maps, style = torch.ones(1, 4, 8, 8), torch.ones(1, 4, 1, 1)
        >>> convolved(maps, style, torch.ones(6, 4, 3, 3), up=True).shape
        torch.Size([1, 6, 17, 17])
    """
    if torch.is_grad_enabled() and not weight.requires_grad:
        out: Tensor = _Convolved.apply(maps, style, weight, up)
        return out
    return _convolution(maps * style, weight, up=up)


def filtered(images: Tensor, weight: Tensor, padding: tuple[int, int]) -> Tensor:
    """Every channel of ``(N, C, H, W)`` convolved with its own ``weight`` ``(C, 1, k, k)``.

    Example:
        >>> filtered(torch.ones(1, 3, 8, 8), torch.ones(3, 1, 4, 4), (1, 1)).shape
        torch.Size([1, 3, 7, 7])
    """
    if torch.is_grad_enabled() and images.requires_grad and not weight.requires_grad:
        out: Tensor = _Filtered.apply(images, weight, padding)
        return out
    return functional.conv2d(images, weight, padding=padding, groups=images.shape[1])


def _convolution(scaled: Tensor, weight: Tensor, *, up: bool) -> Tensor:
    if up:
        return functional.conv_transpose2d(scaled, weight.transpose(0, 1), stride=2)
    return functional.conv2d(scaled, weight, padding=weight.shape[-1] // 2)


class _Convolved(Function):
    """`convolved` with a frozen weight."""

    @staticmethod
    def forward(ctx: Any, maps: Tensor, style: Tensor, weight: Tensor, up: bool) -> Tensor:
        ctx.save_for_backward(maps, style, weight)
        ctx.up = up
        return _convolution(maps * style, weight, up=up)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        maps, style, weight = ctx.saved_tensors
        weight = weight.to(gradient.dtype)  # which autocast may have made smaller
        if ctx.up:
            weight = weight.transpose(0, 1)
        # The maps stand for the input, of which only shape and layout are looked at.
        back = _to_input(
            gradient,
            maps,
            weight,
            stride=2 if ctx.up else 1,
            padding=(0, 0) if ctx.up else (weight.shape[-1] // 2,) * 2,
            transposed=ctx.up,
        )  # (N, I, h, w)
        of_maps = back * style if ctx.needs_input_grad[0] else None
        of_style = (back * maps).sum((2, 3), keepdim=True) if ctx.needs_input_grad[1] else None
        return of_maps, of_style, None, None


class _Filtered(Function):
    """`filtered` with a weight that nobody trains."""

    @staticmethod
    def forward(ctx: Any, images: Tensor, weight: Tensor, padding: tuple[int, int]) -> Tensor:
        ctx.save_for_backward(weight)
        ctx.padding, ctx.shape = padding, images.shape
        ctx.layout = _layout(images)
        return functional.conv2d(images, weight, padding=padding, groups=images.shape[1])

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        (weight,) = ctx.saved_tensors
        # Memory that is never written takes no room; only its shape and layout are looked at.
        like = torch.empty(
            ctx.shape, dtype=gradient.dtype, device=gradient.device, memory_format=ctx.layout
        )
        back = _to_input(gradient, like, weight, stride=1, padding=ctx.padding, groups=ctx.shape[1])
        return back, None, None


def _layout(maps: Tensor) -> torch.memory_format:
    last = maps.is_contiguous(memory_format=torch.channels_last) and not maps.is_contiguous()
    return torch.channels_last if last else torch.contiguous_format


def _to_input(
    gradient: Tensor,
    like: Tensor,
    weight: Tensor,
    *,
    stride: int,
    padding: tuple[int, int],
    transposed: bool = False,
    groups: int = 1,
) -> Tensor:
    """A convolution's gradient with respect to its input."""
    found: Sequence[Tensor] = torch.ops.aten.convolution_backward(
        gradient, like, weight, None, [stride] * 2, padding, [1, 1], transposed, [0, 0],
        groups, [True, False, False],
    )  # fmt: skip
    return found[0]
