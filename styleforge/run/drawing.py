"""Draws the picture that the losses see, and pulls gradients of it back to latent and noise maps.

A generator that keeps a `Recording` pulls all cotangents back at once. Any other one is left to
autograd, one cotangent at a time; that is the reference, to which a law holds the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

import torch

from styleforge.prepare.pixels import shrink, shrink_back

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack import protocols
    from styleforge.pack.recording import Recording

Parameters = Mapping[str, tuple["Tensor", ...]]  # one latent, many noise maps
Found = Mapping[str, Sequence["Tensor | None"]]  # gradients, None where there is none
Draw = Callable[[Parameters], "Drawing"]


class Drawing(Protocol):
    """A picture, and the way back from it.

    Example:
        >>> latent = torch.ones(1, 1, 2, requires_grad=True)
        >>> picture = latent.sum().reshape(1, 1, 1, 1)
        >>> drawing: Drawing = Graph(picture, {"latent": (latent,), "noise": ()})
        >>> drawing.picture
        tensor([[[[2.]]]])
    """

    picture: Tensor

    def pull_back(
        self, cotangents: Sequence[Tensor], wanted: Sequence[Sequence[str]]
    ) -> list[Found]:
        """Gradients of the parameters that are wanted, for each cotangent of the picture."""
        ...


def draw(
    generator: protocols.Generator, size: int, parameters: Parameters, *, stop: int | None = None
) -> Drawing:
    """The picture ``(N, 3, h, w)`` of a latent and noise maps, reduced to ``size`` by box mean.

    Args:
        generator: of the pack.
        size: the width that the losses see; wider pictures are reduced to it.
        parameters: ``latent``, W+ ``(N, rows, width)``, and ``noise``, all noise maps; those that
            move require gradients.
        stop: the generator's resolution whose skip image is drawn instead of the whole picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> generator = toy_models.generator()
        >>> noise = tuple(torch.zeros(1, 1, *shape) for shape in generator.noise_shapes)
        >>> latent = torch.zeros(1, generator.rows, generator.width, requires_grad=True)
        >>> drawing = draw(generator, 16, {"latent": (latent,), "noise": noise})
        >>> (found,) = drawing.pull_back([torch.ones(1, 3, 16, 16)], [("latent",)])
        >>> found["latent"][0].shape
        torch.Size([1, 8, 8])
    """
    (latent,), noise = parameters["latent"], parameters["noise"]
    record = getattr(generator, "record", None)
    further = {} if stop is None else {"size": stop}
    still = latent.detach(), [one.detach() for one in noise]
    recording = record(*still, **further) if record else None
    if recording is not None:
        return Recorded(recording, size)
    with torch.enable_grad():
        return Graph(shrink(generator.synthesize(latent, noise), size), parameters)


class Graph:
    """A picture and autograd's graph of it.

    Example:
        >>> latent = torch.ones(1, 1, 2, requires_grad=True)
        >>> graph = Graph(2 * latent.sum().reshape(1, 1, 1, 1), {"latent": (latent,), "noise": ()})
        >>> graph.pull_back([torch.ones(1, 1, 1, 1)], [("latent",)])
        [{'latent': (tensor([[[2., 2.]]]),)}]
    """

    def __init__(self, picture: Tensor, parameters: Parameters) -> None:
        self._graph = picture
        self._parameters = parameters
        self.picture = picture.detach()

    def pull_back(
        self, cotangents: Sequence[Tensor], wanted: Sequence[Sequence[str]]
    ) -> list[Found]:
        """As `Drawing.pull_back`; the graph is freed by the last cotangent."""
        found: list[Found] = []
        for index, (cotangent, names) in enumerate(zip(cotangents, wanted, strict=True)):
            inputs = [one for name in names for one in self._parameters[name]]
            last = index == len(cotangents) - 1
            gradients = iter(
                torch.autograd.grad(
                    self._graph, inputs, cotangent, retain_graph=not last, allow_unused=True
                )
            )
            found.append(
                {name: tuple(next(gradients) for _ in self._parameters[name]) for name in names}
            )
        return found


class Recorded:
    """A picture that a generator recorded.

    Example:
        >>> from styleforge.models.stylegan2 import Generator
        >>> small = Generator(16, width=8, mapping_layers=2, channels={4: 8, 8: 8, 16: 4})
        >>> small = small.requires_grad_(False)
        >>> recording = small.record(torch.zeros(1, 6, 8), small.random_noise())
        >>> drawing = Recorded(recording, 8)
        >>> (found,) = drawing.pull_back([torch.ones(1, 3, 8, 8)], [("latent", "noise")])
        >>> found["latent"][0].shape, len(found["noise"])
        (torch.Size([1, 6, 8]), 5)
    """

    def __init__(self, recording: Recording, size: int) -> None:
        self._recording = recording
        self.picture = shrink(recording.picture, size)

    def pull_back(
        self, cotangents: Sequence[Tensor], wanted: Sequence[Sequence[str]]
    ) -> list[Found]:
        """As `Drawing.pull_back`, all at once."""
        if not cotangents:
            return []
        small = torch.stack([*cotangents])  # (K, N, 3, h, w)
        height, width = self._recording.picture.shape[2:]
        whole = shrink_back(small.flatten(0, 1), (height, width))  # (K N, 3, H, W)
        stacked = whole.view(*small.shape[:2], *whole.shape[1:])
        noisy = [index for index, names in enumerate(wanted) if "noise" in names]
        latent, noise = self._recording.pull_back(stacked, noisy)
        found: list[Found] = []
        for index, names in enumerate(wanted):
            mine: dict[str, Sequence[Tensor | None]] = {}
            if "latent" in names:
                mine["latent"] = (latent[index],)
            if "noise" in names:
                mine["noise"] = tuple(one[noisy.index(index)] for one in noise)
            found.append(mine)
        return found
