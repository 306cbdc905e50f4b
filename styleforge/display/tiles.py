"""Tiles that stand for what is no picture: a colour, words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import torch
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from styleforge.display.sheets import INK, PAPER
from styleforge.prepare.images import to_tensor

SIDE = 256
_LETTERS = 22  # in a line of words


def flat(rgb: Sequence[float]) -> Tensor:
    """A tile ``(1, 3, 256, 256)`` of one colour, whose red, green and blue are in [-1, 1].

    Example:
        >>> flat((1.0, -1.0, -1.0)).shape
        torch.Size([1, 3, 256, 256])
    """
    return torch.tensor(rgb)[None, :, None, None].expand(1, 3, SIDE, SIDE)


def written(text: str) -> Tensor:
    """Words on paper, ``(1, 3, 256, 256)`` in [-1, 1]; what has no room is left out.

    Example:
        >>> written("long and wavy").shape
        torch.Size([1, 3, 256, 256])
    """
    page = Image.new("RGB", (SIDE, SIDE), PAPER)
    lines = textwrap.wrap(text, _LETTERS, max_lines=7, placeholder=" ...")
    ImageDraw.Draw(page).multiline_text(
        (SIDE / 2, SIDE / 2), "\n".join(lines), INK, ImageFont.load_default(size=20),
        anchor="mm", align="center", spacing=8,
    )  # fmt: skip
    return to_tensor(page)
