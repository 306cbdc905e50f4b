"""Checkpoints as NVIDIA's code writes them, pickled, made without that code."""

from __future__ import annotations

import contextlib
import pickle
import sys
import types

import numpy as np
import torch
from published_generators import DEPTH, KERNEL, WIDTH, maps_of, noises, sides_of


@contextlib.contextmanager
def pretended(**modules):
    """Modules that are there while a pickle is written, and gone when it is read."""
    before = dict(sys.modules)
    for name, content in modules.items():
        dotted = name.replace("__", ".")
        module = types.ModuleType(dotted)
        for key, value in content.items():
            value.__module__ = dotted
            value.__qualname__ = value.__name__ = key
            setattr(module, key, value)
        sys.modules[dotted] = module
        for parent in (dotted.rpartition(".")[0],):
            if parent and parent not in sys.modules:
                sys.modules[parent] = types.ModuleType(parent)
    try:
        yield
    finally:
        for name in set(sys.modules) - set(before):
            del sys.modules[name]


class Persistent:
    """Pickled as an object of NVIDIA's persistence is: a call with a dictionary."""

    rebuild = None

    def __init__(self, name, **state):
        self.meta = {"type": "class", "version": 6, "module_src": "raise SystemExit(1)",
                     "class_name": name, "state": state}  # fmt: skip

    def __reduce__(self):
        return Persistent.rebuild, (self.meta,)


def module(name, parameters=(), buffers=(), modules=(), **plain):
    return Persistent(
        name,
        _parameters={n: torch.nn.Parameter(one) for n, one in dict(parameters).items()},
        _buffers=dict(buffers),
        _modules=dict(modules),
        **plain,
    )


def ada_network(state, *, clamp=None, average=None, kernel=None, drop=(), **plain):
    """NVIDIA's generator of the ada era as persistent objects."""
    kernel = KERNEL if kernel is None else kernel
    blocks = {}
    for name, side, own in sides_of(state):
        inner = {"weight": state[f"{name}.conv.weight"][0]}
        buffers = {}
        if own == "torgb":
            inner["bias"] = state[f"{name}.bias"].reshape(3)
        else:
            inner["bias"] = state[f"{name}.activate.bias"]
            inner["noise_strength"] = state[f"{name}.noise.weight"].reshape(())
            buffers = {"resample_filter": kernel, "noise_const": maps_of(state)[name][0, 0]}
        affine = module("FullyConnectedLayer", {
            "weight": state[f"{name}.conv.modulation.weight"],
            "bias": state[f"{name}.conv.modulation.bias"]})  # fmt: skip
        inner = {key: one for key, one in inner.items() if f"{side}.{own}.{key}" not in drop}
        made = module("SynthesisLayer", inner, buffers, {"affine": affine}, conv_clamp=clamp)
        blocks.setdefault(f"b{side}", {})[own] = made
    parts = {}
    for name, layers in blocks.items():
        first = {"const": state["input.input"][0]} if name == "b4" else {}
        said = {"architecture": "skip", "use_fp16": name == "b16"} | plain
        parts[name] = module("SynthesisBlock", first, {"resample_filter": kernel}, layers, **said)
    dense = {
        f"fc{index}": module("FullyConnectedLayer", {
            "weight": state[f"style.{index + 1}.weight"],
            "bias": state[f"style.{index + 1}.bias"]})
        for index in range(DEPTH)
    }  # fmt: skip
    average = torch.arange(WIDTH) / 10 if average is None else average
    mapping = module("MappingNetwork", (), {"w_avg": average}, dense, c_dim=plain.get("c_dim", 0))
    synthesis = module("SynthesisNetwork", modules=parts)
    return module("Generator", modules={"synthesis": synthesis, "mapping": mapping}, c_dim=0)


def write_ada(path, network):
    def _reconstruct_persistent_obj(meta):
        raise AssertionError(meta)

    with pretended(torch_utils__persistence={
        "_reconstruct_persistent_obj": _reconstruct_persistent_obj
    }):  # fmt: skip
        Persistent.rebuild = staticmethod(_reconstruct_persistent_obj)
        path.write_bytes(pickle.dumps({"G": None, "D": None, "G_ema": network}))
    return path


def write_tensorflow(path, state, *, version=4, **options):
    """NVIDIA's pickle of the TensorFlow era: three networks, each a list of arrays."""

    class Network:
        def __init__(self, variables=(), components=None, version=version):
            self.state = {"version": version, "name": "Gs", "variables": list(variables),
                          "static_kwargs": {"resolution": 16, "num_channels": 3, "label_size": 0}
                          | options, "components": components or {},
                          "build_module_src": "raise SystemExit(1)"}  # fmt: skip

        def __getstate__(self):
            return self.state

    synthesis = [("lod", np.float32(0)), ("4x4/Const/const", state["input.input"].numpy())]
    for index, one in enumerate(noises(state)):
        synthesis.append((f"noise{index}", one.numpy()))
    for name, side, own in sides_of(state):
        theirs = {"conv1": "Conv" if side == 4 else "Conv1", "conv0": "Conv0_up",
                  "torgb": "ToRGB"}[own]  # fmt: skip
        kernel = state[f"{name}.conv.weight"][0].permute(2, 3, 1, 0).numpy()  # HWIO
        if own == "conv0":
            kernel = kernel[::-1, ::-1]
        at = f"{side}x{side}/{theirs}"
        synthesis += [
            (f"{at}/weight", np.ascontiguousarray(kernel)),
            (f"{at}/mod_weight", state[f"{name}.conv.modulation.weight"].T.contiguous().numpy()),
            (f"{at}/mod_bias", state[f"{name}.conv.modulation.bias"].numpy() - 1),
        ]
        if own == "torgb":
            synthesis.append((f"{at}/bias", state[f"{name}.bias"].reshape(3).numpy()))
        else:
            synthesis.append((f"{at}/bias", state[f"{name}.activate.bias"].numpy()))
            strength = np.float32(state[f"{name}.noise.weight"].item())
            synthesis.append((f"{at}/noise_strength", strength))
    mapping = []
    for index in range(DEPTH):
        mapping += [
            (f"Dense{index}/weight", state[f"style.{index + 1}.weight"].T.contiguous().numpy()),
            (f"Dense{index}/bias", state[f"style.{index + 1}.bias"].numpy()),
        ]
    with pretended(dnnlib__tflib={}, dnnlib__tflib__network={"Network": Network}):
        whole = Network(
            [("dlatent_avg", np.arange(WIDTH, dtype=np.float32) / 10)],
            {"mapping": Network(mapping), "synthesis": Network(synthesis)},
        )
        path.write_bytes(pickle.dumps((Network(), Network(), whole)))
    return path
