"""A grid of pictures with labelled rows and columns, as one picture. Nothing is cropped."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from styleforge.display.sheets import INK, PAD, PAPER

SIDE = 384  # pixels of the longer side of a cell's picture
SIZE = 18  # of the labels' letters
LINE = 24
MOST = 16_000  # pixels of the longer side of the whole
MUTED = (110, 116, 124)
EMPTY = (235, 237, 240)


def grid(
    cells: Sequence[Sequence[Image.Image | None]],
    columns: Sequence[str],
    rows: Sequence[str] = (),
    *,
    title: str = "",
    side: int = SIDE,
) -> Image.Image:
    """Lay out rows of pictures, with a label above each column and beside each row.

    Args:
        cells: rows of pictures; a grey place where there is None.
        columns: what stands above each column.
        rows: what stands beside each row; nothing where it is empty.
        title: stands above it all.
        side: pixels of the longer side of a picture; less where the whole would be too large.

    Example:
        >>> from PIL import Image
        >>> wide, tall = Image.new("RGB", (64, 32)), Image.new("RGB", (32, 64))
        >>> grid([[wide, tall]], ["0", "1"], side=64).size
        (152, 106)
    """
    across, down = len(columns), len(cells)
    side = max(16, min(side, MOST // max(across, down) - PAD))
    shown = [[_fitted(one, side) for one in row] for row in cells]
    pictures = [one for row in shown for one in row if one is not None]
    width = max((one.width for one in pictures), default=side)
    height = max((one.height for one in pictures), default=side)
    font, beside = ImageFont.load_default(size=SIZE), 0
    heads = [_lines(label, width) for label in columns]
    sides = [_lines(label, 10 * SIZE) for label in rows]
    if sides:
        beside = PAD + max(int(font.getlength(line)) for lines in sides for line in lines or [""])
    whole = PAD + beside + across * (width + PAD)
    top = PAD + LINE * len(_lines(title, whole))
    head = LINE * max((len(lines) for lines in heads), default=0) + (2 if heads else 0)
    page = Image.new("RGB", (whole, top + head + down * (height + PAD)), PAPER)
    draw = ImageDraw.Draw(page)
    _write(draw, (PAD, PAD // 2), _lines(title, whole), font, MUTED)
    for column, lines in enumerate(heads):
        left = PAD + beside + column * (width + PAD)
        _write(draw, (left, top + head - 2 - LINE * len(lines)), lines, font, INK)
    for number, row in enumerate(shown):
        y = top + head + number * (height + PAD)
        if sides:
            middle = y + (height - LINE * len(sides[number])) // 2
            _write(draw, (PAD, middle), sides[number], font, INK)
        for column, picture in enumerate(row):
            x = PAD + beside + column * (width + PAD)
            if picture is None:
                draw.rectangle((x, y, x + width - 1, y + height - 1), fill=EMPTY)
            else:
                at = (x + (width - picture.width) // 2, y + (height - picture.height) // 2)
                page.paste(picture, at)
    return page


def _fitted(picture: Image.Image | None, side: int) -> Image.Image | None:
    """A whole picture whose longer side has so many pixels."""
    if picture is None:
        return None
    scale = side / max(picture.size)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def _lines(text: str, width: int) -> list[str]:
    """A label in lines of about a width in pixels."""
    return textwrap.wrap(text, max(4, int(width / (0.55 * SIZE)))) if text else []


def _write(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    lines: Sequence[str],
    font: ImageFont.FreeTypeFont | ImageFont.ImageFont,
    colour: tuple[int, int, int],
) -> None:
    x, y = at
    for number, line in enumerate(lines):
        draw.text((x, y + number * LINE), line, fill=colour, font=font)
