"""Brings a region to a colour, and keeps its shading as far as the colour allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from styleforge.prepare.pixels import colour_distance, mean_colour

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

LUMA = (0.299, 0.587, 0.114)  # of Rec. 601, for values as they are stored
HALVINGS = 6  # of the search for how much shading is kept
NEAR = 2.0  # CIEDE2000 of the mean from which shading is given up for the colour
ROUNDS = 4  # in which the mean is brought to the target
MOST = 0.4  # share of white in the lightest highlight


def tinted(image: Tensor, mask: Tensor, colour: Tensor, share: float = 1.0) -> Tensor:
    """A picture whose mean colour within a mask is moved to ``colour``, by ``share`` of the way.

    Shading is scaled with the change of lightness, so that what was dark and turns light keeps its
    texture; it is fainter where the mean would not be reached with it, as in pure red.
    Nothing changes where the mask is empty.

    Args:
        image: ``(1, 3, H, W)`` in [-1, 1].
        mask: ``(1, 1, H, W)`` in [0, 1].
        colour: ``(3,)`` in [0, 1].
        share: 0 to 1.

    Example:
        >>> grey, ones = torch.zeros(1, 3, 4, 4), torch.ones(1, 1, 4, 4)
        >>> tinted(grey, ones, torch.tensor([1.0, 1.0, 1.0]), share=0.5).mean().round(decimals=3)
        tensor(0.5000)
    """
    return torch.lerp(image, shifted(image, mask, colour, share), mask)


def shifted(image: Tensor, mask: Tensor, colour: Tensor, share: float = 1.0) -> Tensor:
    """The whole of a picture with colours moved as `tinted` moves those within the mask.

    Example:
        >>> grey, left = torch.zeros(1, 3, 1, 2), torch.tensor([[[[1.0, 0.0]]]])
        >>> shifted(grey, left, torch.tensor([1.0, 1.0, 1.0])).flatten().round(decimals=3).unique()
        tensor([1.])
    """
    if float(mask.sum()) < 1:
        return image
    values = (image + 1) / 2
    mean = torch.from_numpy(mean_colour(image, mask)).to(values)  # (3,)
    target = colour.to(values)
    moved = _shaded(values, mask, mean, target, 1.0)
    least, most = 0.0, 1.0  # shares of the shading, of which the first is near enough
    for _ in range(HALVINGS * (not _near(moved, mask, target))):
        middle = (least + most) / 2
        fainter = _shaded(values, mask, mean, target, middle)
        if _near(fainter, mask, target):
            moved, least = fainter, middle
        else:
            most = middle
    if not least and most < 1:  # not even the faintest
        moved = _shaded(values, mask, mean, target, 0.0)
    return torch.lerp(values, moved, share) * 2 - 1


def _shaded(values: Tensor, mask: Tensor, mean: Tensor, target: Tensor, contrast: float) -> Tensor:
    """``(1, 3, H, W)`` in [0, 1] with the mean ``target`` ``(3,)`` as far as that can be reached.

    What a pixel is lighter or darker than the mean shades the target: towards white where lighter,
    which keeps its hue, so that vivid colours do not glow. What differs in hue (streaks) stays,
    less where the target is greyer than the mean was.
    """
    luma = values.new_tensor(LUMA)
    light = (values * luma[:, None, None]).sum(1, keepdim=True)  # (1, 1, H, W)
    middle = float((mean * luma).sum())
    off = light - middle
    hue = values - mean[:, None, None]  # (1, 3, H, W)
    weight = mask.sum().clamp_min(1e-6)
    slope = (hue * off * mask).sum((0, 2, 3)) / ((off.square() * mask).sum() + 1e-6 * weight)
    grey = float((target - target.mean()).norm() / (mean - mean.mean()).norm().clamp_min(0.02))
    streaks = (hue - slope[:, None, None] * off) * contrast * min(grey, 1.0)
    shade = contrast * off / (middle + 0.1)
    aim = target
    made = values
    for _ in range(ROUNDS):
        level = float((aim * luma).sum())
        dark = (aim[:, None, None] + 0.1) * (1 + shade.clamp(-0.9, 0)) - 0.1
        rise = (level + 0.1) / (1.1 - level)
        white = MOST * (1 - torch.exp(-shade.clamp_min(0) * rise / MOST))  # (1, 1, H, W)
        made = torch.where(shade < 0, dark, aim[:, None, None] + white * (1 - aim[:, None, None]))
        made = (made + streaks).clamp(0, 1)
        aim = (aim + target - _mean(made, mask)).clamp(0, 1)
    return made


def _mean(values: Tensor, mask: Tensor) -> Tensor:
    """The mean ``(3,)`` of ``(1, 3, H, W)`` over a mask ``(1, 1, H, W)``."""
    return (values * mask).sum((0, 2, 3)) / mask.sum().clamp_min(1e-6)


def _near(values: Tensor, mask: Tensor, target: Tensor) -> bool:
    return colour_distance(_array(_mean(values, mask)), _array(target)) < NEAR


def _array(colour: Tensor) -> NDArray[np.float64]:
    return np.asarray(colour.detach().cpu().double().numpy())
