"""Run, stop, and how far it is."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.controls import button, column, row, words
from styleforge.editor.view.plot import cosine_plot, loss_plot
from styleforge.editor.view.wiring import Wiring, put, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from styleforge.editor.state import Curve, Progress, Snapshot


class Running:
    """Buttons to run and stop, progress with the time left, losses and the conflict."""

    def __init__(self, wiring: Wiring) -> None:
        session = wiring.session
        hint = "Run what the controls say (Ctrl+Enter)"
        self.run = button("Run", hint, icon="play", kind="primary")
        wiring.on_click(self.run, session.run)
        self.stop = button("Stop", "Stop, and keep the best so far (Ctrl+.)", icon="stop")
        wiring.on_click(self.stop, session.stop)
        self.bar = widgets.FloatProgress(min=0.0, max=1.0, tooltip="How much of the run is done")
        self.bar.add_class("sf-progress")
        self._said = words("", "progress-words")
        self._missing = words("", "missing")
        self.widget = column(
            row(self.run, self.stop, column(self.bar, self._said, kind="progress-box"), kind="run"),
            self._missing,
            kind="running",
        )
        self._losses, self._cosines = words("", "figure"), words("", "figure")
        self.plots = column(self._losses, self._cosines, kind="plots")
        self._session = session

    def draw(self, snapshot: Snapshot) -> None:
        """Show the run in progress, or the curves of the result that is shown."""
        progress, candidate = snapshot.progress, snapshot.candidate
        put(self.run, disabled=not snapshot.can_run)
        put(self.stop, disabled=not progress.active)
        missing = "" if snapshot.can_run else " ".join(snapshot.missing)
        put(self._missing, value=escape(missing))
        show(self._missing, bool(missing))
        put(self.bar, value=progress.share if progress.active else 0.0)
        show(self.bar, progress.active)
        put(self._said, value=escape(self._words(snapshot)))
        losses, cosines = progress.losses, progress.cosines
        if not progress.active and candidate is not None:
            losses, cosines = candidate.losses, candidate.cosines
        drawn = loss_plot(self._short(losses)), cosine_plot(self._short(cosines))
        put(self._losses, value=drawn[0])
        put(self._cosines, value=drawn[1])
        show(self.plots, any(drawn))

    def _short(self, curves: Mapping[str, Curve]) -> dict[str, Curve]:
        """Curves by names that people read: without the domain, and in words."""
        domain = f"{self._session.domain.name}."
        return {
            name.replace(domain, "").replace("_", " ").replace("|", " against "): curve
            for name, curve in curves.items()
        }

    def _words(self, snapshot: Snapshot) -> str:
        progress = snapshot.progress
        if progress.active:
            return _progress_words(progress)
        shown = snapshot.candidate
        if shown is None:
            return "" if not snapshot.can_run else "Ready."
        end = {"done": "Done", "stopped": "Stopped, best kept", "failed": "Failed"}[shown.status]
        steps = f" after {shown.steps} steps" if shown.steps else ""
        return f"{end}{steps}, {duration(shown.seconds)}. Accept or discard the result."


def _progress_words(progress: Progress) -> str:
    """The run in progress in a sentence."""
    if progress.status == "preparing":
        return "Preparing the pictures…"
    if progress.status == "stopping":
        return "Stopping after this step; the best so far is kept…"
    waits = f" {progress.queued} waiting." if progress.queued else ""
    if not progress.steps:
        return f"Running…{waits}"
    stage = progress.stage.rpartition(".")[2].replace("_", " ") or "Stage"
    text = (
        f"{stage.capitalize()} ({progress.stage_index + 1} of {progress.stage_count}): "
        f"step {progress.step} of {progress.steps}"
    )
    if progress.stage_left is not None:
        text += f", {duration(progress.stage_left)} left"
    if progress.left is not None and progress.stage_count > 1:
        text += f"; {duration(progress.left)} in all"
    return f"{text}.{waits}"


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
