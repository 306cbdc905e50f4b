"""What keeps a stream of steps small enough to look at: a throttle, a mean, thinned curves."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from styleforge.editor.state import Curve

POINTS = 128  # of a curve that is plotted
WEIGHT = 0.1  # of the newest step in the mean time of a step


@dataclass
class Throttle:
    """Says yes at most ``rate`` times a second."""

    rate: float
    clock: Callable[[], float] = time.monotonic
    _last: float | None = None

    def ready(self) -> bool:
        """Whether enough time has passed since the last yes."""
        now = self.clock()
        if self._last is not None and now - self._last < 1 / self.rate:
            return False
        self._last = now
        return True


@dataclass
class StepTime:
    """The exponential mean of the seconds that a step takes."""

    clock: Callable[[], float] = time.monotonic
    mean: float | None = None
    _last: float | None = None

    def restart(self) -> None:
        """A new stage: its steps take another time."""
        self.mean, self._last = None, self.clock()

    def step(self) -> None:
        """A step is done."""
        now = self.clock()
        if self._last is not None:
            took = now - self._last
            self.mean = took if self.mean is None else self.mean + WEIGHT * (took - self.mean)
        self._last = now

    def left(self, steps: int) -> float | None:
        """Seconds that so many steps will take, None while unknown."""
        return None if self.mean is None else self.mean * steps


@dataclass
class Curves:
    """Values by name over the steps, each thinned to at most `POINTS` points."""

    _points: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    _stride: dict[str, int] = field(default_factory=dict)

    def add(self, step: int, values: Mapping[str, float]) -> None:
        """The values of a step, counted from 1."""
        for name, value in values.items():
            points = self._points.setdefault(name, [])
            stride = self._stride.setdefault(name, 1)
            if points and step - points[-1][0] < stride:
                continue
            points.append((step, float(value)))
            if len(points) > POINTS:
                del points[1::2]
                self._stride[name] = 2 * stride

    def curves(self) -> dict[str, Curve]:
        """All curves by name."""
        return {
            name: Curve(tuple(step for step, _ in points), tuple(value for _, value in points))
            for name, points in self._points.items()
        }
