"""What the readers of StyleGAN2's weights share: sizes read off the weights, and what must fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.models.converted import Converted
from styleforge.models.stylegan2.fir import fir_kernel
from styleforge.models.stylegan2.generator import Generator
from styleforge.models.stylegan2.shapes import SQUARE
from styleforge.models.undrawn import undrawn

SAMPLES = 10_000  # latents behind a mean latent that the file lacks, as StyleGAN2's projector takes


def finished(
    tensors: Mapping[str, Tensor],
    average: Tensor | None,
    strange: Sequence[str] = (),
    *,
    facts: Mapping[str, Any] | None = None,
    notes: Sequence[str] = (),
) -> Converted:
    """Weights by our names, in float32, once they are found to be one whole generator.

    Args:
        tensors: by the names of `Generator`, with ``noise.0`` and so on.
        average: the mean latent ``(width,)``; computed where it is None.
        strange: names in the file that are of no such generator.
        facts: what the layout says beside the weights.
        notes: sentences for the user.

    Raises:
        UserError: weights are missing, are not its own, or do not fit each other.

    Example:
        >>> network = Generator(8, width=8, mapping_layers=2, channels={4: 8, 8: 8})
        >>> finished(network.state_dict(), torch.zeros(8)).notes
        ('The file has no noise maps of its own.',)
    """
    mine = {name: one.detach().float().contiguous() for name, one in tensors.items()}
    said = [*notes]
    found = geometry(mine) | dict(facts or {})
    if average is None:
        mine["w_avg"] = torch.zeros(found["width"])
    else:
        mine["w_avg"] = average.detach().float().contiguous()
    noise = {name: one for name, one in mine.items() if name.startswith("noise.")}
    weights = {name: one for name, one in mine.items() if name not in noise}
    network = empty_generator(found)
    wanted = network.state_dict()
    missing = sorted(wanted.keys() - weights.keys())
    extra = sorted({*strange, *(weights.keys() - wanted.keys())})
    other = [name for name in wanted
             if name in weights and weights[name].shape != wanted[name].shape]  # fmt: skip
    if missing or extra or other:
        raise UserError(
            f"it is no whole StyleGAN2 generator: {len(missing)} of its weights are missing, "
            f"{len(extra)} are not its own and {len(other)} have another shape, such as "
            f"{(missing + extra + other)[0]}"
        )
    network.load_state_dict(weights)
    if average is None:
        mean, _ = network.mean_latent(SAMPLES, torch.Generator().manual_seed(0))
        mine["w_avg"] = mean.contiguous()
        said.append(f"The file has no mean latent; it was computed from {SAMPLES:,} latents.")
    shapes = [(1, 1, *shape) for shape in network.noise_shapes]
    stored = [noise.get(f"noise.{index}") for index in range(len(shapes))]
    whole = all(one is not None and tuple(one.shape) == shape
                for one, shape in zip(stored, shapes, strict=True))  # fmt: skip
    if not whole:
        for name in noise:
            del mine[name]
        said.append("The file has no noise maps of its own.")
    found["noise"] = whole
    return Converted(mine, found, tuple(said))


def geometry(tensors: Mapping[str, Tensor]) -> dict[str, Any]:
    """Size, width, depth and channels of a generator, read off its weights.

    Of pictures that are not square ``size`` is ``[height, width]``, and ``constant`` that of the
    constant.

    Raises:
        UserError: there is no generator in them.

    Example:
        >>> small = Generator(16, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 4})
        >>> geometry(small.state_dict())["channels"]
        {'4': 8, '8': 8, '16': 4}
    """
    channels: dict[str, int] = {}
    side = 4
    while (weight := tensors.get(f"rgbs.{len(channels)}.weight")) is not None:
        if weight.ndim != 4 or weight.shape[0] != 3:
            raise UserError(
                f"its pictures have {weight.shape[0]} channels; 3 were expected (red, green, blue)"
            )
        channels[str(side)] = weight.shape[1]
        side *= 2
    first = tensors.get("mapping.layers.0.weight")
    if len(channels) < 2 or first is None or first.ndim != 2:
        raise UserError("there is no StyleGAN2 generator in it")
    if first.shape[0] != first.shape[1]:
        raise UserError(
            f"its z has {first.shape[1]} numbers and its w {first.shape[0]}; equal ones were "
            "expected (a generator with labels cannot be used)"
        )
    depth = 0
    while f"mapping.layers.{depth}.weight" in tensors:
        depth += 1
    found: dict[str, Any] = {"width": first.shape[1], "depth": depth, "channels": channels}
    constant = tensors.get("constant")
    if constant is None or constant.ndim != 4 or constant.shape[2:] == SQUARE:
        return {"size": side // 2, **found}
    shape = [int(one) for one in constant.shape[2:]]
    return {"size": [side // 8 * one for one in shape], "constant": shape, **found}


def empty_generator(facts: Mapping[str, Any]) -> Generator:
    """A generator of the size and widths that facts say, to be filled with weights.

    Example:
        >>> facts = {"size": 8, "width": 8, "depth": 2, "channels": {"4": 8, "8": 8}}
        >>> empty_generator(facts).rows
        4
    """
    channels = {int(side): int(count) for side, count in facts["channels"].items()}
    height, width = facts.get("constant", SQUARE)
    with undrawn():
        return Generator(
            max(channels),
            int(facts["width"]),
            int(facts["depth"]),
            channels,
            clamp=facts.get("clamp"),
            constant=(int(height), int(width)),
        )


def filled_generator(tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> Generator:
    """A frozen generator with the weights of a `Converted`, its noise maps as ``stored_noise``.

    Example:
        >>> network = Generator(8, width=8, mapping_layers=2, channels={4: 8, 8: 8})
        >>> made = filled_generator(network.state_dict(), geometry(network.state_dict()))
        >>> made.size, made.stored_noise
        ((8, 8), ())
    """
    network = empty_generator(facts)
    network.load_state_dict({n: one for n, one in tensors.items() if not n.startswith("noise.")})
    if facts.get("noise"):
        network.keep_noise([tensors[f"noise.{i}"] for i in range(len(network.noise_shapes))])
    return network.eval().requires_grad_(requires_grad=False)


def check_kernel(kernel: Tensor) -> None:
    """Refuse a generator that resamples with another filter than [1, 3, 3, 1].

    Raises:
        UserError: if it does.

    Example:
        >>> check_kernel(fir_kernel(gain=4.0))
    """
    kernel = kernel.detach().float()
    if kernel.shape != (4, 4) or not torch.allclose(
        kernel / kernel.sum(), fir_kernel().to(kernel), atol=1e-4
    ):
        raise UserError(
            "it resamples with another filter than [1, 3, 3, 1], which StyleGAN2's config F has"
        )
