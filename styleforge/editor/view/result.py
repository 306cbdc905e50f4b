"""The result: before and after, beside what it was made from, and the strip of candidates."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from styleforge.editor.files import display_bytes, thumbnail
from styleforge.editor.view.beside import Beside
from styleforge.editor.view.card import Card
from styleforge.editor.view.wiring import Keyed, Wiring, put, show
from styleforge.editor.widgets import Compare

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.state import Candidate, Picture

LIVE = "live"  # the card of the run in progress
PREVIEW = "preview"  # that of the preview
KEPT = 24  # pictures that are kept as they are sent
STATUS = {"done": "done", "stopped": "stopped, best kept", "failed": "failed"}


class ResultPart:
    """Compare, staging strip, accept and discard.

    While something runs, its preview is what is compared, until another candidate is chosen.
    """

    def __init__(self, wiring: Wiring) -> None:
        self._wiring, session = wiring, wiring.session
        make = wiring.make
        self.compare = Compare(
            layout=make.layout,
            empty="Press a picture to edit it, or drop one of yours here."
            if session.gallery
            else "Drop a photograph here, or choose a file under Pictures.",
        )
        wiring.on_change(self.compare, lambda _: wiring.redraw(), "sharp")
        wiring.on_change(self.compare, self._choose_subject, "chosen")
        self._places: dict[str, list[list[float]]] = {}  # of subjects, by picture
        self._beside = Beside(wiring)
        strip = make.row(kind="strip")
        strip.add_class("sf-staging")
        self._cards = Keyed(wiring, strip, self._card)
        self.accept = make.button("Accept", "Go on with this result (A)", icon="check")
        wiring.on_click(self.accept, session.accept)
        self.discard = make.button("Discard", "Take this result off the strip (X)", icon="trash")
        wiring.on_click(self.discard, session.discard)
        self.resume = make.button("Resume", "Go on with the run that was stopped", icon="forward")
        wiring.on_click(self.resume, self._resume)
        self._none = make.words("Results appear here.", "note")
        decide = make.row(self.accept, self.discard, self.resume, kind="decide")
        self.staging = make.row(self._none, strip, decide, kind="candidates")
        self.compare_box = make.column(self.compare, kind="compare-box")
        self.canvas = make.column(self.compare_box, kind="canvas")
        self.canvas.add_class("sf-to-identity")  # pictures can be dropped on it
        self.widget = make.row(self._beside.widget, self.canvas, kind="look")
        self._pictures: dict[str, bytes] = {}
        self._sizes: dict[str, list[int]] = {}  # width and height of whole pictures
        self._wanted: dict[str, str] = {}
        self._run = ""
        self._follow = True
        self._thumbnail = (b"", b"")  # of which preview

    def draw(self, snapshot: Snapshot) -> None:
        """Show the pair to compare, and the strip."""
        progress = snapshot.progress
        if progress.run != self._run:
            self._run, self._follow = progress.run, True
        live = progress.active and self._follow and bool(progress.preview)
        self._beside.draw(snapshot)
        if live:
            self._draw_live(snapshot)
        else:
            self._draw_pair(snapshot)
        self._draw_places(snapshot)  # after the pictures, which are read sooner
        keys = tuple(one.id for one in snapshot.candidates)
        more = (PREVIEW,) if snapshot.preview.picture else ()
        self._cards.draw((*keys, *more, *((LIVE,) if progress.active else ())))
        for number, one in enumerate(snapshot.candidates, start=1):
            chosen = one.id == snapshot.shown and not live
            self._draw_candidate(snapshot, one, number, chosen)
        if more:
            small = self._small(snapshot.preview.picture)
            seen = snapshot.previewing and not live
            self._cards.made[PREVIEW].draw(small, "Preview", "Look at the preview", chosen=seen)
        if progress.active:
            card = self._cards.made[LIVE]
            card.draw(progress.preview, "Running", "Look at the run in progress", chosen=live)
        shown = snapshot.candidate
        name = shown.label if shown else "the result"
        for control, verb in ((self.accept, "Go on with"), (self.discard, "Take off the strip:")):
            keys_of = "A" if control is self.accept else "X"
            put(control, disabled=shown is None, tooltip=f"{verb} {name} ({keys_of})")
        stopped = shown is not None and shown.status == "stopped"
        show(self.resume, stopped or bool(snapshot.interrupted))
        show(self._none, not (keys or more or progress.active))

    def _draw_places(self, snapshot: Snapshot) -> None:
        """Frames around several subjects, until there is something to compare."""
        identity = snapshot.identity
        if identity is None:
            put(self.compare, places=[])
            return
        if identity.id not in self._places and identity.origin in {"file", "upload"}:
            self._places[identity.id] = []

            def read() -> None:
                found = self._wiring.session.several(identity.id)
                self._places[identity.id] = [list(one) for one in found]
                self._wiring.redraw()

            self._wiring.searches.ask(f"subjects {identity.id}", read)
        made = bool(snapshot.candidates) or snapshot.progress.active or snapshot.previewing
        places = [] if made else self._places.get(identity.id, [])
        put(self.compare, places=places, chosen=snapshot.subjects.get(identity.id, 0))

    def _choose_subject(self, number: int) -> None:
        if number:
            self._wiring.session.set_subject("identity", number)

    def step(self, by: int) -> None:
        """Show the candidate after or before the one that is shown."""
        snapshot = self._wiring.session.snapshot()
        ids = [one.id for one in snapshot.candidates]
        if ids:
            now = ids.index(snapshot.shown) if snapshot.shown in ids else 0
            self._show(ids[(now + by) % len(ids)])

    def _small(self, picture: bytes) -> bytes:
        """The preview's thumbnail, made once."""
        if self._thumbnail[0] != picture:
            self._thumbnail = picture, thumbnail(Image.open(io.BytesIO(picture)))
        return self._thumbnail[1]

    def _draw_live(self, snapshot: Snapshot) -> None:
        progress = snapshot.progress
        put(self.compare, before_label="Identity, aligned", after_label="Preview")
        identity = snapshot.identity
        self._wanted["after"] = LIVE
        put(self.compare, after=progress.preview, size=[])
        if identity is not None and self._wanted.get("before") != f"aligned {identity.id}":
            self._want("before", f"aligned {identity.id}", identity.id, aligned=True)

    def _draw_pair(self, snapshot: Snapshot) -> None:
        if snapshot.compare is None:
            left = right = None
        else:
            left, right = snapshot.compare
        if left is not None and right is not None and left.id == right.id:
            right = None  # nothing was made yet
        seen = snapshot.previewing and right is None
        before = (
            ", from before the run" if snapshot.progress.active else ""
        )  # none is made meanwhile
        put(
            self.compare,
            before_label=_label(left, snapshot) or "Identity",
            after_label=f"Preview{before}" if seen else _label(right, snapshot) or "Result",
        )
        if seen:
            self._wanted["after"] = PREVIEW
            put(self.compare, after=snapshot.preview.picture)
        for side, picture in (("before", left), ("after", right)):
            key = picture.id if picture else ""
            if side == "after" and seen:
                continue
            if not picture:
                self._wanted[side] = ""
                put(self.compare, **{side: b""})
            elif self._wanted.get(side) not in {key, f"{key} whole"}:
                if side == "before":
                    put(self.compare, sharp=False)
                self._want(side, key, key)
            elif self.compare.sharp and self._wanted.get(side) == key:
                self._want(side, f"{key} whole", key)

    def _want(self, side: str, key: str, picture: str, *, aligned: bool = False) -> None:
        """Show a picture on a side when it is read; another that is wanted meanwhile goes first."""
        self._wanted[side] = key

        def read() -> None:
            if key not in self._pictures:
                session = self._wiring.session
                found = session.aligned(picture) if aligned else session.image(picture)
                while len(self._pictures) >= KEPT:
                    self._pictures.pop(next(iter(self._pictures)))
                if not aligned:
                    self._sizes[picture] = list(found.size)
                whole = key.endswith(" whole")
                self._pictures[key] = display_bytes(found, whole=whole)
            if self._wanted.get(side) == key:
                put(self.compare, **{side: self._pictures[key]})
                if side == "before":
                    put(self.compare, size=[] if aligned else self._sizes.get(picture, []))

        if key in self._pictures:
            read()
        else:
            self._wiring.reads.ask(f"compare {side}", read)

    def _card(self, key: str) -> Card:
        card = Card(self._wiring.make, kind="candidate")
        self._wiring.on_click(card.button, lambda: self._show(key))
        return card

    def _resume(self) -> None:
        """Go on with the run that is shown, if it was stopped, else with one cut off by a crash."""
        snapshot = self._wiring.session.snapshot()
        shown = snapshot.candidate
        if shown is not None and shown.status == "stopped":
            self._wiring.session.resume(shown.id)
        elif snapshot.interrupted:
            self._wiring.session.resume(snapshot.interrupted[-1])

    def _show(self, key: str) -> None:
        self._follow = key == LIVE
        self._wiring.session.compare()
        if key == PREVIEW:
            self._wiring.session.look_at_preview()
        elif key != LIVE:
            self._wiring.session.show(key)

    def _draw_candidate(
        self, snapshot: Snapshot, one: Candidate, number: int, chosen: bool
    ) -> None:
        picture = snapshot.pictures.get(one.picture)
        about = f": {one.about}" if one.about else ""
        self._cards.made[one.id].draw(
            picture.thumbnail if picture else b"",
            f"{number} {one.status}",
            f"Look at {one.label} ({STATUS[one.status]}){about}",
            chosen=chosen,
        )


def _label(picture: Picture | None, snapshot: Snapshot) -> str:
    if picture is None:
        return ""
    if snapshot.identity is not None and picture.id == snapshot.identity.id:
        return f"Identity: {picture.name}"
    candidate = snapshot.candidate
    return candidate.label if candidate is not None else picture.name
