"""The pictures at hand: those that were brought, those of the pack's gallery, a zone for others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from styleforge.editor.view.wiring import Wiring, put
from styleforge.editor.widgets import DroppedFile, Dropzone, Gallery
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.state import Picture

IDENTITY, ALL = "identity", "all"
GALLERY = "gallery:"
MARKER = b"styleforge"  # the chunk of a PNG in which a recipe travels


class Tray:
    """The gallery's grid. A press uses a picture: first as the identity, then as a reference."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, session = wiring, wiring.session
        self.zone = Dropzone(label="Drop pictures here", layout=wiring.make.layout)
        self.zone.on_file(self._received)
        self._sources = session.gallery
        self._captions = {source: session.caption(source) for source in self._sources}
        self._titles = {item.name: item.title for item in session.attributes}
        pictured = [item for item in session.attributes if "image" in item.accepts]
        self._roles = tuple(item.role for item in pictured)
        roles = [["Identity", IDENTITY], *([item.title, item.role] for item in pictured)]
        if len(pictured) > 1:
            roles.append(["All references", ALL])
        self.gallery = Gallery(roles=roles, target=IDENTITY, layout=wiring.make.layout)
        self.gallery.on_use(lambda key, role: wiring.attempt(self._use, key, role))
        self.gallery.on_remove(lambda key: wiring.attempt(session.remove_reference, key))
        self.gallery.on_want(self._wanted)
        wiring.bridge.on_drop(self.gallery.use)
        self._opening: int | None = None  # the newest message when a first picture came
        self._had = False  # an identity
        self._changed: tuple[str, ...] = ()  # roles that the preset changes
        self._waiting: tuple[str, ...] = ()
        self.widget = wiring.make.column(self.zone, self.gallery, kind="pictures-box")

    def draw(self, snapshot: Snapshot) -> None:
        """The person's own pictures first, then those of the gallery, each in its place."""
        if snapshot.identity is not None or _newest(snapshot) != self._opening:
            self._opening = None
        identity = (snapshot.identity,) if snapshot.identity is not None else ()
        brought = {one.id: one for one in (*snapshot.tray, *identity)}
        used = {one.source: self._used_as(snapshot, one.id) for one in brought.values()}
        tray = {one.id for one in snapshot.tray}
        own = [one for one in brought.values() if one.source not in self._captions]
        items = [_item(one, used[one.source], mine=one.id in tray) for one in own]
        for source in self._sources:
            name = source.removeprefix(GALLERY)
            about, roles = self._captions[source], used.get(source, [])
            items.append(_of(source, name, about, roles, mine=False))
        put(self.gallery, items=items)
        self._aim(snapshot)

    def _aim(self, snapshot: Snapshot) -> None:
        """What a press uses a picture as next: what is missing, until somebody chooses.

        A press is never for what the preset leaves as it is, unless somebody chose that.
        """
        has = snapshot.identity is not None
        able = tuple(role for role in self._roles if role in snapshot.changed)
        first = able[0] if has and able else IDENTITY
        left = able != self._changed and self.gallery.target in set(self._roles) - set(able)
        self._changed = able
        if has != self._had or left:
            self._had = has
            put(self.gallery, target=first)
        waiting = tuple(
            one.role for one in snapshot.attributes if one.kind == "image" and not one.picture
        )
        if waiting != self._waiting:
            self._waiting = waiting
            if waiting and has:
                put(self.gallery, target=waiting[-1])

    def _wanted(self, keys: tuple[str, ...]) -> None:
        """Read the pictures that came into sight, and send them together."""

        def read() -> None:
            session, found = self._wiring.session, {}
            pictures = session.snapshot().pictures
            for key in keys:
                try:
                    known = pictures.get(key)
                    found[key] = known.thumbnail if known else session.thumbnail(key)
                except UserError:
                    continue  # it is listed without its picture
            self.gallery.show(found)

        self._wiring.reads.ask(f"thumbnails {keys}", read)

    def _used_as(self, snapshot: Snapshot, picture: str) -> list[str]:
        """What a picture is used as, in words."""
        roles = [
            self._titles.get(state.name, state.role)
            for state in snapshot.attributes
            if state.kind == "image" and state.picture == picture and state.enabled
        ]
        if snapshot.identity is not None and snapshot.identity.id == picture:
            roles.insert(0, "Identity")
        return roles

    def _use(self, key: str, role: str) -> None:
        session = self._wiring.session
        if role == IDENTITY:
            session.set_identity(key)
            return
        roles = (self._changed or self._roles) if role == ALL else (role,)
        if key.startswith(GALLERY):
            for one in roles:
                session.add_reference(key, attribute=one)
        elif role == ALL:
            session.assign_all(dict.fromkeys(roles, key))
        else:
            session.assign(role, key)

    def _received(self, file: DroppedFile) -> str:
        session, name = self._wiring.session, file.name.rpartition(".")[0] or file.name
        if file.mime == "application/json":
            session.load_recipe(file.data)
            return f"Loading the recipe {file.name}."
        snapshot = session.snapshot()
        first = snapshot.identity is None and self._opening is None  # the first of several at once
        if file.role == IDENTITY or (first and not file.role):
            self._opening = _newest(snapshot)
            session.set_identity(file.data, name)
            return f"Opening {file.name} as the picture to edit."
        session.add_reference(file.data, name, attribute=file.role)
        if file.mime == "image/png" and MARKER in file.data[:100_000]:
            return f"Opening {file.name}. To restore its recipe, drop it under Export."
        if file.role:
            return f"Opening {file.name} for {file.role.replace('_', ' ')}."
        return f"Opening {file.name}."


def _newest(snapshot: Snapshot) -> int:
    return snapshot.messages[-1].id if snapshot.messages else 0


def _item(picture: Picture, used: list[str], *, mine: bool) -> dict[str, Any]:
    about = "a result" if picture.origin == "result" else "your picture"
    return _of(picture.id, picture.name, about, used, mine=mine)


def _of(key: str, name: str, about: str, used: list[str], *, mine: bool) -> dict[str, Any]:
    return {"key": key, "name": name, "about": about, "used": used, "mine": mine}
