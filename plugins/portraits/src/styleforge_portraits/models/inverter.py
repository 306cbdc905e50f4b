"""The inverter: a picture to the W+ that renders it.

The pack's W is linear in a person's measures and has few directions (``training.basis``), so an
inverter is a network that reads measures: it says where a person lies along each direction, and
the same w stands in all rows. What a picture has beyond that is left to the optimization.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from torch import Tensor, nn
from torch.nn import functional

from styleforge_portraits.models.blocks import Block
from styleforge_portraits.models.latent import WIDTH
from styleforge_portraits.models.regions import resize

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDE = 128  # pixels the network works at
WIDTHS = (32, 72, 128, 192, 256)  # channels at 64, 32, 16, 8 and 4 px
PLACED = 96  # channels that are read by place, at 4 px
INNER = 640


class InverterNet(nn.Module):
    """Picture to W+; satisfies ``styleforge.pack.protocols.Inverter``.

    Args:
        span: orthonormal rows ``(rank, 512)``, the directions that a w may have.
        rows: rows of W+.

    Example:
        >>> network = InverterNet(torch.eye(90, 512), rows=14).eval()
        >>> network(torch.zeros(1, 3, 256, 256)).shape
        torch.Size([1, 14, 512])
    """

    span: Tensor

    def __init__(self, span: Tensor, rows: int, widths: Sequence[int] = WIDTHS) -> None:
        super().__init__()
        self.register_buffer("span", span.clone())
        self.rows = rows
        self.gain = (WIDTH / len(span)) ** 0.5  # deviation of a coordinate of W
        blocks = []
        inputs = 3 * 2**2
        for level, width in enumerate(widths):
            blocks.append(Block(inputs, width, 1 if level == 0 else 2))
            inputs = width
        self.trunk = nn.Sequential(*blocks)
        self.squeeze = nn.Conv2d(inputs, PLACED, 1)
        side = SIDE // 2 ** len(widths)
        self.first = nn.Linear(PLACED * side**2, INNER)
        self.last = nn.Linear(INNER, len(span))

    def read(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to coordinates ``(N, rank)`` along the directions of W."""
        image = resize(image, SIDE, SIDE)
        maps = self.trunk(functional.pixel_unshuffle(image, 2))  # (N, 256, 4, 4)
        maps = functional.gelu(self.squeeze(maps))  # (N, PLACED, 4, 4)
        inner = functional.gelu(self.first(maps.flatten(1)))  # (N, INNER)
        out: Tensor = self.last(inner).float() * self.gain
        return out

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to W+ ``(N, rows, 512)``."""
        w = self.read(image) @ self.span  # (N, 512)
        return w[:, None].repeat(1, self.rows, 1)
