"""What the result is looked at with: the identity, and what each attribute was asked to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import TYPE_CHECKING

from styleforge.editor.together import states_of
from styleforge.editor.view.display import image_html
from styleforge.editor.view.wiring import Wiring, put

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot
    from styleforge.editor.state import AttributeState, Picture


class Beside:
    """Small pictures next to the result, and words and colours where those were given."""

    def __init__(self, wiring: Wiring) -> None:
        self._titles = wiring.session.titles
        self.widget = wiring.make.words("", "beside")

    def draw(self, snapshot: Snapshot) -> None:
        """Show them for the result that is shown, else for what the controls ask for."""
        candidate = snapshot.candidate
        attributes = (*snapshot.attributes, *snapshot.beside)
        if candidate is not None:
            attributes = tuple(states_of(candidate.edit))
        identity = snapshot.identity
        if candidate is not None:
            identity = snapshot.pictures.get(candidate.base, identity)
        put(self.widget, value="".join(self._figures(identity, attributes, snapshot.pictures)))

    def _figures(
        self,
        identity: Picture | None,
        attributes: tuple[AttributeState, ...],
        pictures: Mapping[str, Picture],
    ) -> Iterator[str]:
        yield _figure("Identity", _image(identity), identity.name if identity else "none yet")
        for state in attributes:
            if not state.asked:
                continue
            title = self._titles.get(state.name, state.role)
            if state.kind in {"image", "mask"}:
                picture = pictures.get(state.picture if state.kind == "image" else state.mask)
                yield _figure(title, _image(picture), picture.name if picture else "gone")
            elif state.kind == "swatch":
                colour = escape(state.colour, quote=True)
                yield _figure(title, f'<i style="background:{colour}"></i>', state.colour)
            else:
                said = state.text if state.kind == "text" else state.value
                yield _figure(title, f"<q>{escape(said)}</q>", "")


def _figure(title: str, shown: str, name: str) -> str:
    caption = f"<b>{escape(title)}</b> {escape(name)}"
    return f"<figure>{shown}<figcaption>{caption}</figcaption></figure>"


def _image(picture: Picture | None) -> str:
    return image_html(picture.thumbnail if picture else b"")  # the caption says what it is
