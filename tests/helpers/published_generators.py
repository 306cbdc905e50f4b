"""StyleGAN2 checkpoints in the published layouts, with random weights, and what they draw.

`draw` is the network of the paper (equations 1 to 3, one sample at a time), written by rosinality's
names, so that a reader's renaming is compared with something that does not go through it.
"""

from __future__ import annotations

import contextlib
import math
import pickle
import sys
import types

import numpy as np
import torch
from torch.nn import functional

WIDTH, DEPTH = 8, 3
CHANNELS = {4: 12, 8: 10, 16: 6}
CONSTANT = SQUARE = (4, 4)  # (h, w) of what the first layer begins with
KERNEL = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])) / 64


def rosinality_state(seed=0, *, noises=True):
    """The state dict of a generator of 16 px."""
    torch.manual_seed(seed)
    state = {}
    for index in range(DEPTH):
        state[f"style.{index + 1}.weight"] = torch.randn(WIDTH, WIDTH) * 100
        state[f"style.{index + 1}.bias"] = torch.randn(WIDTH) * 10
    state["input.input"] = torch.randn(1, CHANNELS[4], *CONSTANT)
    layer(state, "conv1", CHANNELS[4], CHANNELS[4])
    colour(state, "to_rgb1", CHANNELS[4])
    before = CHANNELS[4]
    for level, width in enumerate(list(CHANNELS.values())[1:]):
        layer(state, f"convs.{2 * level}", before, width)
        state[f"convs.{2 * level}.conv.blur.kernel"] = KERNEL * 4
        layer(state, f"convs.{2 * level + 1}", width, width)
        colour(state, f"to_rgbs.{level}", width)
        state[f"to_rgbs.{level}.upsample.kernel"] = KERNEL * 4
        before = width
    if noises:
        sides = [4, *(side for side in list(CHANNELS)[1:] for _ in range(2))]
        for index, side in enumerate(sides):
            shape = (side // 4 * CONSTANT[0], side // 4 * CONSTANT[1])
            state[f"noises.noise_{index}"] = torch.randn(1, 1, *shape)
    return state


def layer(state, name, inputs, outputs):
    state[f"{name}.conv.weight"] = torch.randn(1, outputs, inputs, 3, 3)
    state[f"{name}.conv.modulation.weight"] = torch.randn(inputs, WIDTH)
    state[f"{name}.conv.modulation.bias"] = 1 + torch.randn(inputs) / 4
    state[f"{name}.noise.weight"] = torch.randn(1)
    state[f"{name}.activate.bias"] = torch.randn(outputs)


def colour(state, name, inputs):
    state[f"{name}.conv.weight"] = torch.randn(1, 3, inputs, 1, 1)
    state[f"{name}.conv.modulation.weight"] = torch.randn(inputs, WIDTH)
    state[f"{name}.conv.modulation.bias"] = 1 + torch.randn(inputs) / 4
    state[f"{name}.bias"] = torch.randn(1, 3, 1, 1)


# --- what it draws --------------------------------------------------------------------------
def map_z(state, z):
    w = z / (z.square().mean(1, keepdim=True) + 1e-8).sqrt()
    for index in range(DEPTH):
        weight, bias = state[f"style.{index + 1}.weight"], state[f"style.{index + 1}.bias"]
        w = w @ weight.T * (0.01 / math.sqrt(WIDTH)) + bias * 0.01
        w = functional.leaky_relu(w, 0.2) * math.sqrt(2)
    return w


def modulated(state, name, maps, row, *, demodulate, up=False):
    weight = state[f"{name}.conv.weight"][0]
    style = row @ state[f"{name}.conv.modulation.weight"].T / math.sqrt(WIDTH)
    style = style + state[f"{name}.conv.modulation.bias"]
    outputs = []
    for one, scale in zip(maps, style, strict=True):
        own = weight * scale[None, :, None, None] / math.sqrt(weight[0].numel())
        if demodulate:
            own = own / (own.square().sum((1, 2, 3), keepdim=True) + 1e-8).sqrt()
        if up:
            out = functional.conv_transpose2d(one[None], own.transpose(0, 1), stride=2)
            outputs.append(filtered(out, 1))
        else:
            outputs.append(functional.conv2d(one[None], own, padding=own.shape[-1] // 2))
    return torch.cat(outputs)


def filtered(maps, left, right=1):
    maps = functional.pad(maps, (left, right, left, right))
    count = maps.shape[1]
    return functional.conv2d(maps, (KERNEL * 4).expand(count, 1, 4, 4), groups=count)


def enlarged(image):
    spread = image.new_zeros(*image.shape[:2], 2 * image.shape[2], 2 * image.shape[3])
    spread[:, :, ::2, ::2] = image
    return filtered(spread, 2)


def draw(state, wplus, noise, clamp=None):
    """W+ ``(N, rows, WIDTH)`` and noise maps to pictures."""

    def held(maps):
        return maps if clamp is None else maps.clamp(-clamp, clamp)

    def styled(name, maps, row, noise, *, up=False):
        maps = modulated(state, name, maps, wplus[:, row], demodulate=True, up=up)
        maps = maps + state[f"{name}.noise.weight"] * noise
        maps = maps + state[f"{name}.activate.bias"][:, None, None]
        return held(functional.leaky_relu(maps, 0.2) * math.sqrt(2))

    def coloured(name, maps, row):
        found = modulated(state, name, maps, wplus[:, row], demodulate=False)
        return held(found + state[f"{name}.bias"])

    maps = state["input.input"].expand(len(wplus), -1, -1, -1)
    maps = styled("conv1", maps, 0, noise[0])
    image = coloured("to_rgb1", maps, 1)
    for level in range(len(CHANNELS) - 1):
        first = 2 * level
        maps = styled(f"convs.{first}", maps, first + 1, noise[first + 1], up=True)
        maps = styled(f"convs.{first + 1}", maps, first + 2, noise[first + 2])
        image = enlarged(image) + coloured(f"to_rgbs.{level}", maps, first + 3)
    return image


def noises(state):
    return [state[f"noises.noise_{index}"] for index in range(2 * len(CHANNELS) - 1)]


# --- the files ------------------------------------------------------------------------------
def write_rosinality(path, state, **beside):
    torch.save({"g_ema": state} | beside, path)
    return path


def sides_of(state):
    """rosinality's name of a layer to its side and NVIDIA's name."""
    yield "conv1", 4, "conv1"
    yield "to_rgb1", 4, "torgb"
    for level, side in enumerate(list(CHANNELS)[1:]):
        yield f"convs.{2 * level}", side, "conv0"
        yield f"convs.{2 * level + 1}", side, "conv1"
        yield f"to_rgbs.{level}", side, "torgb"


def maps_of(state):
    """The number of each noise map by rosinality's name of its layer."""
    names = ["conv1", *(f"convs.{index}" for index in range(2 * len(CHANNELS) - 2))]
    return {name: state[f"noises.noise_{index}"] for index, name in enumerate(names)}


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
