"""NVIDIA's layouts of StyleGAN2's weights: the PyTorch era's (ada) and the TensorFlow era's.

Read from `styleforge.models.pickles.PickledNetwork`, so nothing of a pickle runs.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from styleforge.errors import UserError
from styleforge.models.stylegan2.layout import check_kernel, finished

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.models.converted import Converted
    from styleforge.models.pickles import PickledNetwork

_BLOCK = re.compile(r"synthesis\.b(\d+)\.(conv0|conv1|torgb)\.(.+)")
_ALONE = {"mapping.w_avg": "w_avg", "synthesis.b4.const": "constant"}
_KEPT = ("affine.weight", "affine.bias", "weight", "bias", "noise_strength")
OLDEST = 4  # version of TensorFlow networks that are StyleGAN2's


def from_pickle(network: PickledNetwork) -> Converted:
    """A generator of one of NVIDIA's pickles by this project's names.

    Raises:
        UserError: it is of another architecture, has labels, or weights are missing.

    Example:
        >>> from styleforge.models.pickles import PickledNetwork
        >>> from_pickle(PickledNetwork("Generator"))
        Traceback (most recent call last):
        styleforge.errors.UserError: there is no StyleGAN2 generator in it
    """
    return _from_tensorflow(network) if "variables" in network.state else _from_ada(network)


def _from_ada(network: PickledNetwork) -> Converted:
    _refuse_others(network)
    tensors: dict[str, Tensor] = {}
    strange = []
    for name, tensor in network.tensors():
        own = _named(name)
        if name.endswith("resample_filter"):
            check_kernel(tensor)
        elif own is None:
            strange.append(name)
        elif own == "constant":
            tensors[own] = tensor[None]  # (1, C, h, w)
        elif own.startswith("noise."):
            tensors[own] = tensor[None, None]  # (1, 1, h, w)
        else:
            tensors[own] = tensor
    half = sum(1 for name, module in _modules(network.get("synthesis"))
               if name.startswith("b") and module.get("use_fp16"))  # fmt: skip
    notes = []
    if half:
        notes.append(
            f"NVIDIA's code computes its last {half} sizes in half precision on a GPU; here they "
            "are computed in single precision."
        )
    clamp = network.get("synthesis", "b8", "conv1", "conv_clamp")
    facts = {"clamp": None if clamp is None else float(clamp)}
    return finished(tensors, tensors.pop("w_avg", None), strange, facts=facts, notes=notes)


def _refuse_others(network: PickledNetwork) -> None:
    """Refuse other architectures, and generators with labels."""
    kind = network.get("synthesis", "b8", "architecture")
    if network.get("synthesis", "input") is not None:
        raise UserError("it is a StyleGAN3 generator, and StyleGAN2's was expected")
    if kind not in {"skip", None}:
        raise UserError(f"its architecture is {kind!r}, and 'skip' (config F) was expected")
    if network.get("mapping", "c_dim") or network.get("c_dim"):
        raise UserError("it takes labels, and a generator without labels was expected")


def _named(name: str) -> str | None:
    """``synthesis.b8.conv0.weight`` to ``convs.1.weight``; None for a name of another network."""
    if name in _ALONE:
        return _ALONE[name]
    if found := re.fullmatch(r"mapping\.fc(\d+)\.(weight|bias)", name):
        return f"mapping.layers.{found[1]}.{found[2]}"
    found = _BLOCK.fullmatch(name)
    if found is None or found[3] not in {*_KEPT, "noise_const"}:
        return None
    layer = _layer(int(found[1]), found[2])
    if found[3] == "noise_const":
        return f"noise.{layer.partition('.')[2]}"
    return f"{layer}.{found[3]}"


def _modules(module: Any) -> Iterator[tuple[str, PickledNetwork]]:
    held = getattr(module, "state", {}).get("_modules", {})
    for name, one in held.items() if isinstance(held, Mapping) else ():
        if hasattr(one, "state"):
            yield name, one


def _layer(side: int, name: str) -> str:
    """Block and layer to ours: ``8, conv0`` is ``convs.1``, ``8, torgb`` is ``rgbs.1``."""
    level = int(math.log2(side)) - 2
    if name == "torgb":
        return f"rgbs.{level}"
    return f"convs.{2 * level - (name == 'conv0')}"


def _from_tensorflow(network: PickledNetwork) -> Converted:
    """A TensorFlow network: weights in the order HWIO, dense layers ``(inputs, outputs)``.

    The convolution that doubles the size is stored turned by 180 degrees, and the styles' biases
    without the 1 that is added to them.
    """
    version, options = network.state.get("version"), network.state.get("static_kwargs")
    options = options if isinstance(options, Mapping) else {}
    variables = dict(_variables(network))
    first = variables.get("synthesis/4x4/Conv/mod_weight")
    if first is None or not isinstance(version, int) or version < OLDEST:
        raise UserError("it is no StyleGAN2 generator of the TensorFlow era")
    if options.get("label_size") or variables.get("mapping/LabelConcat/weight") is not None:
        raise UserError("it takes labels, and a generator without labels was expected")
    tensors: dict[str, Tensor] = {}
    strange = []
    for name, value in variables.items():
        made = _from_variable(name, value)
        if made is not None:
            tensors[made[0]] = made[1]
        elif name.rpartition("/")[2] != "lod":  # a counter of progressive growing
            strange.append(name)
    clamp = options.get("conv_clamp")
    facts = {"clamp": None if clamp is None else float(clamp)}
    return finished(tensors, tensors.pop("w_avg", None), strange, facts=facts)


def _from_variable(name: str, value: Any) -> tuple[str, Tensor] | None:
    """A variable by our name, in our order; None for one of another network."""
    alone = {"dlatent_avg": "w_avg", "synthesis/4x4/Const/const": "constant"}
    if name in alone:
        return alone[name], _tensor(value)
    if found := re.fullmatch(r"mapping/Dense(\d+)/(weight|bias)", name):
        turned = value.T if found[2] == "weight" else value
        return f"mapping.layers.{found[1]}.{found[2]}", _tensor(turned)
    if found := re.fullmatch(r"synthesis/noise(\d+)", name):
        return f"noise.{found[1]}", _tensor(value)
    found = re.fullmatch(r"synthesis/(\d+)x\1/(Conv|Conv0_up|Conv1|ToRGB)/(\w+)", name)
    if found is None:
        return None
    own = {"Conv": "conv1", "Conv0_up": "conv0", "Conv1": "conv1", "ToRGB": "torgb"}[found[2]]
    made = _of_layer(found[3], value, turned=found[2] == "Conv0_up")
    return None if made is None else (f"{_layer(int(found[1]), own)}.{made[0]}", made[1])


def _of_layer(part: str, value: Any, *, turned: bool) -> tuple[str, Tensor] | None:
    """A weight of a layer by our name; None for one that such a layer has not."""
    if part == "weight":
        kernel = value[::-1, ::-1] if turned else value
        return "weight", _tensor(np.transpose(kernel, (3, 2, 0, 1)))  # HWIO to OIHW
    if part == "mod_weight":
        return "affine.weight", _tensor(value.T)
    if part == "mod_bias":
        return "affine.bias", _tensor(value + 1)
    if part in {"bias", "noise_strength"}:
        return part, _tensor(value)
    return None


def _tensor(value: Any) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(value, dtype=np.float32).reshape(np.shape(value)))


def _variables(network: PickledNetwork, prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Variables of a network and of those within it, as ``synthesis/4x4/Conv/weight``."""
    for pair in network.state.get("variables") or ():
        if len(pair) == 2 and isinstance(pair[1], np.ndarray | np.generic | float | int):
            yield f"{prefix}{pair[0]}", np.asarray(pair[1])
    held = network.state.get("components")
    for name, one in held.items() if isinstance(held, Mapping) else ():
        if hasattr(one, "state"):
            yield from _variables(one, f"{prefix}{name}/")
