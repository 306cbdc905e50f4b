"""The fine detail of a picture as noise maps: what the generator's noise may carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from styleforge.losses.noise import normalize_noise

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

CARRIED_FROM = 64  # px: noise maps from here on carry detail, the smaller ones chance
WINDOW = 5  # pixels of the map whose mean is taken away
# What the two maps of a resolution see of (red, green, blue): warm against cool, then grey. The
# second one reaches the picture most directly, and grey is what strands are made of.
VIEWS = ((0.5, 0.0, -0.5), (1 / 3, 1 / 3, 1 / 3))


def detail_maps(image: Tensor, shapes: Sequence[tuple[int, int]]) -> list[Tensor | None]:
    """The noise maps ``(N, 1, h, w)`` that stand for a picture's detail; linear in the picture.

    Each holds the difference of the picture at its own resolution to a local mean. ``None`` where a
    map carries nothing: below ``CARRIED_FROM`` and beyond the picture's own size.

    Args:
        image: pictures ``(N, 3, H, W)`` in [-1, 1].
        shapes: the generator's ``noise_shapes``, or the first of them.
    """
    found: list[Tensor | None] = []
    for index, (side, _) in enumerate(shapes):
        if not CARRIED_FROM <= side <= image.shape[-1]:
            found.append(None)
            continue
        view = torch.tensor(VIEWS[(index + 1) % 2]).to(image)[None, :, None, None]
        grey = (image * view).sum(1, keepdim=True)
        if side < image.shape[-1]:
            grey = functional.avg_pool2d(grey, image.shape[-1] // side)
        mean = functional.avg_pool2d(grey, WINDOW, 1, WINDOW // 2, count_include_pad=False)
        found.append(grey - mean)
    return found


def carried_noise(image: Tensor, chance: Sequence[Tensor]) -> list[Tensor]:
    """Noise maps at unit variance: a picture's detail, and ``chance`` where that says nothing."""
    fine = detail_maps(image, [(one.shape[-2], one.shape[-1]) for one in chance])
    return [
        b.expand(len(image), -1, -1, -1) if a is None else normalize_noise(a)
        for a, b in zip(fine, chance, strict=True)
    ]


class DetailReader:
    """Reads noise maps off pictures; satisfies ``styleforge.pack.protocols.NoiseReader``."""

    def __init__(self, shapes: Sequence[tuple[int, int]]) -> None:
        self.shapes = tuple(shapes)

    def __call__(self, image: Tensor) -> list[Tensor | None]:
        """Pictures ``(N, 3, H, W)`` to their detail, see `detail_maps`."""
        return detail_maps(image, self.shapes)
