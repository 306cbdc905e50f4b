"""What a run needs, for a machine that has none of the caller's files, and what it made, back.

Pictures are sent as bytes and named anew there. Whatever comes back (notes, errors, recipes,
checkpoints) speaks of the caller's files again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.inputs import file_name, with_inputs
from styleforge.recipe.recipe import Recipe
from styleforge.run.checkpoint import load_checkpoint, save_checkpoint
from styleforge.run.events import Finished, Note, Preparing
from styleforge.run.packed import pack, unpack

if TYPE_CHECKING:
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.run.events import Event

GALLERY = "gallery:"  # pictures that a pack has, there as here


def files_of(recipe: Recipe, folder: Path) -> dict[str, bytes]:
    """The files of a recipe by the paths that it has, read from ``folder``.

    Raises:
        UserError: if one cannot be read.

    Example:
        >>> from styleforge import ImageRef
        >>> me = Recipe(domain="toy", method="look", stages=(), identity=ImageRef("me.png"))
        >>> list(files_of(me, Path()))
        ['me.png']
    """
    found: dict[str, bytes] = {}

    def look(item: ImageRef | Mask) -> tuple[str, str | None]:
        if not item.path.startswith(GALLERY) and item.path not in found:
            try:
                found[item.path] = (folder / item.path).read_bytes()
            except OSError as error:
                msg = f"{item.path} cannot be read: {error.strerror or error}. Check the name."
                raise UserError(msg) from error
        return item.path, item.sha256

    with_inputs(recipe, look)
    return found


@dataclass(frozen=True)
class Parcel:
    """The files of a run where it happens, by the caller's paths.

    Example:
        >>> from styleforge import ImageRef
        >>> me = Recipe(domain="toy", method="look", stages=(), identity=ImageRef("/home/a/me.png"))
        >>> parcel = opened({"/home/a/me.png": b"..."}, Path("there"))
        >>> parcel.there(me).identity.path
        'there/0/me.png'
        >>> parcel.home(parcel.there(me)) == me
        True
    """

    places: Mapping[str, str]  # here, by the caller's path

    def there(self, recipe: Recipe) -> Recipe:
        """The recipe with the paths of the files here."""
        return _named(recipe, self.places)

    def home(self, recipe: Recipe) -> Recipe:
        """The recipe with the caller's paths."""
        return _named(recipe, {here: path for path, here in self.places.items()})

    def text(self, text: str) -> str:
        """A sentence that speaks of the caller's files."""
        for path, here in self.places.items():
            text = text.replace(here, path)
        return text

    def told(self, told: Event | UserError) -> Event | UserError:
        """An event, or an error, in the caller's terms."""
        if isinstance(told, Note):
            return Note(self.text(told.text))
        if isinstance(told, Preparing):
            return replace(told, what=self.text(told.what))
        if isinstance(told, Finished):
            notes = tuple(map(self.text, told.result.notes))
            recipe = self.home(told.result.recipe)
            return Finished(replace(told.result, recipe=recipe, notes=notes))
        if isinstance(told, UserError):
            told.args = tuple(self.text(str(one)) for one in told.args)
        return told

    def checkpoint(self, path: Path) -> bytes:
        """A checkpoint, as the caller may keep it."""
        state, recipe = load_checkpoint(path)
        copy = path.with_name("sent.resume")
        save_checkpoint(copy, state, self.home(recipe))
        return copy.read_bytes()


def opened(files: Mapping[str, bytes], folder: Path) -> Parcel:
    """Write the files of a run into a folder, each in one of its own, under its name.

    Example:
        >>> opened({"photos/me.png": b"..."}, Path("here")).places
        {'photos/me.png': 'here/0/me.png'}
    """
    places = {}
    for number, (path, data) in enumerate(files.items()):
        place = folder / str(number) / (file_name(path) or "picture")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        places[path] = str(place)
    return Parcel(places)


def repacked(data: bytes, parcel: Parcel) -> bytes:
    """What was packed, in the caller's terms.

    Example:
        >>> unpack(repacked(pack(Note("at /tmp/0/me.png")), Parcel({"me.png": "/tmp/0/me.png"})))
        Note(text='at me.png')
    """
    return pack(parcel.told(unpack(data)))


def _named(recipe: Recipe, names: Mapping[str, str]) -> Recipe:
    return with_inputs(recipe, lambda item: (names.get(item.path, item.path), item.sha256))
