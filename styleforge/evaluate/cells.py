"""Cells of tables: numbers, arrows that tell which way is better, lines of Markdown."""

from __future__ import annotations

from collections.abc import Sequence

ARROWS = {"more": "↑", "less": "↓"}


def number(value: float) -> str:
    """A number with three digits behind the point, fewer where it is large, more where it is small.

    Example:
        >>> number(0.84567), number(26.9591), number(1234.5), number(0.000123)
        ('0.846', '26.96', '1234', '0.00012')
    """
    size = abs(value)
    if 0 < size < 0.005:
        return f"{value:.2g}" if size >= 1e-4 else f"{value:.1e}"
    return f"{value:.0f}" if size >= 1000 else f"{value:.2f}" if size >= 10 else f"{value:.3f}"


def bold(text: str, *, best: bool) -> str:
    """A cell of Markdown, in bold or not.

    Example:
        >>> bold("0.9", best=True)
        '**0.9**'
    """
    return f"**{text}**" if best else text


def line(cells: Sequence[str]) -> str:
    """A row of a table in Markdown.

    Example:
        >>> line(["loho", "0.9"])
        '| loho | 0.9 |'
    """
    return "| " + " | ".join(cells) + " |"


def arrow(better: str) -> str:
    """Which way a score is better, as it stands behind its name.

    Example:
        >>> arrow("more"), arrow("")
        (' ↑', '')
    """
    return f" {ARROWS[better]}" if better in ARROWS else ""
