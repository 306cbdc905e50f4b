"""Sentences as they go out: without places of the server, in the words of whoever reads them.

A picture that was sent is called by what it is for. What a message tells a person at a command line
to do becomes what is done on the page, or sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.pack.choice import HOW
from styleforge.prepare.ways import OTHER_PACK, OTHER_SUBJECT, PAINT, PHONES, SUBJECT
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import ImageRef, Mask

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe

_WAYS = {
    PAINT: "on the page under Your photo, or send it as a mask.",
    SUBJECT: "Say which is meant: choose it on the page, or send its number (subjects).",
    OTHER_SUBJECT: "choose another on the page under Your photo, or send its number (subjects).",
    OTHER_PACK: "another pack.",
    PHONES: "this server does not read. Save it as JPEG.",
    f"To change that, {HOW}.": "To change that, name one of them.",
}
_THREADS = re.compile(r" --threads (\d+), in Python torch\.set_num_threads\(\1\), has them alike\.")
_BEGIN = re.compile(r"(^|[.!?] )your ")


@dataclass(frozen=True)
class Wording:
    """How an edit's sentences go out.

    Args:
        folder: of the edit; paths of its uploads are their names, others of it are left out.
        names: what pictures that were sent are called, by the name under which they were; None for
            the executor ``http://``, whose user is at a command line and has names of their own.

    Example:
        >>> said = Wording(Path("/data/a"), {"identity": "your photo"})
        >>> said("/data/a/uploads/identity.png shows nobody.")
        'Your photo shows nobody.'
    """

    folder: Path
    names: Mapping[str, str] | None

    def __call__(self, text: str) -> str:
        """A sentence as it goes out."""
        for place in (self.folder / "uploads", self.folder, self.folder.parent):
            text = text.replace(f"{place}/", "")
        if self.names is None:
            return text
        for name, called in self.names.items():
            text = re.sub(rf"(?<![\w.-]){re.escape(name)}\.png(?!\w)", called, text)
        for way, own in _WAYS.items():
            text = text.replace(way, own)
        text = _THREADS.sub("", text)
        return _BEGIN.sub(lambda found: f"{found[1]}Your ", text)


def wording_of(recipe: Recipe, folder: Path, *, whole: bool) -> Wording:
    """The wording of an edit.

    Args:
        recipe: as it is kept.
        folder: the edit's.
        whole: whether it was asked for by the executor ``http://``.
    """
    if whole:
        return Wording(folder, None)
    pictures = {} if recipe.identity is None else {"identity": recipe.identity.path}
    masks: dict[str, str] = {}
    for prefix, part in parts(recipe):
        masks |= {prefix + role: one.path for role, one in part.masks.items()}
        for name, one in part.conditions.items():
            if isinstance(one, ImageRef | Mask):
                kept = pictures if isinstance(one, ImageRef) else masks
                kept[prefix + name.partition(".")[2]] = one.path
    return Wording(folder, names_of(pictures, masks))


def names_of(pictures: Mapping[str, str], masks: Mapping[str, str]) -> dict[str, str]:
    """What pictures that were sent are called, by the name under which they were.

    Args:
        pictures: of an edit, as it names them, by role.
        masks: likewise.

    Example:
        >>> names_of({"identity": "upload:me", "shape": "gallery:noor"}, {"identity": "upload:m"})
        {'me': 'your photo', 'm': 'your mask'}
    """
    found: dict[str, str] = {}
    for sources, own, other in (
        (pictures, "your photo", "your picture"),
        (masks, "your mask", "your mask"),
    ):
        for role, source in sources.items():
            scheme, _, name = source.partition(":")
            if scheme == "upload":
                called = own if role == "identity" else f"{other} for {role.replace('_', ' ')}"
                found.setdefault(name, called)
    return found
