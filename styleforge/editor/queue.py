"""The queue: what runs and what waits, in the order in which it will be done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.runner import Run

Waiting = tuple["Run", ...]


@dataclass(frozen=True, kw_only=True)
class Queued:
    """An entry of the queue: a run, or what waits of a sweep.

    ``label`` is what the result will be called, ``about`` what is asked for. One on ``hold`` waits
    until somebody goes on with the queue. ``runs`` are those of a sweep that wait.
    """

    id: str  # of the run, or of the sweep
    label: str
    about: str
    state: Literal["running", "stopping", "waiting", "hold"]
    runs: int = 1


def entries(running: Run | None, stopping: bool, pending: Waiting) -> tuple[Queued, ...]:
    """What runs, then what waits; the cells of a sweep are one entry."""
    found = []
    if running is not None:
        state: Literal["running", "stopping"] = "stopping" if stopping else "running"
        found.append(Queued(id=running.id, label=running.label, about=running.about, state=state))
    for block in _blocks(pending):
        first = block[0]
        label, about = (first.swept, "") if first.sweep else (first.label, first.about)
        found.append(
            Queued(
                id=_key(first),
                label=label,
                about=about,
                state="hold" if first.held else "waiting",
                runs=len(block),
            )
        )
    return tuple(found)


def ready(pending: Waiting) -> tuple[Run, ...]:
    """What waits for nothing but its turn."""
    return tuple(run for run in pending if not run.held)


def held(pending: Waiting, on: bool = True) -> Waiting:
    """What waits, put on hold or taken off it."""
    return tuple(replace(run, held=on) for run in pending)


def moved(pending: Waiting, entry: str, place: int) -> Waiting:
    """What waits with an entry at another place, from 0, among those that wait.

    Raises:
        UserError: if nothing of that id waits.
    """
    blocks = list(_blocks(pending))
    found = next((block for block in blocks if _key(block[0]) == entry), None)
    if found is None:
        raise UserError(_gone(entry))
    blocks.remove(found)
    blocks.insert(max(0, min(place, len(blocks))), found)
    return tuple(run for block in blocks for run in block)


def without(pending: Waiting, entry: str) -> tuple[Waiting, Waiting]:
    """What waits without an entry, and what that was.

    Raises:
        UserError: if nothing of that id waits.
    """
    gone = tuple(run for run in pending if entry in {_key(run), run.id})
    if not gone:
        raise UserError(_gone(entry))
    return tuple(run for run in pending if run not in gone), gone


def _gone(entry: str) -> str:
    return f"{entry!r} does not wait in the queue any more; it was begun or taken off."


def _key(run: Run) -> str:
    return run.sweep or run.id


def _blocks(pending: Waiting) -> Iterator[Waiting]:
    """Runs that are one entry: alone, or those of a sweep together."""
    keys = dict.fromkeys(_key(run) for run in pending)
    for key in keys:
        yield tuple(run for run in pending if _key(run) == key)
