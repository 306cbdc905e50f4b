"""What a file is, before anything is made of it: a web page, half a download, another network."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.weights.row import FileLayout

BEGIN = 1024  # bytes that are looked at


def refuse_what_is_no_weights(path: Path, layout: FileLayout, size: int | None = None) -> None:
    """Refuse what can be told at a glance to hold no weights.

    Args:
        path: what the user gave.
        layout: what is expected.
        size: bytes of the published file, where they are known.

    Raises:
        UserError: what it is, as the end of a sentence that begins with the path.

    Example:
        >>> from styleforge.weights.layouts import layout_of
        >>> Path("page.pt").write_text("<!DOCTYPE html><title>Quota exceeded</title>") > 0
        True
        >>> refuse_what_is_no_weights(Path("page.pt"), layout_of("arcface"))
        Traceback (most recent call last):
        styleforge.errors.UserError: is a web page ('Quota exceeded') and no file of weights
    """
    if layout.folder:
        if not path.is_dir():
            raise UserError("is a file, and a folder is expected" if path.exists() else _GONE)
        return
    if path.is_dir():
        raise UserError("is a folder, and a file is expected")
    if not path.is_file():
        raise UserError(_GONE)
    with path.open("rb") as file:
        begin = file.read(BEGIN)
    length = path.stat().st_size
    if not begin:
        raise UserError("is empty")
    text = begin.lstrip(b"\xef\xbb\xbf \r\n\t").decode("latin1")
    if text[:20].lower().startswith(("<!doctype html", "<html", "<head", "<?xml")):
        raise UserError(f"is a web page{_title(text)} and no file of weights")
    if text.startswith("version https://git-lfs"):
        raise UserError("is a pointer of Git LFS: the weights themselves were not downloaded")
    if begin.startswith(b"PK\x03\x04") and not zipfile.is_zipfile(path):
        raise UserError(f"is incomplete: {length:,} bytes{_of(size)} were downloaded")


_GONE = "is not there"


def _title(text: str) -> str:
    lower = text.lower()
    start, end = lower.find("<title>"), lower.find("</title>")
    return f" ({text[start + 7 : end].strip()[:60]!r})" if 0 <= start < end else ""


def _of(size: int | None) -> str:
    return "" if size is None else f" of {size:,}"


def shorter(path: Path, size: int | None) -> str:
    """That a file is shorter than the published one; empty where it is not, or unknown.

    Example:
        >>> Path("a.pkl").write_bytes(b"half") and shorter(Path("a.pkl"), 381624121)
        'it has 4 bytes and the published file 381,624,121, so that it is incomplete'
    """
    if size is None or not path.is_file() or path.stat().st_size >= size:
        return ""
    have = path.stat().st_size
    return f"it has {have:,} bytes and the published file {size:,}, so that it is incomplete"


def names_in(content: Any, depth: int = 3) -> Iterable[str]:
    """Names of everything in nested dictionaries, ``state_dict.encoder.body``.

    Example:
        >>> list(names_in({"state_dict": {"fc.weight": 1}}))
        ['state_dict', 'state_dict.fc.weight']
    """
    if isinstance(content, Mapping) and depth:
        for name, one in content.items():
            yield str(name)
            yield from (f"{name}.{inner}" for inner in names_in(one, depth - 1))


def looks_like(names: Iterable[str], layouts: Iterable[FileLayout]) -> FileLayout | None:
    """The layout that tensors are known by their names to be of; None where nothing fits.

    Example:
        >>> from styleforge.weights.layouts import LAYOUTS
        >>> looks_like(["features.28.weight"], LAYOUTS).name
        'vgg16'
    """
    have = tuple(names)
    for layout in layouts:
        if layout.signs and all(any(sign in name for name in have) for sign in layout.signs):
            return layout
    return None
