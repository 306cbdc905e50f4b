"""What the session's own thread changes, and the snapshot of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from styleforge.editor.queue import entries, ready
from styleforge.editor.recipes import missing
from styleforge.editor.snapshot import HistoryEntry, Message, Snapshot
from styleforge.editor.state import Candidate, Edit, Node, Picture, Preview, Progress
from styleforge.editor.sweep import Sweep
from styleforge.editor.together import fronted, own_part, states_of

if TYPE_CHECKING:
    from styleforge.editor.desk import Desk
    from styleforge.editor.history import History
    from styleforge.editor.runner import Run
    from styleforge.recipe.own_preset import OwnPreset

MESSAGES = 50  # that are kept


@dataclass
class Model:
    """The state of a session; only its own thread writes it."""

    history: History
    front: str = ""  # the domain that commands are about, where there are several
    candidates: dict[str, Candidate] = field(default_factory=dict)
    sweep: Sweep | None = None
    shown: str = ""
    pair: tuple[str, str] = ("", "")
    progress: Progress = field(default_factory=Progress)
    preview: Preview = field(default_factory=Preview)
    previewing: bool = False
    ended: Literal["", "done", "stopped", "failed"] = ""
    running: Run | None = None
    pending: tuple[Run, ...] = ()
    interrupted: dict[str, Run] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    own: tuple[OwnPreset, ...] = ()
    runs: int = 0  # so many were asked for
    said: int = 0  # so many messages were there

    @property
    def edit(self) -> Edit:
        """What the controls say."""
        return fronted(self.history.edit, self.front)

    def say(self, level: str, text: str, *, of_run: bool = False) -> None:
        """Add a message; one that was said last is not repeated."""
        self.said += 1
        kept = tuple(one for one in self.messages if one.text != text)[1 - MESSAGES :]
        made = Message(
            id=self.said, level="error" if level == "error" else "note", text=text, of_run=of_run
        )
        self.messages = (*kept, made)

    def forget_failures(self, said: int) -> None:
        """Take away what the first ``said`` messages tell of failed runs: a later one worked."""
        self.messages = tuple(
            one
            for one in self.messages
            if not (one.of_run and one.level == "error" and one.id <= said)
        )

    def strip(self) -> tuple[Candidate, ...]:
        """The candidates of the present picture that are not discarded."""
        edit = self.edit
        return tuple(
            one
            for one in self.candidates.values()
            if one.base == edit.identity and one.opened and one.id not in edit.discarded
        )

    def candidate(self, candidate_id: str) -> Candidate | None:
        """A candidate that can be looked at; the one shown where the id is empty."""
        if candidate_id:
            return self.candidates.get(candidate_id)
        if self.previewing:
            return None
        shown = self.candidates.get(self.shown)
        strip = self.strip()
        return shown if shown in strip else strip[-1] if strip else None


def first_edit(desk: Desk) -> Edit:
    """The controls before anything was chosen."""
    first = completed(Edit(preset=desk.presets[0].name), desk)
    if len(desk.desks) < 2:
        return first
    parts = {
        name: own_part(replace(completed(Edit(), one), domain=name))
        for name, one in desk.desks.items()
    }
    del parts[desk.domain.name]
    return replace(first, domain=desk.domain.name, beside=parts)


def completed(edit: Edit, desk: Desk) -> Edit:
    """An edit with every attribute that its domains have now."""
    desk = desk.at(edit.domain)
    attributes = {item.name: edit.attribute(item.name) for item in desk.attributes}
    names = {preset.name for preset in desk.domain.presets}
    preset = edit.preset if edit.preset in names else desk.presets[0].name
    beside = {name: completed(part, desk) for name, part in edit.beside.items()}
    return replace(edit, attributes=attributes, preset=preset, beside=beside)


def snapshot_of(model: Model, desk: Desk, *, version: int, folder: str) -> Snapshot:
    """The model as a view draws it."""
    edit, history = model.edit, model.history
    pictures = desk.pictures.by_id
    preset = desk.preset(edit.preset)
    owned = {one.name for one in model.own}
    strip, shown = model.strip(), model.candidate("")
    cells = [one for row in model.sweep.cells for one in row if one] if model.sweep else []
    return Snapshot(
        version=version,
        domain=desk.domain.name,
        identity=pictures.get(edit.identity),
        tray=tuple(pictures[one] for one in edit.tray if one in pictures),
        attributes=tuple(edit.attribute(item.name) for item in desk.attributes),
        beside=tuple(s for part in edit.beside.values() for s in part.attributes.values()),
        painted=frozenset(edit.masks),
        subjects=edit.subjects,
        preset=edit.preset,
        changed=tuple(item.role for item in desk.changed(preset)),
        own=edit.own if edit.own in owned else "",
        own_presets=model.own,
        steps=edit.steps,
        preset_steps=sum(
            desk.forge.stages[name].steps for name in preset.stages if name in desk.forge.stages
        ),
        seed=edit.seed,
        seed_locked=edit.seed_locked,
        custom=bool(edit.custom),
        candidates=strip,
        shown=shown.id if shown else "",
        compare=_pair(model, shown, pictures),
        sweep=model.sweep,
        sweep_cells={name: model.candidates[name] for name in cells},
        history=tuple(_entries(model, pictures)),
        undo_label=history.undo_label,
        redo_label=history.redo_label,
        progress=replace(model.progress, queued=len(ready(model.pending))),
        queue=entries(model.running, model.progress.status == "stopping", model.pending),
        ended=model.ended,
        preview=model.preview,
        previewing=model.previewing,
        interrupted=tuple(model.interrupted),
        missing=missing(edit, desk),
        messages=model.messages,
        pictures=pictures,
        folder=folder,
    )


def _pair(
    model: Model, shown: Candidate | None, pictures: Mapping[str, Picture]
) -> tuple[Picture, Picture] | None:
    left, right = model.pair
    left = left or (shown.base if shown else model.edit.identity)
    right = right or (shown.picture if shown else model.edit.identity)
    if left in pictures and right in pictures:
        return pictures[left], pictures[right]
    return None


def _entries(model: Model, pictures: Mapping[str, Picture]) -> list[HistoryEntry]:
    history = model.history
    return [
        HistoryEntry(
            id=node.id,
            parent=node.parent,
            label=node.label,
            picture=_brought(node, history.nodes.get(node.parent), pictures),
            milestone=node.kind in {"identity", "accept"},
            current=node.id == history.current,
        )
        for node in history.nodes.values()
    ]


def _brought(node: Node, parent: Node | None, pictures: Mapping[str, Picture]) -> Picture | None:
    before = set(_places(parent.edit)) if parent else set()
    found = (picture for place, picture in _places(node.edit) if (place, picture) not in before)
    return next((pictures[one] for one in found if one in pictures), None)


def _places(edit: Edit) -> Iterator[tuple[str, str]]:
    """Where an edit uses pictures, and which, by id; the most telling first."""
    yield "identity", edit.identity
    for state in states_of(edit):
        yield state.name, state.picture
    for picture in edit.tray:
        yield "tray", picture
    for part in (edit, *edit.beside.values()):
        for picture, mask in part.masks.items():
            yield f"{part.domain} {picture}", mask
