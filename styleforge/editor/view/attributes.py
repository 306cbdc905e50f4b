"""One row for each attribute: whether it changes, to what, how far, and whether it is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from styleforge.editor.view.controls import column, labelled, row, switch
from styleforge.editor.view.wiring import Wiring, put, show

if TYPE_CHECKING:
    from styleforge.editor.state import AttributeState, Snapshot
    from styleforge.recipe.domain import Attribute

KINDS = {"none": "Keep", "image": "Picture", "text": "Words", "swatch": "Colour", "mask": "Mask"}
DEFAULT_COLOUR = "#7a4a2a"


class AttributeRows:
    """A row for each attribute of the domain, whichever plugin added it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self.rows: dict[str, _AttributeRow] = {}
        self.widget = column(kind="attributes")
        self._add_rows()

    def draw(self, snapshot: Snapshot) -> None:
        """Show what is asked of each attribute; one that a plugin just added gets its row."""
        if any(state.name not in self.rows for state in snapshot.attributes):
            self._add_rows()
        for state in snapshot.attributes:
            if state.name in self.rows:
                self.rows[state.name].draw(snapshot, state)

    def _add_rows(self) -> None:
        for item in self._wiring.session.attributes:
            if item.name not in self.rows:
                self.rows[item.name] = _AttributeRow(self._wiring, item)
        self.widget.children = tuple(one.widget for one in self.rows.values())


class _AttributeRow:
    """The controls of one attribute."""

    def __init__(self, wiring: Wiring, attribute: Attribute) -> None:
        session, name, title = wiring.session, attribute.name, attribute.title
        self._session, self._name = session, name
        offered = session.suggested(attribute)

        def state(snapshot: Snapshot) -> AttributeState:
            return snapshot.attribute(name)

        self.enabled = widgets.Checkbox(description=title, indent=False, tooltip=attribute.help)
        self.enabled.add_class("sf-attribute-name")
        wiring.bind(self.enabled, lambda s: state(s).enabled, self._to(session.set_enabled, name))

        self.lock = switch("", f"Lock {title}", icon="unlock")
        self.lock.add_class("sf-lock")
        wiring.bind(self.lock, lambda s: state(s).locked, self._to(session.lock, name))

        kinds = [(_named(kind), kind) for kind in ("none", *attribute.accepts)]
        self.kind = labelled(
            widgets.Dropdown(options=kinds, value="none", description=f"{title} from"), seen=False
        )
        self.kind.add_class("sf-kind")
        wiring.bind(self.kind, lambda s: state(s).kind, self._to(session.set_kind, name))

        self.picture = labelled(
            widgets.Dropdown(options=[("Choose a picture", "")], description=f"{title} picture"),
            seen=False,
        )
        wiring.on_change(self.picture, self._to(session.assign, name))
        self.words = labelled(
            widgets.Combobox(
                options=offered,
                placeholder=f"such as: {offered[0]}" if offered else "in your own words",
                continuous_update=False,
                description=f"{title} in words",
            ),
            seen=False,
        )
        if "text" in attribute.accepts:
            wiring.bind(self.words, lambda s: state(s).text, self._to(session.set_text, name))
        self.colour = labelled(
            widgets.ColorPicker(value=DEFAULT_COLOUR, description=f"{title} colour"), seen=False
        )
        if "swatch" in attribute.accepts:
            wiring.bind(
                self.colour,
                lambda s: state(s).colour or DEFAULT_COLOUR,
                self._to(session.set_colour, name),
            )
        self.value = labelled(  # of a condition of a plugin's own, whichever is chosen
            widgets.Text(continuous_update=False, description=f"{title} value"), seen=False
        )
        if not KINDS.keys() >= set(attribute.accepts):
            wiring.bind(self.value, lambda s: state(s).value, self._valued)
        self.strength = labelled(
            widgets.FloatSlider(
                min=0.0,
                max=1.0,
                step=0.05,
                value=1.0,
                continuous_update=False,
                readout_format=".2f",
                description=f"{title} strength",
            ),
            seen=False,
        )
        self.strength.add_class("sf-strength")
        farther = self._to(session.set_strength, name)
        wiring.bind(self.strength, lambda s: state(s).strength, farther)
        self._title = title
        self.widget = column(
            row(self.enabled, self.kind, self.lock, kind="asked"),
            self.picture,
            self.words,
            self.colour,
            self.value,
            self.strength,
            kind="attribute",
        )

    def _valued(self, value: str) -> None:
        self._session.set_value(self._name, self.kind.value, value)

    @staticmethod
    def _to(command: Any, name: str) -> Any:
        def post(value: Any) -> None:
            command(name, value)

        return post

    def draw(self, snapshot: Snapshot, state: AttributeState) -> None:
        """Show what does not simply follow one value: choices, and what is to be seen."""
        pictures = [(picture.name, picture.id) for picture in snapshot.tray]
        options = (("Choose a picture", ""), *pictures)
        chosen = state.picture if any(state.picture == one for _, one in pictures) else ""
        if self.picture.options != options:
            self.picture.options = options
        put(self.picture, value=chosen)
        show(self.picture, state.kind == "image")
        show(self.words, state.kind == "text")
        show(self.colour, state.kind == "swatch")
        show(self.value, state.kind not in KINDS)
        show(self.strength, state.kind != "none")
        put(self.strength, max=snapshot.strength_max)
        put(
            self.lock,
            icon="lock" if state.locked else "unlock",
            tooltip=f"{'Unlock' if state.locked else 'Lock'} {self._title}",
            description="Locked" if state.locked else "",
        )
        for control in (self.enabled, self.kind, self.picture, self.words, self.colour, self.value):
            put(control, disabled=state.locked)
        put(self.strength, disabled=state.locked)


def _named(kind: str) -> str:
    """A kind of condition as people read it: that of a plugin's own by the end of its name."""
    return KINDS.get(kind, kind.rpartition(".")[2].replace("_", " ").capitalize())
