"""rosinality's layout of StyleGAN2's weights, in which e4e, pSp and HairCLIP carry theirs as well.

Names map one to one; modulated weights have a leading axis of 1, noise strengths the shape (1,).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from styleforge.models.converted import Converted
from styleforge.models.stylegan2.layout import check_kernel, finished

if TYPE_CHECKING:
    from torch import Tensor

PREFIXES = ("", "g_ema.", "decoder.", "generator.", "G.")
FIRST = "conv1.conv.modulation.weight"
_PARTS = {
    "conv.weight": "weight", "conv.modulation.weight": "affine.weight",
    "conv.modulation.bias": "affine.bias", "noise.weight": "noise_strength",
    "activate.bias": "bias", "bias": "bias",
}  # fmt: skip
_LAYER = re.compile(r"(conv1|convs\.\d+|to_rgb1|to_rgbs\.\d+)\.(.+)")
_KERNELS = re.compile(r".*(?:blur|upsample)\.kernel")


def find_rosinality(content: Mapping[str, Any]) -> tuple[dict[str, Tensor], Tensor | None] | None:
    """The generator of a checkpoint, and its mean latent; None where there is no generator.

    Looked for under ``g_ema``, and in ``state_dict`` with the prefixes that projects use.

    Example:
        >>> import torch
        >>> weight = torch.ones(4, 8)
        >>> found = find_rosinality({"state_dict": {f"decoder.{FIRST}": weight}})
        >>> list(found[0])
        ['conv1.conv.modulation.weight']
    """
    average = content.get("latent_avg")
    for key in ("g_ema", "state_dict", "g", ""):
        state = content.get(key) if key else content
        if not isinstance(state, Mapping):
            continue
        for prefix in PREFIXES:
            if f"{prefix}{FIRST}" in state:
                length = len(prefix)
                found = {name[length:]: value for name, value in state.items()
                         if isinstance(name, str) and name.startswith(prefix)
                         and hasattr(value, "shape")}  # fmt: skip
                mean = average if average is not None else state.get("latent_avg")
                return found, mean if hasattr(mean, "shape") else None
    return None


def from_rosinality(state: Mapping[str, Tensor], average: Tensor | None = None) -> Converted:
    """A generator by this project's names.

    Args:
        state: by rosinality's names, as `find_rosinality` gives them.
        average: the mean latent, ``(width,)`` or one for each row ``(rows, width)``.

    Raises:
        UserError: weights are missing, are not its own, or do not fit each other.

    Example:
        >>> from_rosinality({})
        Traceback (most recent call last):
        styleforge.errors.UserError: there is no StyleGAN2 generator in it
    """
    tensors: dict[str, Tensor] = {}
    strange = []
    for name, tensor in state.items():
        if _KERNELS.fullmatch(name):
            check_kernel(tensor)
            continue
        own = _renamed(name)
        if own is None:
            strange.append(name)
            continue
        if own.startswith(("convs.", "rgbs.")) and tensor.ndim == 5:
            tensors[own] = tensor[0]  # (O, I, k, k)
        elif own.endswith("noise_strength"):
            tensors[own] = tensor.reshape(())
        elif own.startswith("rgbs.") and own.endswith(".bias") and "affine" not in own:
            tensors[own] = tensor.reshape(-1)  # of (1, 3, 1, 1)
        else:
            tensors[own] = tensor
    if average is not None and average.ndim > 1:  # e4e's has a row for each row of W+
        average = average.reshape(-1, average.shape[-1]).float().mean(0)
    return finished(tensors, average, strange)


def _renamed(name: str) -> str | None:
    """``convs.0.activate.bias`` to ``convs.1.bias``; None for a name of another network."""
    if name == "input.input":
        return "constant"
    if found := re.fullmatch(r"style\.(\d+)\.(weight|bias)", name):
        return f"mapping.layers.{int(found[1]) - 1}.{found[2]}"
    if found := re.fullmatch(r"noises\.noise_(\d+)", name):
        return f"noise.{found[1]}"
    found = _LAYER.fullmatch(name)
    if found is None or found[2] not in _PARTS:
        return None
    layer, _, number = found[1].partition(".")
    index = int(number) + 1 if number else 0
    return f"{'rgbs' if layer.startswith('to_rgb') else 'convs'}.{index}.{_PARTS[found[2]]}"
