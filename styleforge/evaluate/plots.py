"""A score by difficulty as SVG: a point with its interval for each method and level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from styleforge.evaluate.cells import number

if TYPE_CHECKING:
    from styleforge.evaluate.report import Report
    from styleforge.evaluate.statistics import Mean

WIDTH, HEIGHT = 320, 180
LEFT, RIGHT, TOP, BOTTOM = 46, 10, 10, 26  # margins
SPREAD = 0.5  # of the room between levels that the methods' points take
COLOURS = 8  # of the page; a ninth method begins with the first one again, hollow


def plot(report: Report, score: str) -> str:
    """The plot of a score, as an ``<svg>`` whose colours are the page's.

    It is as high as the methods that make something ask for: what makes nothing is left out where
    it lies beyond, since 106 dB of a picture that was not touched would press all others flat.

    Example:
        >>> from styleforge.evaluate.methods import Setting
        >>> from styleforge.evaluate.report import Report
        >>> plot(Report(source="world", setting=Setting("lips", "toy")), "iou")
        '<svg viewBox="0 0 320 180" role="img" aria-label="iou: nothing measured"></svg>'
    """
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
    means = {
        (method, level): mean
        for level in report.levels
        for method, mean in report.means(score, level).items()
    }
    if not means:
        return f'<svg {size} aria-label="{escape(score)}: nothing measured"></svg>'
    made = [one for (method, _), one in means.items() if report.methods[method].made]
    scaled = made or list(means.values())
    ticks = ticks_of(min(one.low for one in scaled), max(one.high for one in scaled))
    low, high = ticks[0], ticks[-1]
    beyond = {key[0] for key, one in means.items() if not low <= one.low <= one.high <= high}
    means = {key: one for key, one in means.items() if key[0] not in beyond}

    def down(value: float) -> float:
        """Where a value stands."""
        return round(TOP + (high - value) / (high - low) * (HEIGHT - TOP - BOTTOM), 1)

    parts = [
        f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{down(tick)}" y2="{down(tick)}"/>'
        f'<text x="{LEFT - 5}" y="{down(tick) + 4}" text-anchor="end">{_tick(tick, ticks)}</text>'
        for tick in ticks
    ]
    room = (WIDTH - LEFT - RIGHT) / len(report.levels)
    for index, level in enumerate(report.levels):
        middle = round(LEFT + room * (index + 0.5), 1)
        parts.append(
            f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">{escape(level)}</text>'
        )
    for number_of, method in enumerate(report.methods):
        offset = (number_of + 0.5) / len(report.methods) - 0.5
        points = [
            (round(LEFT + room * (index + 0.5 + SPREAD * offset), 1), means[method, level])
            for index, level in enumerate(report.levels)
            if (method, level) in means
        ]
        parts.append(_line(points, method, kind_of(number_of), down))
    said = "; ".join(
        f"{method}, {level}: {number(mean.mean)}" for (method, level), mean in means.items()
    )
    return f'<svg {size} aria-label="{escape(score)}. {escape(said)}">{"".join(parts)}</svg>'


def kind_of(number_of: int) -> str:
    """The class of a method's points: a colour, and ``again`` where all colours were taken.

    Example:
        >>> kind_of(2), kind_of(10)
        ('s2', 's2 again')
    """
    turn, colour = divmod(number_of, COLOURS)
    return f"s{colour} again" if turn % 2 else f"s{colour}"


def ticks_of(low: float, high: float, most: int = 5) -> list[float]:
    """Round values that hold a range: steps of 1, 2 or 5 times a power of ten.

    Example:
        >>> ticks_of(0.61, 0.93)
        [0.6, 0.7, 0.8, 0.9, 1.0]
    """
    if high <= low:
        room = abs(low) * 0.1 or 1.0
        low, high = low - room, high + room
    rough = (high - low) / (most - 1)
    power = 10 ** np.floor(np.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first, last = np.floor(low / step + 1e-9), np.ceil(high / step - 1e-9)
    return [float(round(one * step, 12)) for one in np.arange(first, last + 1)]


def _tick(value: float, ticks: Sequence[float]) -> str:
    """A tick with as many digits as tell it from its neighbours."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    digits = max(0, int(np.ceil(-np.log10(step) - 1e-9)))
    return f"{value:.{digits}f}"


def _line(
    points: Sequence[tuple[float, Mean]], method: str, kind: str, down: Callable[[float], float]
) -> str:
    """The points of a method, joined, each with its interval and what it says."""
    if not points:
        return ""
    joined = " ".join(f"{x},{down(mean.mean)}" for x, mean in points)
    found = [f'<polyline class="{kind}" points="{joined}"/>']
    for x, mean in points:
        told = f"{method}: {number(mean.mean)} [{number(mean.low)}, {number(mean.high)}]"
        found.append(
            f'<g class="{kind}"><title>{escape(told)}, n = {mean.count}</title>'
            f'<line x1="{x}" x2="{x}" y1="{down(mean.low)}" y2="{down(mean.high)}"/>'
            f'<circle cx="{x}" cy="{down(mean.mean)}" r="3.5"/></g>'
        )
    return "".join(found)
