"""The machinery of a session: its thread, its runs, and who hears of changes."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.editor import folders
from styleforge.editor.claim import Claim
from styleforge.editor.desk import Desk, checked_domains, desks_of, first_recipe, titles_of
from styleforge.editor.history import History
from styleforge.editor.loop import Loop
from styleforge.editor.model import Model, first_edit, snapshot_of
from styleforge.editor.owner import NOBODY, Owner, folder_for, presets_of
from styleforge.editor.pictures import Pictures
from styleforge.editor.queue import ready
from styleforge.editor.recipes import recipe_of_edit, with_sources
from styleforge.editor.runner import Outcome, Runner
from styleforge.editor.snapshot import Snapshot
from styleforge.editor.state import Edit, Progress
from styleforge.editor.subscribers import Subscriber, Subscribers
from styleforge.editor.together import own_part
from styleforge.errors import UserError
from styleforge.recipe.combine import JOIN
from styleforge.recipe.own_presets import OwnPresets

if TYPE_CHECKING:
    from styleforge.editor.change import Change
    from styleforge.forge import Forge
    from styleforge.recipe.domain import Attribute, Domain, Preset
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result

log = logging.getLogger("styleforge.editor")


class SessionCore(ABC):
    """See `styleforge.editor.session.EditSession`."""

    def __init__(
        self,
        domain: str,
        *,
        forge: Forge | None = None,
        pack: str = "",
        folder: str | Path | None = None,
        executor: str = "",
        owner: Owner = NOBODY,
    ) -> None:
        if forge is None:
            from styleforge.forge import Forge

            forge = Forge()
        self.forge = forge
        self.domains = checked_domains(forge, domain)
        models = forge.models_of(first_recipe(forge, domain, pack))
        self.pack = models.pack.name
        self.owner, self.executor = owner, executor
        chosen = Path(folder) if folder is not None else folder_for(domain, owner)
        self.folder = chosen.absolute()  # a notebook may change its folder
        if (self.folder / folders.FILE).exists():
            msg = (
                f"{self.folder} keeps a session already; go on with it by "
                f"EditSession.restore({str(self.folder)!r}), or choose another folder."
            )
            raise UserError(msg)
        self._pictures = Pictures(self.folder, models)
        self._models = models
        own = OwnPresets(presets_of(owner, self.folder))
        self._desks = desks_of(forge, self.domains, self.pack, self._pictures, own)
        first = self._desks[self.domains[0]]
        front = first.domain.name if len(self.domains) > 1 else ""
        self._model = Model(History.begin(first_edit(first)), front, own=own.of(first.domain.name))
        self._results: OrderedDict[str, Result] = OrderedDict()
        self._failures: dict[str, str] = {}
        self._awaited: set[str] = set()  # runs whose result somebody waits for
        self._subscribers = Subscribers()
        self._claim = Claim(self.folder)
        self._dirty = False
        self._loop = Loop(self._settle, self._failed, save=self._save_if_changed)
        self._where = forge.executor(executor)
        self._runner = Runner(
            self._where,
            self._recipe_of,
            self._located,
            self._told_by_run,
            self._ended_by_run,
        )
        self._snapshot = self._look(version=0)

    # --- what does not change -------------------------------------------------------------
    @property
    def _desk(self) -> Desk:
        """What recipes of the domain in front are made with."""
        return self._desks[self._model.front or self.domains[0]]

    @property
    def domain(self) -> Domain:
        """The domain that commands are about: the one in front, where there are several."""
        return self._desk.domain

    @property
    def spec(self) -> str:
        """What the session was opened for: a domain, or ``first+second``."""
        return JOIN.join(self.domains)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The domain's attributes that the pack can change, whichever plugin added them."""
        return self._desk.offered

    @property
    def titles(self) -> Mapping[str, str]:
        """What the attributes of all domains are called, by name; with their domain's where there
        are several.
        """
        return titles_of(self._desks)

    def suggested(self, attribute: Attribute) -> tuple[str, ...]:
        """Words to offer for an attribute, which the pack knows."""
        return self._models.pack.suggested(attribute)

    @property
    def pictures_keep_their_size(self) -> bool:
        """Whether the pack takes photographs as they are, and aligns none."""
        return self._models.pack.size is None

    @property
    def presets(self) -> tuple[Preset, ...]:
        """The domain's presets that the pack can do, the best first."""
        return self._desk.presets

    # --- who hears of changes -------------------------------------------------------------
    def snapshot(self) -> Snapshot:
        """The session as it is now; commands that still wait are not in it."""
        return self._snapshot

    def subscribe(self, callback: Subscriber) -> Callable[[], None]:
        """Call ``callback`` with the present snapshot soon, and with every later one.

        It is called on the session's own thread, one snapshot after the other; bursts of commands
        give one snapshot. What it raises is logged and troubles nobody else.

        Returns:
            A function that ends the subscription.
        """

        def begin() -> None:
            self._subscribers.add(callback, self._snapshot)

        def end() -> None:
            self._subscribers.remove(callback)

        def unsubscribe() -> None:
            if self._loop.inside:
                end()
            else:
                self._loop.post(end)

        self._loop.post(begin)
        return unsubscribe

    def wait(self, timeout: float | None = None) -> bool:
        """Wait until every command is done and nothing runs; False after ``timeout`` seconds.

        Raises:
            UserError: in a subscriber, which the session would wait for.
        """
        return self._loop.wait(self._idle, timeout)

    def _idle(self) -> bool:
        return self._model.running is None and not ready(self._model.pending)

    def _post(self, function: Callable[..., Any], *args: Any, **options: Any) -> None:
        self._loop.post(function, *args, **options)

    def _change(self, make: Callable[..., Change], *args: Any, **options: Any) -> None:
        """Post a command that makes another edit of the present one."""

        def apply() -> None:
            self._apply(make(self._model.edit, self._desk, *args, **options))

        self._loop.post(apply)

    def _apply(self, change: Change) -> None:
        label, touches, front = change.label, change.touches, self._model.front
        if front:
            if change.kind == "change" and change.edit == self._model.edit:
                return
            if own_part(change.edit) != own_part(self._model.edit) and change.kind == "change":
                label = f"{self.domain.title}, {label}"
            touches = f"{front} {touches}" if touches else ""
        self._model.history = self._model.history.add(
            label, change.edit, kind=change.kind, touches=touches
        )
        self._model.ended = ""
        if change.kind != "change":
            self._model.pair = ("", "")
        for text in change.notes:
            self._model.say("note", text)
        self._dirty = True

    def _look(self, version: int) -> Snapshot:
        return snapshot_of(self._model, self._desk, version=version, folder=str(self.folder))

    def _settle(self) -> None:
        try:
            made = self._look(self._snapshot.version)
        except Exception as error:  # what went wrong is shown all the same
            log.exception("The edit session has no snapshot.")
            self._failed(error)
            made = replace(self._snapshot, messages=self._model.messages)
        if made == self._snapshot:
            return
        self._snapshot = replace(made, version=made.version + 1)
        self._subscribers.tell(self._snapshot)

    def _failed(self, error: BaseException) -> None:
        text = str(error)
        if not isinstance(error, UserError):
            text = f"Something went wrong ({type(error).__name__}: {error}); nothing was changed."
        self._model.say("error", text)

    # --- for runs, which `Runs` fills in ---------------------------------------------------
    def _recipe_of(self, edit: Edit) -> Recipe:
        return recipe_of_edit(edit, self._desk)

    def _located(self, recipe: Recipe) -> Recipe:
        return with_sources(recipe, self._pictures.by_id)

    @abstractmethod
    def _told_by_run(self, progress: Progress) -> None:
        """Hear of a step of the present run, on the run's thread."""

    @abstractmethod
    def _ended_by_run(self, outcome: Outcome) -> None:
        """Hear of the end of a run, on the run's thread."""

    @abstractmethod
    def _stop_runs(self) -> None:
        """Stop what runs, and drop what waits."""

    @abstractmethod
    def _save_if_changed(self) -> None:
        """Save what is not saved yet; called soon after something was done, and at the end."""
