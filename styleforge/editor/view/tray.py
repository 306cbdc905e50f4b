"""The pictures at hand: those on the tray, those of the pack's gallery, and a zone for others."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import ipywidgets as widgets

from styleforge.editor.view.controls import button, column, labelled, row, sign, words
from styleforge.editor.view.display import image_html
from styleforge.editor.view.wiring import Keyed, Wiring, put, show
from styleforge.editor.widgets import DroppedFile, Dropzone

if TYPE_CHECKING:
    from styleforge.editor.state import Snapshot

IDENTITY, ALL = "identity", "all"
FIRST = 12  # pictures of the gallery at first: a page of fewer widgets is there sooner
MARKER = b"styleforge"  # the chunk of a PNG in which a recipe travels


class Tray:
    """A strip of pictures, each with the roles it can play."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, session = wiring, wiring.session
        self.zone = Dropzone(label="Drop pictures here", layout={"width": "auto"})
        self.zone.on_file(self._received)
        strip = row(kind="strip")
        self._gallery = session.gallery
        self._by_source: dict[str, str] = {}
        self._roles = tuple(
            (item.title, item.role) for item in session.attributes if "image" in item.accepts
        )
        hint = "Show all pictures of the gallery"
        self.more = button(f"All {len(self._gallery)} pictures", hint, icon="th")
        wiring.on_click(self.more, self._show_all)
        show(self.more, len(self._gallery) > FIRST)
        self._first: int | None = FIRST
        self._opening: int | None = None  # the newest message when a first picture came
        self._cards = Keyed(strip, self._card, (self.more,))
        self.widget = row(strip, column(self.zone, kind="zone-box"), kind="shelf")

    def draw(self, snapshot: Snapshot) -> None:
        """The tray's pictures first, then those of the gallery that are not on it."""
        tray = {picture.id: picture for picture in snapshot.tray}
        if snapshot.identity is not None:
            tray = {snapshot.identity.id: snapshot.identity, **tray}
        if snapshot.identity is not None or _newest(snapshot) != self._opening:
            self._opening = None
        used = {picture.source for picture in tray.values()}
        gallery = tuple(source for source in self._gallery if source not in used)[: self._first]
        self._cards.draw((*tray, *gallery))
        for picture_id, picture in tray.items():
            card = self._cards.made[picture_id]
            card.draw(picture.name, picture.thumbnail, _roles_of(snapshot, picture_id))
            on_tray = any(one.id == picture_id for one in snapshot.tray)
            if card.remove is not None:
                show(card.remove, on_tray)

    def _card(self, key: str) -> _PictureCard:
        card = _PictureCard(self._wiring, key, self._roles)
        if key.startswith("gallery:"):
            name = key.removeprefix("gallery:")
            card.draw(name, b"", ())

            def read() -> None:
                card.draw(name, self._wiring.session.thumbnail(key), ())

            self._wiring.reads.ask(f"thumbnail {key}", read)
        return card

    def _show_all(self) -> None:
        self._first = None
        show(self.more, False)
        self._wiring.redraw()

    def _received(self, file: DroppedFile) -> str:
        session = self._wiring.session
        if file.mime == "application/json":
            session.load_recipe(file.data)
            return f"Loading the recipe {file.name}."
        snapshot = session.snapshot()
        if snapshot.identity is None and self._opening is None:  # the first of several at once
            self._opening = _newest(snapshot)
            session.set_identity(file.data, file.name.rpartition(".")[0] or file.name)
            return f"Opening {file.name} as the picture to edit."
        session.add_reference(file.data, file.name.rpartition(".")[0] or file.name)
        if file.mime == "image/png" and MARKER in file.data[:100_000]:
            return f"Opening {file.name}. To restore its recipe, drop it under Recipe and export."
        return f"Opening {file.name} for the tray."


def _newest(snapshot: Snapshot) -> int:
    return snapshot.messages[-1].id if snapshot.messages else 0


class _PictureCard:
    """One picture of the strip: thumbnail, what it is used as, and a choice of roles."""

    def __init__(self, wiring: Wiring, key: str, roles: tuple[tuple[str, str], ...]) -> None:
        self._wiring, self._key = wiring, key
        self._picture = words("", "card-picture")
        self._shown: tuple[str, bytes, tuple[str, ...]] = ("", b"", ())
        choices = [("Use as…", ""), ("Identity", IDENTITY), *roles]
        if len(roles) > 1:
            choices.append(("All references", ALL))
        self.role = labelled(widgets.Dropdown(options=choices, value=""), seen=False)
        self._all = tuple(role for _, role in roles)
        wiring.on_change(self.role, self._chosen)
        self.remove: widgets.Button | None = None
        parts = [self._picture, self.role]
        if not key.startswith("gallery:"):
            self.remove = sign("Remove", "times")
            wiring.on_click(self.remove, self._removed)
            parts.append(self.remove)
        self.widget = column(*parts, kind="picture-card")

    def draw(self, name: str, thumbnail: bytes, used: tuple[str, ...]) -> None:
        """Show the picture, and the names of the roles it plays."""
        if (name, thumbnail, used) == self._shown:
            return
        self._shown = name, thumbnail, used
        badge = f"<b>{escape(', '.join(used))}</b>" if used else ""
        said = f'<span title="{escape(name, quote=True)}">{escape(name)}</span>'
        put(self._picture, value=image_html(thumbnail) + badge + said)
        put(self.role, description=f"Use {name} as")
        if self.remove is not None:
            put(self.remove, tooltip=f"Remove {name} from the tray")

    def _chosen(self, role: str) -> None:
        session = self._wiring.session
        if not role:
            return
        with self._wiring.drawing():
            self.role.value = ""
        if role == IDENTITY:
            session.set_identity(self._key)
            return
        roles = self._all if role == ALL else (role,)
        if self._key.startswith("gallery:"):
            for one in roles:
                session.add_reference(self._key, attribute=one)
        elif role == ALL:
            session.assign_all(dict.fromkeys(roles, self._key))
        else:
            session.assign(role, self._key)

    def _removed(self) -> None:
        self._wiring.session.remove_reference(self._key)


def _roles_of(snapshot: Snapshot, picture_id: str) -> tuple[str, ...]:
    """What a picture is used as, in words."""
    roles = [
        state.role.replace("_", " ")
        for state in snapshot.attributes
        if state.kind == "image" and state.picture == picture_id and state.enabled
    ]
    if snapshot.identity is not None and snapshot.identity.id == picture_id:
        roles.insert(0, "identity")
    return tuple(roles)
