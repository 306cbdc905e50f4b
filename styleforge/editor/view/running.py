"""Run, stop, and how far it is."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.plot import cosine_plot, loss_plot
from styleforge.editor.view.wiring import Wiring, put, show

if TYPE_CHECKING:
    from collections.abc import Mapping

    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.state import Curve, Progress


class Running:
    """Buttons to run and stop, progress with the time left, losses and the conflict."""

    def __init__(self, wiring: Wiring) -> None:
        session, make = wiring.session, wiring.make
        hint = "Run what the controls say (Ctrl+Enter)"
        self.run = make.button("Run", hint, icon="play", kind="primary")
        wiring.on_click(self.run, session.run)
        self.stop = make.button("Stop", "Stop, and keep the best so far (Ctrl+.)", icon="stop")
        self.stop.add_class("sf-at-once")  # it waits for no control to be heard
        wiring.on_click(self.stop, session.stop)
        self.waits = make.button("Queue", "Show the queue", icon="list", kind="waits")
        self.bar = make.plain(
            widgets.FloatProgress, min=0.0, max=1.0, tooltip="How much of the run is done"
        )
        self.bar.add_class("sf-progress")
        self._said = make.words("", "progress-words")
        self._missing = make.words("", "missing")
        self.widget = make.column(
            make.row(
                self.run,
                self.stop,
                self.waits,
                make.column(self.bar, self._said, kind="progress-box"),
                kind="run",
            ),
            self._missing,
            kind="running",
        )
        self.details = make.switch("Details", "Show the losses of the run", icon="caret-right")
        self.details.add_class("sf-fold")
        wiring.on_change(self.details, lambda _: wiring.redraw())
        self._curves = make.words("", "figure")
        self.plots = make.column(self.details, self._curves, kind="plots")
        self._session = session

    def draw(self, snapshot: Snapshot) -> None:
        """Show the run in progress, or the curves of the result that is shown."""
        progress, candidate = snapshot.progress, snapshot.candidate
        after = "after what is in the queue" if progress.active else "now"
        put(
            self.run,
            disabled=not snapshot.can_run,
            description="Queue" if progress.active else "Run",
            icon="plus" if progress.active else "play",
            tooltip=f"Run what the controls say, {after} (Ctrl+Enter)",
        )
        waiting = [one for one in snapshot.queue if one.state in {"waiting", "hold"}]
        held = any(one.state == "hold" for one in waiting)
        many = sum(one.runs for one in waiting)
        put(self.waits, description=f"{many} {'on hold' if held else 'waiting'}")
        show(self.waits, bool(waiting))
        put(self.stop, disabled=not progress.active)
        missing = "" if snapshot.can_run else " ".join(snapshot.missing)
        put(self._missing, value=escape(missing))
        show(self._missing, bool(missing))
        put(self.bar, value=progress.share if progress.active else 0.0)
        show(self.bar, progress.active)
        said = self._words(snapshot)
        put(self._said, value=escape(said), tooltip=said)  # it may be too long for its place
        losses, cosines = progress.losses, progress.cosines
        if not progress.active and candidate is not None:
            losses, cosines = candidate.losses, candidate.cosines
        drawn = loss_plot(self._short(losses)), cosine_plot(self._short(cosines))
        opened = self.details.value
        put(self.details, icon="caret-down" if opened else "caret-right")
        put(self._curves, value="".join(drawn) if opened else "")
        show(self._curves, opened)
        show(self.plots, any(drawn))

    def _short(self, curves: Mapping[str, Curve]) -> dict[str, Curve]:
        """Curves by names that people read: without the domain, and in words."""
        several = len(self._session.domains) > 1  # then a curve says whose it is
        domain = "" if several else f"{self._session.domain.name}."
        return {
            name.replace(domain, "").replace("_", " ").replace("|", " against "): curve
            for name, curve in curves.items()
        }

    def _words(self, snapshot: Snapshot) -> str:
        progress, preview = snapshot.progress, snapshot.preview
        if progress.active:
            return _progress_words(progress)
        if snapshot.ended == "failed":
            return "The run failed; the message says why."
        held = sum(one.runs for one in snapshot.queue if one.state == "hold")
        if held and snapshot.candidate is None:  # after a reload, before the first result
            return f"{held} on hold: Go on is in the tab Queue."
        if preview.stale:
            return "Making a preview…"
        if snapshot.previewing:
            took = f"A preview, made in {duration(preview.seconds)}."
            return " ".join((took, *preview.notes, "Run refines it."))
        if preview.problem:
            return f"No preview: {preview.problem}"
        shown = snapshot.candidate
        if shown is None:
            return "" if not snapshot.can_run else "Ready."
        end = {"done": "Done", "stopped": "Stopped, best kept", "failed": "Failed"}[shown.status]
        steps = f" after {shown.steps} steps" if shown.steps else ""
        return f"{end}{steps}, {duration(shown.seconds)}. Accept or discard the result."


def _progress_words(progress: Progress) -> str:
    """The run in progress in a sentence."""
    so_far = duration(max(0.0, time.monotonic() - progress.began))
    if progress.status == "stopping":
        return f"Stopping after this step; the best so far is kept… {so_far} so far."
    if progress.status == "preparing" or not progress.steps:
        what = progress.preparing or "Reading what was asked for"
        return f"{what}… {so_far} so far."
    stage = progress.stage.rpartition(".")[2].replace("_", " ") or "Stage"
    text = (
        f"{stage.capitalize()} ({progress.stage_index + 1} of {progress.stage_count}): "
        f"step {progress.step} of {progress.steps}"
    )
    text += f". {so_far} so far"
    if progress.left is not None:
        text += f", {'about ' if progress.left >= 1 else ''}{duration(progress.left)} left"
    return f"{text}."


def duration(seconds: float) -> str:
    """Seconds as a person says them."""
    if seconds < 1:
        return "under 1 s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"
