"""`Editor`: the view of a session, for any domain."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from styleforge.api.able import able_packs
from styleforge.editor.folders import visited
from styleforge.editor.session import EditSession
from styleforge.editor.view.attributes import AttributeRows
from styleforge.editor.view.bridge import KEYS
from styleforge.editor.view.holder import Holder
from styleforge.editor.view.masking import Masking
from styleforge.editor.view.messages import Messages
from styleforge.editor.view.panels import panel_of
from styleforge.editor.view.queueing import QueuePart
from styleforge.editor.view.recipes import Recipes
from styleforge.editor.view.result import ResultPart
from styleforge.editor.view.running import Running
from styleforge.editor.view.sessions import Sessions
from styleforge.editor.view.settings import Settings
from styleforge.editor.view.static import static_bundle
from styleforge.editor.view.sweeping import Sweeping
from styleforge.editor.view.timeline import Timeline
from styleforge.editor.view.tray import Tray
from styleforge.editor.view.wiring import is_shown, put, show
from styleforge.editor.widgets import Tabs
from styleforge.forge import Forge
from styleforge.recipe.combine import JOIN, split

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot


PICTURES = 1  # the tab that is open at first


class Editor(Holder):
    """An editor of a domain, to be shown as the last value of a notebook's cell.

    Its controls follow from the domain's attributes and presets and from the panels of plugins. All
    logic is in `session`, which can be scripted meanwhile; the view follows.

        editor = Editor("lips")
        editor.session.set_identity("gallery:12")

    Args:
        domain: what is styled, or a session to show; the first domain there is when left out.
            ``first+second`` edits both, each with a tab: a run does what is asked in all tabs.
        forge: plugins and models; a new one when left out.
        pack: the pack of models; the first when left out.
        folder: where the session keeps what was made (see `EditSession`).
        executor: where runs happen (see `styleforge.run.executor`); ``STYLEFORGE_EXECUTOR``,
            or here, by default.

    Raises:
        UserError: if there is no such domain, pack or executor.
    """

    def __init__(
        self,
        domain: str | EditSession = "",
        *,
        forge: Forge | None = None,
        pack: str = "",
        folder: str | Path | None = None,
        executor: str = "",
    ) -> None:
        super().__init__()
        self._left, self._closing = {}, {}
        self.add_class("sf-editor")
        if isinstance(domain, EditSession):
            self._given(domain)
        else:
            forge = forge or (Forge() if JOIN in domain or not domain else None)
            names = split(domain) if forge is not None and JOIN in domain else (domain,)
            if forge is not None:
                names = tuple(name or next(iter(forge.domains), "") for name in names)
                for name in names:
                    forge.domains[name]  # refuses one that is not there
            self._opened(JOIN.join(names), forge, pack, folder, executor)

    # --- what there is --------------------------------------------------------------------
    def _build(self) -> tuple[widgets.Widget, ...]:
        wiring, make = self._wiring, self._wiring.make
        messages, tray = Messages(wiring), Tray(wiring)
        attributes, settings = AttributeRows(wiring), Settings(wiring)
        running, result = Running(wiring), ResultPart(wiring)
        timeline, sweeping = Timeline(wiring), Sweeping(wiring)
        self._masking, recipes = Masking(wiring), Recipes(wiring)
        queue = QueuePart(wiring)
        self._parts += [messages, tray, attributes, settings, running, result, timeline]
        self._sessions = Sessions(wiring, self._go_on, self._begin)
        self._parts += [sweeping, self._masking, recipes, self._sessions, queue]
        tabs = [
            ("History", timeline.widget),
            ("Queue", queue.widget),
            ("Sweep", sweeping.widget),
            ("Mask", self._masking.widget),
            ("Export", recipes.widget),
        ]
        tabs += [(one.title, panel_of(one, self.session, make)) for one in self.session.panels]
        change = make.column(attributes.widget, settings.widget, running.plots)
        pictures = (self._sessions.widget, tray.widget)
        panels = [("Change", (change,)), ("Pictures", pictures)]
        panels += [(title, (part,)) for title, part in tabs]
        titles = [title for title, _ in panels]
        self._tabs = Tabs(titles=titles, selected_index=PICTURES, layout=make.layout)
        mask_tab = titles.index("Mask")
        wiring.on_click(running.waits, partial(self._open, titles.index("Queue")))
        looked = self._masking.look

        def opened(at: int) -> None:
            looked(at == mask_tab)
            if titles[at] == "Sweep":
                sweeping.look()
            show(result.compare_box, at != mask_tab)

        wiring.on_change(self._tabs, opened, "selected_index")
        result.canvas.children = (result.compare_box, self._masking.canvas)
        centre = make.column(running.widget, result.widget, result.staging, kind="centre")
        boxes = [make.column(*parts, kind="panel") for _, parts in panels]
        boxes[0].add_class("sf-change")
        boxes[1].add_class("sf-pictures-panel")
        self._keys(result)
        return (
            self._bridge,
            self._header(messages),
            self._help,
            make.row(self._tabs, *boxes, centre, kind="body"),
        )

    def _header(self, messages: Messages) -> widgets.Widget:
        wiring, session = self._wiring, self.session
        make = wiring.make
        subject: widgets.Widget
        if len(session.domains) > 1:
            titles = [session.forge.domains[name].title for name in session.domains]
            subject = Tabs(
                titles=titles,
                selected_index=session.domains.index(session.domain.name),
                label="What is edited",
                beside=False,
                layout=make.layout,
            )
            subject.add_class("sf-domains")
            wiring.on_change(
                subject, lambda at: self._to_domain(session.domains[at]), "selected_index"
            )
        else:
            subject = make.words("", "title")
            about = escape(session.domain.help)
            subject.value = f"<h2>{escape(session.domain.title)}</h2> <span>{about}</span>"
        able = [{one.name for one in able_packs(session.forge, name)} for name in session.domains]
        packs = set.intersection(*able)
        choices = [
            (one.title, one.name) for one in session.forge.packs.values() if one.name in packs
        ]
        if session.pack not in {name for _, name in choices}:
            choices.insert(0, (session.pack, session.pack))
        chooser = make.control(
            widgets.Dropdown, seen=False, options=choices, value=session.pack, description="Pack"
        )
        chooser.tooltip = "What makes the pictures: its models, and what they know"
        chooser.add_class("sf-packs")
        wiring.on_change(chooser, self._with_pack)
        show(chooser, len(choices) > 1)
        undo, redo = make.sign("Undo", "undo"), make.sign("Redo", "repeat")
        wiring.on_click(undo, session.undo)
        wiring.on_click(redo, session.redo)
        keys = make.sign("Keys", "question")
        wiring.on_click(keys, self._toggle_help)
        self._undo, self._redo = undo, redo
        rows = "".join(
            f"<tr><th scope=row><kbd>{escape(key.keys.replace('Mod', 'Ctrl'))}</kbd></th>"
            f"<td>{escape(key.help)}</td></tr>"
            for key in KEYS
        )
        self._help = make.words("", "help")
        self._help.value = (
            f"<h3>Keys</h3><p>They hold while the editor has the focus; on a Mac, Cmd is Ctrl. "
            f"The comparison and the brush name theirs.</p><table>{rows}</table>"
        )
        show(self._help, False)
        last = make.sign("Your last sessions", "folder-open")
        wiring.on_click(last, self._last_sessions)
        show(last, not visited())
        tools = make.row(undo, redo, last, keys, kind="tools")
        return make.row(subject, chooser, messages.widget, tools, kind="header")

    def _keys(self, result: ResultPart) -> None:
        session, attempt = self.session, self._wiring.attempt
        calls: dict[str, Callable[[], object]] = {
            "run": session.run,
            "stop": session.stop,
            "undo": session.undo,
            "redo": session.redo,
            "accept": session.accept,
            "discard": session.discard,
            "next": lambda: result.step(1),
            "previous": lambda: result.step(-1),
            "help": self._toggle_help,
        }
        for command, call in calls.items():
            self._bridge.on_key(command, partial(attempt, call))

    def _open(self, tab: int) -> None:
        self._tabs.selected_index = tab

    def _last_sessions(self) -> None:
        self._sessions.toggle()
        self._open(PICTURES)

    def _toggle_help(self) -> None:
        show(self._help, not is_shown(self._help))

    # --- drawing --------------------------------------------------------------------------
    def _draw(self, snapshot: Snapshot) -> None:
        newest = max((one.id for one in snapshot.messages if one.level == "error"), default=0)
        afresh, self._errors = newest > self._errors, newest
        with self._wiring.drawing():
            for index, part in enumerate(self._parts):
                try:
                    part.draw(snapshot)
                except Exception as error:
                    if index not in self._broken:  # said once: the message is a new snapshot
                        self._broken.add(index)
                        self._wiring.failed(error)
            self._wiring.draw_bound(snapshot, afresh=afresh)
            if len(snapshot.history) > 1:  # there is something that a link leads to
                put(self._bridge, link=self._session.owner.token)
            for control, verb, label in (
                (self._undo, "Undo", snapshot.undo_label),
                (self._redo, "Redo", snapshot.redo_label),
            ):
                hint = f"{verb}: {label}" if label else f"{verb}: nothing to {verb.lower()}"
                put(control, disabled=not label, tooltip=hint)

    def settle(self, timeout: float = 60.0) -> bool:
        """Wait until all commands are done, nothing runs, and all is drawn. For tests and cells."""
        done = self.session.wait(timeout) and self._pump.wait(timeout)
        for reads in (self._wiring.reads, self._wiring.searches):
            done = reads.wait(timeout) and done
        return done and self.session.wait(timeout) and self._pump.wait(timeout)  # what reads said

    # --- where no kernel runs -------------------------------------------------------------
    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        bundle = super()._repr_mimebundle_(**kwargs) or {}
        return {**static_bundle(self.session), **bundle, "text/plain": repr(self)}

    def __repr__(self) -> str:
        """Short, and the same in every run."""
        return f"Editor({self.session.spec!r})"
