"""What a person does with the queue: wait for a run, go on with one, change the order, cancel."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.editor import queue
from styleforge.editor.runs import Runs
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.run.result import Result


class Queueing(Runs):
    """The queue of a session, on its own thread unless it says otherwise."""

    def _run_and_wait(self, *, replace: bool, timeout: float | None) -> Result:
        def begin() -> str:
            run = self._run(replace=replace)
            self._awaited.add(run)
            return run

        run = self._loop.ask(begin)
        try:
            if not self._loop.wait(lambda: run in self._results or run in self._failures, timeout):
                msg = f"The run takes longer than {timeout:g} s; it goes on, and `stop` ends it."
                raise UserError(msg)
            if run in self._results:
                return self._results[run]
            raise UserError(self._failures[run])
        finally:
            self._awaited.discard(run)

    def _resume(self, run_id: str) -> None:
        model = self._model
        found = model.interrupted.get(run_id)
        candidate = model.candidate(run_id)
        if found is None and candidate is not None:
            found = self._new_run(candidate.edit, candidate.label)
            found = replace(found, checkpoint=self._checkpoint(candidate.id))
        if found is None or not found.checkpoint.exists():
            msg = "There is no stopped run to go on with; run it anew."
            raise UserError(msg)
        self._enqueue(replace(found, resumes=True))

    def _cancel(self, entry: str) -> None:
        """Take an entry off the queue; what runs ends after its step, and the next one begins."""
        model = self._model
        if model.running is not None and entry == model.running.id:
            self._stop_running()
            return
        _, gone = queue.without(model.pending, entry)
        self._drop(gone)

    def _move_entry(self, entry: str, place: int) -> None:
        self._model.pending = queue.moved(self._model.pending, entry, place)
        self._dirty = True

    def _continue_queue(self) -> None:
        self._claim.check()
        self._model.pending = queue.held(self._model.pending, on=False)
        self._begin_next()

    def _clear_queue(self) -> None:
        self._drop(self._model.pending)
