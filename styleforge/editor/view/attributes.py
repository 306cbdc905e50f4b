"""One row for each attribute: whether it changes, to what, how far, and whether it is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from styleforge.editor.state import COLOUR
from styleforge.editor.view.wiring import Wiring, put
from styleforge.editor.widgets import Colour

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.state import AttributeState
    from styleforge.recipe.domain import Attribute

KINDS = {"none": "Keep", "image": "Picture", "text": "Words", "swatch": "Colour", "mask": "Mask"}


class AttributeRows:
    """A row for each attribute of the domain, whichever plugin added it."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self.rows: dict[str, _AttributeRow] = {}
        self._known = 0  # attributes of the domain, those that the pack cannot change too
        self.widget = wiring.make.column(kind="attributes")
        self._add_rows()

    def draw(self, snapshot: Snapshot) -> None:
        """Show what is asked of each attribute; one that a plugin just added gets its row."""
        if len(snapshot.attributes) != self._known:
            self._known = len(snapshot.attributes)
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
        self._wiring = wiring
        self._session, self._name = session, name
        make = wiring.make

        def state(snapshot: Snapshot) -> AttributeState:
            return snapshot.attribute(name)

        self.enabled = make.checkbox(title, attribute.help, value=True)
        self.enabled.add_class("sf-attribute-name")
        wiring.bind(self.enabled, lambda s: state(s).enabled, self._to(session.set_enabled, name))

        self.lock = make.switch("", f"Lock {title}", icon="unlock")
        self.lock.add_class("sf-lock")
        wiring.bind(self.lock, lambda s: state(s).locked, self._to(session.lock, name))

        kinds = [(_named(kind), kind) for kind in ("none", *attribute.accepts)]
        self.kind = make.control(
            widgets.Dropdown, seen=False, options=kinds, value="none", description=f"{title} from"
        )
        self.kind.add_class("sf-kind")
        wiring.bind(self.kind, lambda s: state(s).kind, self._to(session.set_kind, name))
        self._inputs: dict[str, widgets.Widget] = {}  # what is asked, by kind; "" for all others
        if "image" in attribute.accepts:
            self._inputs["image"] = make.control(
                widgets.Dropdown,
                seen=False,
                options=[("Choose a picture", "")],
                description=f"{title} picture",
            )
            wiring.on_change(self._inputs["image"], self._to(session.assign, name))
        if "text" in attribute.accepts:
            offered = session.suggested(attribute)
            self._inputs["text"] = make.control(
                widgets.Combobox,
                seen=False,
                options=offered,
                placeholder=f"such as: {offered[0]}" if offered else "in your own words",
                continuous_update=False,
                description=f"{title} in words",
            )
            words = self._to(session.set_text, name)
            wiring.bind(self._inputs["text"], lambda s: state(s).text, words)
        if "swatch" in attribute.accepts:
            self._inputs["swatch"] = Colour(
                value=COLOUR, label=f"{title} colour", layout=make.layout
            )
            wiring.bind(
                self._inputs["swatch"],
                lambda s: state(s).colour or COLOUR,
                self._to(session.set_colour, name),
            )
        if not KINDS.keys() >= set(attribute.accepts):  # a condition of a plugin's own
            self._inputs[""] = make.control(
                widgets.Text, seen=False, continuous_update=False, description=f"{title} value"
            )
            wiring.bind(self._inputs[""], lambda s: state(s).value, self._valued)
        self.strength = make.control(
            widgets.FloatSlider,
            seen=False,
            min=0.0,
            max=1.0,
            step=0.05,
            value=1.0,
            continuous_update=True,
            readout_format=".2f",
            description=f"{title} strength",
        )
        self.strength.add_class("sf-strength")
        farther = self._to(session.set_strength, name)
        wiring.bind(self.strength, lambda s: state(s).strength, farther)
        self._title = title
        self._places = dict(self._inputs)  # what is hidden; a widget of ours in a box
        if "swatch" in self._inputs:
            self._places["swatch"] = make.column(self._inputs["swatch"])
        self.widget = make.column(
            make.row(self.enabled, self.kind, self.lock, kind="asked"),
            *self._places.values(),
            self.strength,
            kind="attribute",
        )
        if "image" in attribute.accepts:
            self.widget.add_class(f"sf-to-{attribute.role}")  # pictures can be dropped on it

    def _valued(self, value: str) -> None:
        self._session.set_value(self._name, self.kind.value, value)

    @staticmethod
    def _to(command: Any, name: str) -> Any:
        def post(value: Any) -> None:
            command(name, value)

        return post

    def draw(self, snapshot: Snapshot, state: AttributeState) -> None:
        """Show what does not simply follow one value: choices, and what is to be seen."""
        chooser = self._inputs.get("image")
        if chooser is not None:
            pictures = [(picture.name, picture.id) for picture in snapshot.tray]
            options = (("Choose a picture", ""), *pictures)
            chosen = state.picture if any(state.picture == one for _, one in pictures) else ""
            if chooser.options != options:
                chooser.options = options
            put(chooser, value=chosen)
        asked = state.kind if state.kind in KINDS else ""
        for kind, place in self._places.items():
            self._wiring.reveal(place, kind == asked)
        self._wiring.reveal(self.strength, state.kind != "none")
        put(
            self.lock,
            icon="lock" if state.locked else "unlock",
            tooltip=f"{'Unlock' if state.locked else 'Lock'} {self._title}",
            description="Locked" if state.locked else "",
        )
        for control in (self.enabled, self.kind):
            put(control, disabled=state.locked)
        for control in (*self._inputs.values(), self.strength):  # what is off is seen to be off
            put(control, disabled=state.locked or not state.enabled)


def _named(kind: str) -> str:
    """A kind of condition as people read it: that of a plugin's own by the end of its name."""
    return KINDS.get(kind, kind.rpartition(".")[2].replace("_", " ").capitalize())
