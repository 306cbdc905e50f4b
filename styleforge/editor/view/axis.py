"""What an axis of a sweep goes over, and its values, as a person chooses them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets as widgets

from styleforge.editor.axis import SEED, STRENGTH
from styleforge.editor.view.wiring import Wiring, put, show
from styleforge.errors import UserError
from styleforge.recipe.condition import Swatch, Text

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot
    from styleforge.recipe.domain import Attribute

PICTURES, WORDS = "pictures", "words"
STRENGTHS, SEEDS = "0, 0.5, 1", "0, 1, 2"
COLOURS = "#2b1b12, #7a4a2a, #c9a24a"
MOST = 3  # words that are offered


class AxisFields:
    """A menu of what can be swept, and a field for its values: text, or a list of pictures.

    Args:
        wiring: as every part is given.
        name: ``Across`` or ``Down``.
        nothing: whether the axis may be left out.
    """

    def __init__(self, wiring: Wiring, name: str, *, nothing: bool = False) -> None:
        make, self._session = wiring.make, wiring.session
        self._attributes = {one.role: one for one in self._session.attributes}
        options = [("Nothing", "")] if nothing else []
        for role, one in self._attributes.items():
            options += [(f"{one.title}: {what}", f"{role} {key}") for key, what in _kinds(one)]
        options.append(("Seed", SEED))
        self.what = make.control(
            widgets.Dropdown, options=options, value=options[0][1], description=name
        )
        lower = name.lower()
        self.values = make.control(widgets.Text, description=f"Values {lower}")
        self.pictures = make.control(
            widgets.SelectMultiple, rows=5, description=f"Pictures {lower}"
        )
        self.pictures.add_class("sf-choices")
        self._first = options[0][1]  # until somebody chooses
        self._typed: dict[str, str] = {}
        self._shown = ""
        wiring.on_change(self.what, lambda _: self._choose())
        self.widget = make.column(self.what, self.values, self.pictures, kind="axis")
        self._choose()

    def draw(self, snapshot: Snapshot) -> None:
        """Offer the pictures at hand, those of the gallery, and first what the preset changes."""
        if self._first and self._first == self.what.value:
            keys = [key for _, key in self.what.options]
            able = [key for key in keys if key.partition(" ")[0] in snapshot.changed]
            first = (*able, *keys)[0]
            if first != self._first:
                self._first = first
                put(self.what, value=first)
                self._choose()  # nothing is heard while it draws
        own = [(one.name, one.id) for one in snapshot.tray]
        taken = {one.source for one in snapshot.tray}
        gallery = [one for one in self._session.gallery if one not in taken]
        options = (*own, *((one.partition(":")[2], one) for one in gallery))
        if self.pictures.options != options:
            chosen = [one for one in self.pictures.value if one in {key for _, key in options}]
            self.pictures.options = options
            self.pictures.value = tuple(chosen)

    def asked(self) -> tuple[str, tuple[Any, ...]] | None:
        """What is swept and its values, as `EditSession.sweep` takes them; None for nothing.

        Raises:
            UserError: if there are none, or one is no number or colour.
        """
        key, title = self.what.value, self.what.label
        if not key:
            return None
        role, _, what = key.partition(" ")
        if what == PICTURES:
            if not self.pictures.value:
                msg = f"{title}: choose some in the list; with Ctrl or Cmd several."
                raise UserError(msg)
            return role, tuple(self.pictures.value)
        text = self.values.value
        found = [one.strip() for one in text.split(";" if ";" in text else ",") if one.strip()]
        if what == WORDS and found:
            return role, tuple(self._condition(role, one) for one in found)
        try:
            numbers = tuple(int(one) if key == SEED else float(one) for one in found)
        except ValueError:
            numbers = ()
        if not numbers:
            msg = f"{title} was given {text!r}; give values with commas between them: 0, 0.5, 1."
            raise UserError(msg)
        return key, numbers

    def _condition(self, role: str, value: str) -> Text | Swatch:
        """Words or a colour; never a file's name, which a page's visitor must not try."""
        accepts = self._attributes[role].accepts
        if "swatch" in accepts and (value.startswith("#") or "text" not in accepts):
            return Swatch(value)
        return Text(value)

    def _choose(self) -> None:
        key = self.what.value
        if self._shown:
            self._typed[self._shown] = self.values.value
        self._shown = key
        put(self.values, value=self._typed.get(key, self._offered(key)))
        show(self.values, bool(key) and not key.endswith(PICTURES))
        show(self.pictures, key.endswith(PICTURES))

    def _offered(self, key: str) -> str:
        """Values to begin with."""
        role, _, what = key.partition(" ")
        if key == SEED:
            return SEEDS
        if what == STRENGTH:
            return STRENGTHS
        if what != WORDS:
            return ""
        attribute = self._attributes[role]
        if "text" not in attribute.accepts:
            return COLOURS
        words = self._session.suggested(attribute)[:MOST]
        return ("; " if any("," in one for one in words) else ", ").join(words)


def _kinds(attribute: Attribute) -> list[tuple[str, str]]:
    """What of an attribute can be swept, and how it is called."""
    accepts = attribute.accepts
    words = [name for kind, name in (("text", "words"), ("swatch", "colours")) if kind in accepts]
    found = [(STRENGTH, STRENGTH)]
    found += [(WORDS, " or ".join(words))] if words else []
    found += [(PICTURES, PICTURES)] if "image" in accepts else []
    return found
