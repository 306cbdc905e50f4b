"""Sheets: rows of labelled pictures, for demos, benchmarks and documents."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from styleforge.prepare.images import to_picture

PAD, LABEL = 8, 26
PAPER, INK = (255, 255, 255), (34, 34, 40)


def sheet(rows: Sequence[Sequence[tuple[str, Tensor]]], *, width: int = 256) -> Image.Image:
    """Lay out rows of (label, picture ``(1, 3, H, W)``); labels stand above the pictures.

    Example:
        >>> import torch
        >>> sheet([[("one", torch.zeros(1, 3, 32, 32)), ("two", torch.zeros(1, 3, 32, 32))]]).size
        (536, 298)
    """
    font = ImageFont.load_default(size=15)
    cells = [[(label, _scaled(image, width)) for label, image in row] for row in rows]
    heights = [
        max(picture.height for _, picture in row) + (LABEL if any(label for label, _ in row) else 0)
        for row in cells
    ]
    total = PAD + max(len(row) for row in cells) * (width + PAD)
    page = Image.new("RGB", (total, PAD + sum(height + PAD for height in heights)), PAPER)
    draw = ImageDraw.Draw(page)
    top = PAD
    for row, height in zip(cells, heights, strict=True):
        labelled = any(label for label, _ in row)
        for column, (label, picture) in enumerate(row):
            left = PAD + column * (width + PAD)
            if label:
                draw.text((left + 2, top + 3), label, fill=INK, font=font)
            page.paste(picture, (left, top + (LABEL if labelled else 0)))
        top += height + PAD
    return page


def _scaled(image: Tensor, width: int) -> Image.Image:
    picture = to_picture(image)
    if picture.width == width:
        return picture
    height = round(picture.height * width / picture.width)
    return picture.resize((width, height), Image.Resampling.LANCZOS)
