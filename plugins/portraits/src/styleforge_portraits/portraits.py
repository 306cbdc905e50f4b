"""The gallery as files with known factors: names, paths, people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError
from styleforge_portraits import world

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = Path(__file__).parent / "gallery"
PREFIX = "gallery:"


@dataclass(frozen=True)
class Record:
    """What the JSON beside a portrait tells; `frame` is None where the picture is aligned."""

    name: str
    caption: str
    person: world.Person
    frame: world.Frame | None


def names() -> tuple[str, ...]:
    """Names of the gallery's portraits, sorted."""
    return tuple(sorted(item.stem for item in FOLDER.glob("*.png")))


def path(name: str) -> Path:
    """The picture of a gallery portrait; `name` may carry the prefix ``gallery:``.

    Raises:
        UserError: when the gallery has no such portrait.
    """
    name = name.removeprefix(PREFIX)
    if name not in names():
        msg = f"The gallery has no portrait {name!r}; it has {', '.join(names())}."
        raise UserError(msg)
    return FOLDER / f"{name}.png"


def person(name: str) -> world.Person:
    """The person of a gallery portrait.

    Raises:
        UserError: when the gallery has no such portrait.
    """
    return record(path(name)).person


def record(source: str | Path) -> Record:
    """What is known about a picture: ``gallery:NAME``, or a file with its JSON beside it.

    Raises:
        UserError: when there is no JSON beside the picture or it holds no factors.
    """
    text = str(source)
    picture = path(text) if text.startswith(PREFIX) else Path(source)
    beside = picture.with_suffix(".json")
    if not beside.is_file():
        msg = (
            f"No factors are known for {text}: there is no {beside.name} beside it. The truth "
            f"needs pictures of the portrait world, such as {PREFIX}mira."
        )
        raise UserError(msg)
    about = _read(beside)
    frame = about.get("frame")
    try:
        drawn = world.Person.from_dict(about["factors"])
        placed = None if frame is None else world.Frame(**frame)
    except (TypeError, ValueError) as error:
        msg = f"{beside} holds something else than factors and a frame ({error})."
        raise UserError(msg) from error
    name, caption = about.get("name", picture.stem), about.get("caption", "")
    return Record(name=str(name), caption=str(caption), person=drawn, frame=placed)


def _read(beside: Path) -> Mapping[str, Any]:
    try:
        about = json.loads(beside.read_text(encoding="utf-8"))
    except ValueError as error:
        msg = f"{beside} is no JSON ({error}); a portrait's factors were expected."
        raise UserError(msg) from error
    if not isinstance(about, dict) or not isinstance(about.get("factors"), dict):
        msg = f"{beside} holds no factors; an object with the key 'factors' was expected."
        raise UserError(msg)
    return about
