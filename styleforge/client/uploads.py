"""What goes to a server: files under names of an edit, and the JSON that says what is asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError
from styleforge.prepare.inputs import with_inputs
from styleforge.prepare.parse import PICTURES

if TYPE_CHECKING:
    from styleforge.recipe.condition import ImageRef, Mask
    from styleforge.recipe.recipe import Recipe

GALLERY = "gallery:"
UPLOAD = "upload:"
Source = str | Path | bytes


@dataclass
class Parcel:
    """The files of a request, by the names under which they are sent.

    Example:
        >>> parcel = Parcel()
        >>> parcel.picture("identity", b"bytes of a PNG"), parcel.picture("shape", "gallery:mira")
        ('upload:identity', 'gallery:mira')
        >>> list(parcel.files)
        ['identity']
    """

    files: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)  # of a recipe's files: path by name

    def picture(self, name: str, source: Source) -> str:
        """How a request names a picture, which is sent along unless it is of the gallery.

        Raises:
            UserError: if the file cannot be read.
        """
        if isinstance(source, str) and source.startswith((GALLERY, UPLOAD)):
            return source
        name = name.replace("-", "_").lower()
        self.files[name] = source if isinstance(source, bytes) else _bytes_of(source)
        return UPLOAD + name

    def wish(self, name: str, value: Source) -> str:
        """How a request says what an attribute is to be: words and colours as they are."""
        if isinstance(value, bytes | Path):
            return self.picture(name, value)
        if value.startswith("mask:") and not value.startswith("mask:" + UPLOAD):
            return "mask:" + self.picture(name, Path(value.removeprefix("mask:")))
        if Path(value).suffix.lower() in PICTURES and not value.startswith((GALLERY, UPLOAD)):
            return self.picture(name, value)
        return value

    def recipe(self, recipe: Recipe) -> Recipe:
        """The recipe with ``upload:NAME`` in place of its files."""
        sent: dict[str, str] = {}

        def send(item: ImageRef | Mask) -> tuple[str, str | None]:
            if item.path.startswith(GALLERY):
                return item.path, item.sha256
            if item.path not in sent:
                name = f"picture_{len(sent) + 1}"
                self.names[name] = item.path
                sent[item.path] = self.picture(name, Path(item.path))
            return sent[item.path], None  # the server writes it anew

        return with_inputs(recipe, send)

    def sent(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What `httpx` is given: a form where there are files, JSON otherwise."""
        if not self.files:
            return {"json": dict(asked)}
        files = {
            name: (f"{name}.png", data, "application/octet-stream")
            for name, data in self.files.items()
        }
        return {"data": {"edit": json.dumps(asked)}, "files": files}


def _bytes_of(source: str | Path) -> bytes:
    try:
        return Path(source).read_bytes()
    except OSError as error:
        msg = f"There is no picture {source} that can be read: {error.strerror or error}."
        raise UserError(msg) from error
