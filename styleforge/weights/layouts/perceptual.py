"""Perceptual networks: VGG16, and LPIPS' linear weights for it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from styleforge.errors import UserError
from styleforge.models.converted import Converted
from styleforge.models.lpips import lpips_of
from styleforge.models.tensors import read_tensors
from styleforge.models.vgg import VGG16
from styleforge.weights.layouts.written import Read, written
from styleforge.weights.row import FileLayout

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.weights.kept import Kept


def _read_vgg(path: Path, folder: Path) -> Read:
    """The VGG16 of torchvision; its classifier is left out."""
    tensors = {name: one for name, one in read_tensors(path, "a VGG16").items()
               if name.startswith("features.")}  # fmt: skip
    network = VGG16(_widths(tensors))
    network.load_torchvision(tensors)
    return written(Converted(tensors, {"widths": list(network.widths)}), folder)


def _widths(tensors: Mapping[str, Tensor]) -> list[int]:
    """Channels of the five blocks: those of their last convolutions."""
    found = [tensors.get(f"features.{index}.weight") for index in (2, 7, 14, 21, 28)]
    if any(one is None or one.ndim != 4 for one in found):
        raise UserError("it holds no VGG16 (the convolutions of five blocks)")
    return [one.shape[0] for one in found if one is not None]


def _load_vgg(kept: Kept) -> VGG16:
    """The perceptual network, frozen."""
    network = VGG16([int(one) for one in kept.facts["widths"]])
    network.load_torchvision(kept.tensors())
    return network.eval().requires_grad_(requires_grad=False)


def _run_vgg(network: VGG16) -> Any:
    """Its deepest features of a grey picture."""
    return network(torch.zeros(1, 3, 64, 64), ["relu5_3"])["relu5_3"]


def _read_lpips(path: Path, folder: Path) -> Read:
    """The linear weights of LPIPS 0.1 for VGG16."""
    tensors = read_tensors(path, "the linear weights of LPIPS")
    lpips_of(tensors, path)  # refuses others
    return written(Converted(tensors), folder)


def _load_lpips(kept: Kept) -> Any:
    """The linear weights by layer."""
    return lpips_of(kept.tensors(), kept.folder)


def _run_lpips(found: Any) -> Any:
    """Their sum, which must be finite."""
    return torch.stack([one.sum() for one in found.weights.values()])


VGG = FileLayout(
    name="vgg16",
    what="a VGG16",
    read=_read_vgg,
    load=_load_vgg,
    run=_run_vgg,
    signs=("features.28.",),
)
LPIPS = FileLayout(
    name="lpips",
    what="LPIPS' linear weights for VGG16",
    read=_read_lpips,
    load=_load_lpips,
    run=_run_lpips,
    signs=("lin4.model.1",),
)
