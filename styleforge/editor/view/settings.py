"""How a run goes: preset, steps and seed."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from styleforge.editor.view.own import OwnPart
from styleforge.editor.view.wiring import Wiring, put
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot


class Settings:
    """Preset, steps and seed, with the preset's help under them, and presets of one's own."""

    def __init__(self, wiring: Wiring) -> None:
        session, make = wiring.session, wiring.make
        self._help = {preset.name: preset.help for preset in session.presets}
        self._published = [(preset.title, preset.name) for preset in session.presets]
        self._own = session.snapshot().own_presets
        self.preset = make.control(widgets.Dropdown, options=self._options(), description="Preset")
        wiring.bind(self.preset, lambda s: s.own or s.preset, session.set_preset)
        self.own = OwnPart(wiring)
        self.steps = make.control(
            widgets.BoundedIntText,
            min=0,
            max=100_000,
            description="Steps",
            continuous_update=False,
        )
        wiring.bind(self.steps, _steps, self._set_steps)
        self.seed = make.control(widgets.Text, description="Seed", continuous_update=False)
        wiring.bind(self.seed, lambda s: str(s.seed), self._set_seed)
        self.dice = make.sign("Another seed by chance", "random")
        wiring.on_click(self.dice, session.random_seed)
        self.lock = make.switch("", "Lock the seed", icon="unlock")
        self.lock.add_class("sf-lock")
        wiring.bind(self.lock, lambda s: s.seed_locked, session.lock_seed)
        self._wiring, self._session = wiring, session
        self._about = make.words("", "note")
        seed = make.row(self.seed, self.dice, self.lock, kind="seed")
        self.widget = make.column(
            make.row(self.preset, self.own.switch, kind="two"),
            self.own.widget,
            self._about,
            make.row(self.steps, seed, kind="two"),
            kind="settings",
        )

    def draw(self, snapshot: Snapshot) -> None:
        """Show what the preset is, and whether the seed is locked."""
        if snapshot.own_presets != self._own:
            self._own = snapshot.own_presets
            chosen = snapshot.own or snapshot.preset
            self.preset.options = self._options()
            put(self.preset, value=chosen)
        self.own.draw(snapshot)
        about = self._help.get(snapshot.preset, "")
        if snapshot.own:
            titles = {name: title for title, name in self._published}
            begins = titles.get(snapshot.preset, snapshot.preset)
            about = f"A preset of yours, which begins with {begins}."
        if snapshot.custom:
            about = "A recipe was loaded that these controls cannot show; it is run as it is."
        put(self._about, value=escape(about))
        self._wiring.reveal(self.steps, bool(snapshot.preset_steps))
        put(
            self.lock,
            icon="lock" if snapshot.seed_locked else "unlock",
            tooltip="Unlock the seed" if snapshot.seed_locked else "Lock the seed",
            description="Locked" if snapshot.seed_locked else "",
        )
        put(self.dice, disabled=snapshot.seed_locked)

    def _options(self) -> list[tuple[str, str]]:
        own = [(f"{one.title} (yours)", one.name) for one in self._own]
        return [*self._published, *own]

    def _set_steps(self, steps: int) -> None:
        own = self._session.snapshot().preset_steps
        self._session.set_steps(None if steps in {0, own} else steps)

    def _set_seed(self, text: str) -> Any:
        if not text.strip().isdecimal():
            msg = f"The seed is {text!r}; give a whole number of at least 0."
            raise UserError(msg)
        self._session.set_seed(int(text))


def _steps(snapshot: Snapshot) -> int:
    return snapshot.preset_steps if snapshot.steps is None else snapshot.steps
