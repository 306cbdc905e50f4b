"""A session at one moment, as a view draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from styleforge.editor.queue import Queued
from styleforge.editor.state import AttributeState, Candidate, Picture, Preview, Progress
from styleforge.editor.sweep import Sweep
from styleforge.recipe.own_preset import OwnPreset


@dataclass(frozen=True, kw_only=True)
class Message:
    """A sentence for the user; errors say what to do. ``of_run``: it says why a run failed."""

    id: int
    level: Literal["note", "error"]
    text: str
    of_run: bool = False


@dataclass(frozen=True, kw_only=True)
class HistoryEntry:
    """A node of the history as a view shows it.

    ``picture`` is what the change brought: the picture that is edited from there on, a reference or
    a painted mask; None where it brought none. ``milestone`` where another picture is edited.
    """

    id: str
    parent: str
    label: str
    picture: Picture | None
    milestone: bool
    current: bool


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """A session at one moment; ``version`` grows with each.

    ``identity`` is the picture that is edited now. ``candidates`` are those made from it and not
    discarded, ``shown`` the id of the one to look at (empty without any). ``compare`` are the
    pictures before and after: the identity and the candidate shown, unless others were chosen.
    ``missing`` says in sentences why a run cannot start yet. ``undo_label`` and ``redo_label`` are
    empty where there is nothing to undo or redo. Where the ``preview`` is looked at, no candidate
    is ``shown``. ``painted`` are ids of pictures with a painted
    mask, ``subjects`` the numbers that were chosen, by id of the picture.
    """

    version: int = 0
    domain: str = ""
    identity: Picture | None = None
    tray: tuple[Picture, ...] = ()
    attributes: tuple[AttributeState, ...] = ()
    beside: tuple[AttributeState, ...] = ()  # those of the domains that are not in front
    painted: frozenset[str] = frozenset()
    subjects: Mapping[str, int] = field(default_factory=dict)
    preset: str = ""
    changed: tuple[str, ...] = ()  # roles of the attributes that the preset changes
    own: str = ""  # the person's own preset that the controls are
    own_presets: tuple[OwnPreset, ...] = ()
    steps: int | None = None
    preset_steps: int = 0  # of the preset itself; 0 for one pass
    seed: int = 0
    seed_locked: bool = False
    custom: bool = False
    candidates: tuple[Candidate, ...] = ()
    shown: str = ""
    compare: tuple[Picture, Picture] | None = None
    sweep: Sweep | None = None
    sweep_cells: Mapping[str, Candidate] = field(default_factory=dict, repr=False)
    history: tuple[HistoryEntry, ...] = ()
    undo_label: str = ""
    redo_label: str = ""
    progress: Progress = field(default_factory=Progress)
    queue: tuple[Queued, ...] = ()  # what runs first, then what waits, in its order
    ended: Literal["", "done", "stopped", "failed"] = ""  # how a run did that was just over
    preview: Preview = field(default_factory=Preview)
    previewing: bool = False  # whether the preview is what is looked at, and no candidate
    interrupted: tuple[str, ...] = ()  # runs that a crash cut off and `resume` goes on with
    missing: tuple[str, ...] = ()
    messages: tuple[Message, ...] = ()
    pictures: Mapping[str, Picture] = field(default_factory=dict, repr=False)
    folder: str = ""

    @property
    def can_run(self) -> bool:
        """Whether nothing is missing."""
        return not self.missing

    @property
    def candidate(self) -> Candidate | None:
        """The candidate that is shown."""
        found = (*self.candidates, *self.sweep_cells.values())
        return next((one for one in found if one.id == self.shown), None)

    def attribute(self, name: str) -> AttributeState:
        """The state of an attribute, by name or role.

        Raises:
            KeyError: if there is none.
        """
        for item in self.attributes:
            if name in {item.name, item.role}:
                return item
        raise KeyError(name)
