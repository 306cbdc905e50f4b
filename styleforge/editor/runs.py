"""A session's runs: one at a time, the others wait; results become candidates."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.editor import queue
from styleforge.editor.recipes import check_together, missing
from styleforge.editor.runner import Outcome, Run, curves_of
from styleforge.editor.saving import Saving
from styleforge.editor.saying import about_of, plainly
from styleforge.editor.state import Candidate, Edit, Progress
from styleforge.editor.sweep import filled
from styleforge.errors import UserError
from styleforge.files import write_whole
from styleforge.pack.memory import size_of
from styleforge.run.checkpoint import remove_checkpoint

if TYPE_CHECKING:
    from styleforge.run.result import Result

RESULTS = 16  # kept in memory whole, at most; all are kept as pictures
BYTES = 2**29  # of memory that they take, at most; the newest stays however large
log = logging.getLogger("styleforge.editor")


@dataclass(frozen=True)
class Written:
    """The PNG of a result, and why it is not at its path if it is not."""

    path: Path
    data: bytes
    problem: str = ""


class Runs(Saving):
    """What a session does with runs, on its own thread unless it says otherwise."""

    def _run(self, *, replace: bool = False) -> str:
        found = missing(self._model.edit, self._desk)
        if found:
            raise UserError(" ".join(found))
        if self._model.edit.beside:
            for text in check_together(self._model.edit, self._desk):
                self._model.say("note", text)
        if replace:
            self._drop(self._model.pending)
            self._stop_running()
        run = self._new_run(self._model.edit)
        self._enqueue(run)
        return run.id

    def _new_run(self, edit: Edit, label: str = "", **more: Any) -> Run:
        model, name = self._model, ""
        while not name or self._picture_of(name).exists() or self._checkpoint(name).exists():
            model.runs += 1  # what could not be saved may have used a number already
            name = f"r{model.runs}"
        label = label or f"Result {model.runs}"
        about = about_of(edit, self._desk)
        return Run(
            id=name,
            label=label,
            edit=edit,
            about=about,
            checkpoint=self._checkpoint(name),
            said=model.said,
            **more,
        )

    def _picture_of(self, run_id: str) -> Path:
        return self.folder / "results" / f"{run_id}.png"

    def _checkpoint(self, run_id: str) -> Path:
        return self.folder / "runs" / f"{run_id}.resume"

    def _enqueue(self, *runs: Run) -> None:
        self._claim.check()
        self._model.pending += runs
        self._begin_next()

    def _begin_next(self) -> None:
        """Begin what waits, if nothing runs; the session is on disk before it begins."""
        model = self._model
        waiting = queue.ready(model.pending)
        run = waiting[0] if waiting and model.running is None else None
        if run is not None:
            model.pending = tuple(one for one in model.pending if one is not run)
            run = replace(run, began=time.monotonic())
            model.running, model.ended = run, ""
            model.progress = Progress(
                status="preparing", run=run.id, label=run.label, began=run.began
            )
        self._dirty = True
        self._save_if_changed()
        if run is not None:
            self._runner.start(run)

    def _stop_runs(self) -> None:
        """End what runs; what waits stays, on hold, unless somebody waits for its result."""
        model = self._model
        self._drop(tuple(run for run in model.pending if run.id in self._awaited))
        if model.pending:
            model.pending = queue.held(model.pending)
            self._dirty = True
        self._stop_running()

    def _stop_running(self) -> None:
        model = self._model
        if model.running is not None:
            model.progress = replace(model.progress, status="stopping")
            self._runner.stop()

    def _drop(self, runs: tuple[Run, ...]) -> None:
        """Take runs off the queue."""
        for run in runs:
            self._failures[run.id] = f"{run.label} was taken off the queue before it began."
        if runs:
            self._model.pending = tuple(one for one in self._model.pending if one not in runs)
            self._dirty = True

    def _told_by_run(self, progress: Progress) -> None:
        self._loop.post(self._take_progress, progress)

    def _take_progress(self, progress: Progress) -> None:
        model = self._model
        if model.running is None or model.running.id != progress.run:
            return
        stopping = model.progress.status == "stopping"
        progress = replace(progress, preparing=plainly(progress.preparing, self._desk))
        model.progress = replace(progress, status="stopping") if stopping else progress

    def _ended_by_run(self, outcome: Outcome) -> None:
        """Called in the run's thread: the picture is on disk before anybody hears of it."""
        written = None
        if outcome.result is not None:
            path = self._picture_of(outcome.run.id)
            data = outcome.result.encoded().data
            written = Written(path, data)
            try:
                self._claim.check()
                write_whole(path, data)
            except UserError as error:
                written = Written(path, data, str(error))
            else:
                outcome = replace(outcome, notes=(*outcome.notes, *_forgotten(outcome)))
        outcome = replace(outcome, seconds=time.monotonic() - outcome.run.began)
        self._loop.post(self._take_outcome, outcome, written)

    def _take_outcome(self, outcome: Outcome, written: Written | None) -> None:
        model, run = self._model, outcome.run
        model.running, model.progress = None, Progress()
        try:
            error = outcome.error
            try:
                for text in outcome.notes:
                    model.say("note", plainly(text, self._desk))
                if outcome.result is not None and written is not None:
                    self._take_result(outcome, outcome.result, written)
            except Exception as raised:
                log.exception("A result could not be shown.")
                error = f"{run.label} could not be shown ({type(raised).__name__}: {raised})."
            model.ended = "" if outcome.result is None else outcome.result.status
            if model.ended == "done":
                model.forget_failures(run.said)
            if error:
                model.ended = "" if outcome.stopped else "failed"
                self._failures[run.id] = error = plainly(error, self._desk)
                model.say("note" if outcome.stopped else "error", error, of_run=True)
                if run.checkpoint.exists():
                    model.interrupted[run.id] = run
        finally:
            self._begin_next()

    def _take_result(self, outcome: Outcome, result: Result, written: Written) -> None:
        model, run = self._model, outcome.run
        self._results[run.id] = result
        self._trim_results()
        if not written.problem:
            picture = self._pictures.take_result(written.data, written.path, run.label)
        else:
            picture = self._pictures.hold(
                written.data, written.path, run.label, partial(_forgotten, outcome)
            )
            model.say(
                "error",
                f"{written.problem} {run.label} is only in memory: export it now, or make room; "
                "it is written with the next change.",
            )
        losses, cosines = curves_of(result)
        made = Candidate(
            id=run.id,
            base=run.edit.identity,
            picture=picture.id,
            label=run.label,
            status=result.status,
            edit=run.edit,
            recipe=result.recipe.to_json(),
            steps=result.steps,
            seconds=outcome.seconds,
            notes=outcome.notes,
            about=run.about,
            losses=losses,
            cosines=cosines,
            sweep=run.sweep,
            opened=not run.sweep,
        )
        model.candidates[run.id] = made
        model.interrupted.pop(run.id, None)
        if result.status == "failed":
            model.say("error", f"{run.label} failed; the best until then is kept.", of_run=True)
        if run.sweep:
            if model.sweep is not None and model.sweep.id == run.sweep:
                model.sweep = filled(model.sweep, run.cell, run.id)
        elif made.base == model.edit.identity:
            model.shown, model.pair, model.previewing = run.id, ("", ""), False
        else:
            model.say("note", f"{run.label} was made of another picture; go back to it to see it.")

    def _trim_results(self) -> None:
        """Keep the newest results whole; of the others the pictures are there, as files."""
        taken = 0
        for kept, run_id in enumerate(reversed(tuple(self._results))):
            taken += size_of(replace(self._results[run_id], history=()))
            if kept and run_id not in self._awaited and (kept >= RESULTS or taken > BYTES):
                del self._results[run_id]

    def _close(self) -> None:
        self._loop.post(self._stop_runs)
        if not self._loop.inside:
            self._loop.wait(self._idle, None)
            self._runner.join()
        self._loop.close()


def _forgotten(outcome: Outcome) -> tuple[str, ...]:
    """Remove the checkpoint of a run that is done and saved; what the user should know of that."""
    try:
        if outcome.result is not None and outcome.result.status == "done":
            remove_checkpoint(outcome.run.checkpoint)
    except UserError as error:
        return (str(error),)
    return ()
