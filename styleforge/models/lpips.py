"""LPIPS' published linear weights (Zhang et al. 2018), read from the files of the `lpips` package.

For packs of photographs, whose perceptual network is the VGG16 that the weights were fitted to. The
package (the extra ``[lpips]``) carries them; only its files are read: nothing of it is imported.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.models.tensors import read_tensors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor

WHAT = "the linear weights of LPIPS for VGG16"
LAYERS = {  # of VGG16, and the package's name for its linear layer: channels
    "relu1_2": ("lin0", 64),
    "relu2_2": ("lin1", 128),
    "relu3_3": ("lin2", 256),
    "relu4_3": ("lin3", 512),
    "relu5_3": ("lin4", 512),
}


@dataclass(frozen=True)
class _LinearWeights:
    """Linear weights ``(C,)`` by layer; satisfies ``styleforge.pack.protocols.LpipsWeights``.

    Example:
        >>> import torch
        >>> _LinearWeights({"relu1_2": torch.ones(64)}).weights["relu1_2"].shape
        torch.Size([64])
    """

    weights: Mapping[str, Tensor]


def published_lpips(path: str | Path | None = None) -> _LinearWeights:
    """The linear weights of LPIPS 0.1 for `styleforge.models.vgg.VGG16`.

    Args:
        path: a copy of the package's ``weights/v0.1/vgg.pth``; the installed package's when left
            out.

    Raises:
        UserError: the extra ``[lpips]`` is not installed, or the file holds other tensors.

    Example:
        >>> found = published_lpips()
        >>> {layer: tuple(weights.shape) for layer, weights in found.weights.items()}["relu3_3"]
        (256,)
    """
    path = _of_the_package() if path is None else Path(path)
    return lpips_of(read_tensors(path, WHAT), path)


def lpips_of(tensors: Mapping[str, Tensor], source: str | Path) -> _LinearWeights:
    """The linear weights out of these tensors, which came from ``source``.

    Raises:
        UserError: if they are others.

    Example:
        >>> lpips_of({}, "my.pth")
        Traceback (most recent call last):
        styleforge.errors.UserError: my.pth is not the linear weights of LPIPS for VGG16: ...
    """
    found = {}
    for layer, (name, channels) in LAYERS.items():
        weight = tensors.get(f"{name}.model.1.weight")  # (1, C, 1, 1)
        if weight is None or tuple(weight.shape) != (1, channels, 1, 1):
            have = "none" if weight is None else f"one of {tuple(weight.shape)}"
            raise UserError(
                f"{source} is not {WHAT}: {name}.model.1.weight of (1, {channels}, 1, 1) was "
                f"expected, and there is {have}. Give weights/v0.1/vgg.pth of the package lpips."
            )
        found[layer] = weight.float().flatten()  # (C,)
    return _LinearWeights(found)


def _of_the_package() -> Path:
    found = importlib.util.find_spec("lpips")  # finds it and runs nothing of it
    if found is None or not found.submodule_search_locations:
        raise UserError(
            "LPIPS' published weights are in the package lpips, which is not installed. Install it "
            'with pip install "styleforge[lpips]".'
        )
    return Path(found.submodule_search_locations[0]) / "weights" / "v0.1" / "vgg.pth"
