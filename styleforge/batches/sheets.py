"""Contact sheets of a batch: identity and result of every row that has one."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from styleforge.batches.thumbnails import found, small
from styleforge.display.sheets import INK, LABEL, PAD, PAPER

if TYPE_CHECKING:
    from styleforge.batches.manifest import Outcome
    from styleforge.pack.models import Models

ACROSS, DOWN, CELL = 4, 15, 224  # pairs beside and below each other, pixels of a picture
_LETTERS = 48  # that have room above a pair


def sheets(
    outcomes: Sequence[Outcome], folder: Path, models: Models | None
) -> Iterator[tuple[str, Image.Image]]:
    """Sheets of 60 pairs, by file name.

    Args:
        outcomes: what became of each row.
        folder: of the results.
        models: that know the gallery of ``gallery:NAME``.

    Example:
        >>> list(sheets([], Path("out"), None))
        []
    """
    there = [one for one in outcomes if one.file and (folder / one.file).is_file()]
    each = ACROSS * DOWN
    parts = [there[at : at + each] for at in range(0, len(there), each)]
    for number, part in enumerate(parts, 1):
        name = "sheet.jpg" if len(parts) == 1 else f"sheet-{number:02}.jpg"
        yield name, _sheet(part, folder, models)


def _sheet(part: Sequence[Outcome], folder: Path, models: Models | None) -> Image.Image:
    from PIL import ImageDraw, ImageFont

    across = min(ACROSS, len(part))
    rows = [part[at : at + across] for at in range(0, len(part), across)]
    pictures = [[_pair(one, folder, models) for one in row] for row in rows]
    heights = [LABEL + max(two.height for pair in row for two in pair) + PAD for row in pictures]
    wide = 2 * CELL + 3 * PAD
    page = Image.new("RGB", (across * wide + PAD, sum(heights) + PAD), PAPER)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(size=15)
    top = PAD
    for row, pairs, height in zip(rows, pictures, heights, strict=True):
        for column, (one, pair) in enumerate(zip(row, pairs, strict=True)):
            left = PAD + column * wide
            draw.text((left + 2, top + 3), _label(one.name), fill=INK, font=font)
            for place, picture in enumerate(pair):
                page.paste(picture, (left + place * (CELL + PAD // 2), top + LABEL))
        top += height
    return page


def _pair(one: Outcome, folder: Path, models: Models | None) -> tuple[Image.Image, Image.Image]:
    """Identity and result, small; a grey place where one cannot be read."""
    try:
        before = small(found(one.asked.get("identity", ""), folder, models), CELL)
    except Exception:  # whatever is wrong with it
        before = None
    after = small(folder / one.file, CELL)
    grey = Image.new("RGB", (CELL, CELL), (235, 237, 240))
    return before or grey, after or grey


def _label(text: str) -> str:
    """As much of a name as has room above a pair."""
    return textwrap.shorten(text, _LETTERS, placeholder="...") if " " in text else text[:_LETTERS]
