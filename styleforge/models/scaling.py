"""How a perceptual network wants its pictures scaled."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

# Colours' mean and deviation over ImageNet, for pictures in [-1, 1].
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)


def lpips_input(image: Tensor) -> Tensor:
    """Pictures ``(N, 3, H, W)`` in [-1, 1] shifted and scaled as LPIPS 0.1 does for VGG16.

    Example:
        >>> import torch
        >>> lpips_input(torch.zeros(1, 3, 1, 1)).flatten()
        tensor([0.0655, 0.1964, 0.4178])
    """
    shift = image.new_tensor(_SHIFT)[:, None, None]  # (3, 1, 1)
    scale = image.new_tensor(_SCALE)[:, None, None]
    return (image - shift) / scale
