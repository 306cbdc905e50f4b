"""StyleGAN2 checkpoints in the published layouts, with random weights, and what they draw.

`draw` is the network of the paper (equations 1 to 3, one sample at a time), written by rosinality's
names, so that a reader's renaming is compared with something that does not go through it.
"""

from __future__ import annotations

import math

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
