"""What keeps a stream of steps small enough to look at: a throttle, a mean, thinned curves."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from styleforge.editor.state import Curve

POINTS = 128  # of a curve that is plotted
NEWEST = 10  # steps whose mean time says how long the next ones take


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
    """The mean of the seconds that the newest steps took.

    A stage's first step is left out: it reads the references, too, and takes many times as long as
    those that follow. Until its second step is done, the stage before says how long a step takes.
    """

    clock: Callable[[], float] = time.monotonic
    mean: float | None = None
    _last: float | None = None
    _newest: deque[float] = field(default_factory=lambda: deque(maxlen=NEWEST))

    def restart(self) -> None:
        """A new stage: its steps take another time."""
        self._last = None
        self._newest.clear()

    def step(self) -> None:
        """A step is done."""
        now = self.clock()
        if self._last is not None:
            self._newest.append(now - self._last)
            self.mean = sum(self._newest) / len(self._newest)
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
