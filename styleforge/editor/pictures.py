"""The pictures of a session: taken from anywhere, kept by their contents, shown at any size.

Recipes name files, so pictures that come from memory (an upload, an array) are written to the
session's folder first.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from PIL import Image, ImageOps

from styleforge.editor.state import Picture
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.pack import Models

THUMBNAIL = 128  # pixels of the longer side
PREVIEW = 320
Source = str | Path | bytes | memoryview | Image.Image | np.ndarray


class Pictures:
    """Pictures by id.

    Args:
        folder: of the session; written to when a picture comes from memory.
        models: whose gallery ``gallery:NAME`` means.
    """

    def __init__(self, folder: Path, models: Models) -> None:
        self.folder, self.models = folder, models
        self.by_id: Mapping[str, Picture] = {}

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
            data, suffix = _checked(bytes(source), name or "what was uploaded")
        else:
            data, suffix = _png(_picture_of(source)), ".png"
            _checked(data, name or "the picture")
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256[:12] in self.by_id:
            return self.by_id[sha256[:12]]
        path = self.folder / "pictures" / f"{sha256[:12]}{suffix}"
        _write(path, data)
        return self._keep(str(path), name or path.stem, sha256, "upload", data)

    def take_mask(self, mask: Any) -> Picture:
        """A painted mask, kept as a grey PNG.

        Args:
            mask: the bytes of a file, a PIL picture, or an array ``(H, W)``, of bytes or in [0, 1].

        Raises:
            UserError: if it is none of these.
        """
        if isinstance(mask, bytes | bytearray | memoryview):
            data, _ = _checked(bytes(mask), "the mask")
            opened: Image.Image = Image.open(io.BytesIO(data))
        else:
            array = mask if isinstance(mask, Image.Image) else np.asarray(mask)
            if isinstance(array, np.ndarray) and array.dtype.kind in "fb":
                array = (array.astype(np.float64).clip(0, 1) * 255).round().astype(np.uint8)
            opened = _picture_of(array)
        data = _png(_grey(opened))
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.folder / "masks" / f"{sha256[:12]}.png"
        _write(path, data)
        return self._keep(str(path), "painted mask", sha256, "mask", data)

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
        from styleforge.images import open_picture, to_rgb

        with open_picture(self.path(self[picture_id])) as opened:
            try:
                return to_rgb(ImageOps.exif_transpose(opened))
            except (OSError, ValueError, SyntaxError) as error:
                msg = f"{self[picture_id].name} is damaged and cannot be read ({error})."
                raise UserError(msg) from error

    def png(self, picture_id: str) -> bytes:
        """A picture as the bytes of a PNG, without what travels inside its file."""
        return _png(self.image(picture_id))

    def path(self, picture: Picture) -> Path:
        """The file of a picture."""
        from styleforge.prepare import resolve

        return resolve(picture.source, self.models)

    def by_name(self, sentence: str) -> str:
        """A sentence with the names of pictures where it has their files in the session's folder,
        which a person has never seen.
        """
        folder = str(self.folder)
        for picture in self.by_id.values():
            if picture.source.startswith(folder):
                sentence = sentence.replace(picture.source, picture.name)
        return sentence

    def restore(self, pictures: Mapping[str, Picture]) -> tuple[str, ...]:
        """Take pictures that were saved; returns a sentence for each whose file is gone."""
        self.by_id = dict(pictures)
        gone = []
        for picture in pictures.values():
            try:
                data = thumbnail(self.image(picture.id))
                self.by_id = {**self.by_id, picture.id: replace(picture, thumbnail=data)}
            except UserError as error:
                gone.append(str(error))
        return tuple(gone)

    def _from_file(
        self, source: str, name: str, origin: Literal["file", "upload", "result"]
    ) -> Picture:
        from styleforge.prepare import resolve

        path = resolve(source, self.models)
        try:
            data = path.read_bytes()
        except OSError:
            data = b""
        if not data:
            from styleforge.images import open_picture

            open_picture(path).close()  # says in a sentence what is wrong with it
        _checked(data, source)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256[:12] in self.by_id:
            return self.by_id[sha256[:12]]
        gallery = source.startswith("gallery:")
        name = name or (source.removeprefix("gallery:") if gallery else path.stem)
        return self._keep(source, name, sha256, "gallery" if gallery else origin, data)

    def _keep(
        self,
        source: str,
        name: str,
        sha256: str,
        origin: Literal["gallery", "file", "upload", "result", "mask"],
        data: bytes,
    ) -> Picture:
        from styleforge.images import to_rgb

        upright = to_rgb(ImageOps.exif_transpose(Image.open(io.BytesIO(data))))
        picture = Picture(
            id=sha256[:12],
            name=name,
            source=source,
            sha256=sha256,
            origin=origin,
            thumbnail=thumbnail(upright),
        )
        self.by_id = {**self.by_id, picture.id: picture}
        return picture


def thumbnail(picture: Image.Image, side: int = THUMBNAIL) -> bytes:
    """A JPEG of at most so many pixels a side."""
    small = picture.convert("RGB")
    small.thumbnail((side, side))
    file = io.BytesIO()
    small.save(file, format="JPEG", quality=85)
    return file.getvalue()


def _checked(data: bytes, name: str) -> tuple[bytes, str]:
    """The bytes of a picture's file that can be read to its end, and its suffix."""
    from styleforge.images import MAX_PIXELS, MIN_SIDE

    try:
        with Image.open(io.BytesIO(data)) as picture:
            suffix = f".{(picture.format or 'png').lower()}"
            width, height = picture.size
            if width * height <= MAX_PIXELS:
                picture.load()
    except Image.DecompressionBombError as error:
        msg = f"{name} is too large: at most {MAX_PIXELS // 10**6} megapixels are expected."
        raise UserError(msg) from error
    except (OSError, ValueError, SyntaxError) as error:
        msg = f"{name} is not a picture that can be read. Use PNG, JPEG, WebP, TIFF or BMP."
        raise UserError(msg) from error
    if width * height > MAX_PIXELS or min(width, height) < MIN_SIDE:
        msg = (
            f"{name} is {width} x {height} pixels; at least {MIN_SIDE} on each side and at most "
            f"{MAX_PIXELS // 10**6} megapixels are expected."
        )
        raise UserError(msg)
    return data, suffix


def _picture_of(source: Any) -> Image.Image:
    if isinstance(source, Image.Image):
        return source
    array = np.asarray(source)
    if (
        array.dtype != np.uint8
        or array.ndim not in {2, 3}
        or array.shape[2:] not in {(), (3,), (4,)}
    ):
        msg = (
            f"An array of {array.dtype} with shape {array.shape} is not a picture; (H, W, 3) of "
            "uint8 was expected."
        )
        raise UserError(msg)
    return Image.fromarray(array)


def _grey(picture: Image.Image) -> Image.Image:
    """A picture as a mask: its lightness, or its opacity where that says more."""
    if picture.mode in {"RGBA", "LA"}:
        alpha = picture.getchannel("A")
        low, high = alpha.getextrema()
        if low != high:
            return alpha
    return picture.convert("L")


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, format="PNG")
    return file.getvalue()


def _write(path: Path, data: bytes) -> None:
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        msg = f"{path} cannot be written: {error.strerror or error}."
        raise UserError(msg) from error
