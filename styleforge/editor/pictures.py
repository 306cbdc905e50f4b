"""The pictures of a session: taken from anywhere, kept by their contents, shown at any size.

Recipes name files, so pictures that come from memory (an upload, an array) are written to the
session's folder first.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from PIL import Image

from styleforge.editor import files
from styleforge.editor.state import Picture
from styleforge.errors import UserError
from styleforge.files import write_whole
from styleforge.prepare.images import file_sha256
from styleforge.prepare.opening import open_picture, readable
from styleforge.prepare.painted import mask_picture
from styleforge.prepare.photo import to_rgb

if TYPE_CHECKING:
    from styleforge.pack.models import Models

Origin = Literal["gallery", "file", "upload", "result", "mask"]


@dataclass(frozen=True)
class Held:
    """A result that could not be written: where to, its bytes, and what to do once it was."""

    path: Path
    data: bytes
    written: Callable[[], object]


class Pictures:
    """Pictures by id.

    Args:
        folder: of the session; written to when a picture comes from memory.
        models: whose gallery ``gallery:NAME`` means.
    """

    def __init__(self, folder: Path, models: Models) -> None:
        self.folder, self.models = folder, models
        self.by_id: Mapping[str, Picture] = {}
        self.held: Mapping[str, Held] = {}  # pictures that are only in memory, by id

    def take(
        self,
        source: Any,
        name: str = "",
        origin: Literal["file", "upload", "result"] = "file",
    ) -> Picture:
        """The picture of a source: a file, ``gallery:NAME``, the bytes of a file, a PIL picture, an
        array ``(H, W, 3)`` of bytes, or the id of a picture that is known.

        Raises:
            UserError: if it is not a picture that can be read.
        """
        if isinstance(source, str) and source in self.by_id:
            return self.by_id[source]
        if isinstance(source, str | Path):
            return self._from_file(str(source), name, origin)
        if isinstance(source, bytes | bytearray | memoryview):
            data, suffix = files.checked(bytes(source), name or "what was uploaded")
        else:
            data, suffix = files.png(files.picture_of(source)), ".png"
            files.checked(data, name or "the picture")
        sha256 = hashlib.sha256(data).hexdigest()
        known = self._known(sha256)
        if known is not None:
            return known
        path = self.folder / "pictures" / f"{sha256[:12]}{suffix}"
        write_whole(path, data)
        return self._keep(str(path), name or path.stem, sha256, "upload", data)

    def take_mask(self, mask: Any) -> Picture:
        """A painted mask, kept as a grey PNG.

        Args:
            mask: a path, the bytes of a file, or what `styleforge.prepare.painted.mask_picture`
                takes.

        Raises:
            UserError: if it is none of these.
        """
        if isinstance(mask, bytes | bytearray | memoryview | str | Path):
            source = mask if isinstance(mask, str | Path) else bytes(mask)
            with open_picture(source, "the mask") as opened:
                grey = mask_picture(opened)
        else:
            grey = mask_picture(mask)
        data = files.png(grey)
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.folder / "masks" / f"{sha256[:12]}.png"
        if not path.exists():
            write_whole(path, data)
        return self._keep(str(path), "painted mask", sha256, "mask", data)

    def take_result(self, data: bytes, path: Path, name: str) -> Picture:
        """The picture of a run's result: the bytes of the PNG that was written to ``path``."""
        sha256 = hashlib.sha256(data).hexdigest()
        return self._known(sha256) or self._keep(str(path), name, sha256, "result", data)

    def hold(self, data: bytes, path: Path, name: str, written: Callable[[], object]) -> Picture:
        """A result that could not be written to ``path``; it stays in memory until it can be."""
        picture = self.take_result(data, path, name)
        self.held = {**self.held, picture.id: Held(path, data, written)}
        return picture

    def write_held(self) -> tuple[Picture, ...]:
        """Try again to write what is only in memory; returns what is on disk now."""
        done = []
        for picture_id, held in self.held.items():
            try:
                write_whole(held.path, held.data)
            except UserError:
                continue  # it was said when it happened
            held.written()
            done.append(self.by_id[picture_id])
        self.held = {name: held for name, held in self.held.items() if self.by_id[name] not in done}
        return tuple(done)

    def __getitem__(self, picture_id: str) -> Picture:
        if picture_id in self.by_id:
            return self.by_id[picture_id]
        msg = f"The session has no picture {picture_id!r}; add it to the tray first."
        raise UserError(msg)

    def image(self, picture_id: str) -> Image.Image:
        """A picture in RGB, upright.

        Raises:
            UserError: if its file is gone or damaged.
        """
        held = self.held.get(picture_id)
        if held is not None:
            return to_rgb(Image.open(io.BytesIO(held.data)))
        picture = self[picture_id]
        path = self.path(picture)
        with open_picture(path) as opened, readable(picture.name):
            return to_rgb(opened)

    def png(self, picture_id: str) -> bytes:
        """A picture as the bytes of a PNG, without what travels inside its file."""
        return files.png(self.image(picture_id))

    def data(self, picture_id: str) -> bytes:
        """The bytes of a picture's file.

        Raises:
            UserError: if it is gone or cannot be read.
        """
        if picture_id in self.held:
            return self.held[picture_id].data
        path = self.path(self[picture_id])
        try:
            return path.read_bytes()
        except OSError as error:
            msg = f"{path} cannot be read: {error.strerror or error}."
            raise UserError(msg) from error

    def path(self, picture: Picture) -> Path:
        """The file of a picture."""
        from styleforge.prepare.prepare import resolve

        return resolve(picture.source, self.models)

    def by_name(self, sentence: str) -> str:
        """A sentence with the names of pictures where it has their files in the session's folder,
        which a person has never seen.
        """
        folder = str(self.folder)
        for picture in self.by_id.values():
            if picture.source.startswith(folder):
                sentence = sentence.replace(picture.source, picture.name)
                sentence = sentence.replace(Path(picture.source).name, picture.name)
        return sentence

    def restore(self, pictures: Mapping[str, Picture]) -> tuple[str, ...]:
        """Take pictures that were saved; returns a sentence for each whose file is gone."""
        self.by_id = dict(pictures)
        gone = []
        for picture in pictures.values():
            try:
                data = files.thumbnail(self.image(picture.id))
                self.by_id = {**self.by_id, picture.id: replace(picture, thumbnail=data)}
            except UserError as error:
                gone.append(str(error))
        return tuple(gone)

    def _from_file(
        self, source: str, name: str, origin: Literal["file", "upload", "result"]
    ) -> Picture:
        from styleforge.prepare.prepare import resolve

        path = resolve(source, self.models)
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        if not data:
            open_picture(path).close()  # says in a sentence what is wrong with it
        files.checked(data, source)
        sha256 = hashlib.sha256(data).hexdigest()
        known = self._known(sha256)
        if known is not None:
            return known
        gallery = source.startswith("gallery:")
        name = name or (source.removeprefix("gallery:") if gallery else path.stem)
        return self._keep(source, name, sha256, "gallery" if gallery else origin, data)

    def _known(self, sha256: str) -> Picture | None:
        """The picture with these contents, if its file still holds them."""
        picture = self.by_id.get(sha256[:12])
        if picture is None or picture.id in self.held:
            return picture
        try:
            there = file_sha256(self.path(picture)) == sha256
        except (OSError, UserError):
            there = False
        return picture if there else None

    def _keep(self, source: str, name: str, sha256: str, origin: Origin, data: bytes) -> Picture:
        """A picture at its place; one that is known keeps its name, and is found there now."""
        known = self.by_id.get(sha256[:12])
        if known is not None:
            moved = replace(known, source=source)
            self.by_id = {**self.by_id, known.id: moved}
            return moved
        with open_picture(data, name) as opened, readable(name):
            upright = to_rgb(opened)
        picture = Picture(
            id=sha256[:12],
            name=name,
            source=source,
            sha256=sha256,
            origin=origin,
            thumbnail=files.thumbnail(upright),
        )
        self.by_id = {**self.by_id, picture.id: picture}
        return picture
