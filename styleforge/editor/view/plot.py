"""Curves as a small SVG, with the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from styleforge.editor.state import Curve

WIDTH, HEIGHT = 300, 84
COLOURS = ("#0b63c5", "#b3540a", "#1a7f47", "#8a3ab9", "#b5304e", "#50707c")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2", "10 4")  # lines differ without their colours


def plot(title: str, curves: Mapping[str, Curve], *, low: float, high: float) -> str:
    """Curves between ``low`` and ``high`` as HTML: a picture, and a legend with the last values."""
    drawn = {name: curve for name, curve in curves.items() if curve.values}
    if not drawn:
        return ""
    last = max(curve.steps[-1] for curve in drawn.values())
    first = min(curve.steps[0] for curve in drawn.values())

    def point(step: int, value: float) -> str:
        x = (step - first) / max(1, last - first) * WIDTH
        y = HEIGHT - (min(high, max(low, value)) - low) / (high - low) * HEIGHT
        return f"{x:.1f},{y:.1f}"

    lines, legend, said = [], [], []
    for index, (name, curve) in enumerate(drawn.items()):
        colour, dash = (
            COLOURS[index % len(COLOURS)],
            DASHES[(index + index // len(DASHES)) % len(DASHES)],
        )
        points = " ".join(map(point, curve.steps, curve.values))
        pen = f'stroke="{colour}" stroke-dasharray="{dash}"'
        lines.append(f'<polyline points="{points}" {pen}/>')
        sample = f'<svg class="sf-sample" viewBox="0 0 22 4"><path d="M0 2h22" {pen}/></svg>'
        value = f"{curve.values[-1]:.2f}"
        legend.append(f"<li>{sample}{escape(name)} <b>{value}</b></li>")
        said.append(f"{name} {value}")
    zero = HEIGHT - (0 - low) / (high - low) * HEIGHT
    words = escape(f"{title}, step {last}: {', '.join(said)}", quote=True)
    return (
        f'<figure class="sf-plot"><figcaption>{escape(title)}</figcaption>'
        f'<svg role="img" aria-label="{words}" viewBox="0 -2 {WIDTH} {HEIGHT + 4}" '
        f'preserveAspectRatio="none"><path class="sf-zero" d="M0 {zero:.1f}h{WIDTH}"/>'
        f"{''.join(lines)}</svg><ul>{''.join(legend)}</ul></figure>"
    )


def loss_plot(losses: Mapping[str, Curve]) -> str:
    """Losses, each as a share of its first value."""
    shares = {
        name: Curve(curve.steps, tuple(value / curve.values[0] for value in curve.values))
        for name, curve in losses.items()
        if curve.values and curve.values[0] > 0
    }
    return plot("Losses, as a share of where they began", shares, low=0.0, high=1.2)


def cosine_plot(cosines: Mapping[str, Curve]) -> str:
    """The cosine between gradients that conflict, before a rule resolves it."""
    return plot("Conflict of gradients (cosine, below 0 they conflict)", cosines, low=-1, high=1)
