"""``tuples.json``: the triples that were chosen of a folder, why, and what was left out.

It is made by `styleforge.api.tuples.tuples`, and read where methods are compared.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from styleforge.errors import UserError, printable
from styleforge.files import write_text
from styleforge.measure.pairs import Histogram
from styleforge.measure.triples import Triple
from styleforge.recipe.faults import fault_of
from styleforge.recipe.selection import Selection

if TYPE_CHECKING:
    from pydantic import TypeAdapter

FORMAT = 1  # of the file
_LARGEST = 500_000_000  # bytes of a file that is read
_NOT = "does not hold triples as `styleforge tuples` writes them"


@dataclass(frozen=True)
class LeftOut:
    """A picture that takes no part.

    Args:
        name: of the picture.
        kind: of the reason, in two or three words, by which they are counted.
        reason: a sentence.

    Example:
        >>> LeftOut("sea.png", "no face", "No face was found in sea.png.").kind
        'no face'
    """

    name: str
    kind: str
    reason: str


@dataclass(frozen=True)
class Part:
    """A picture that takes part.

    Args:
        share: of it that the domain's region fills.
        sha256: of the file.
        notes: what should be known of it.

    Example:
        >>> Part(0.21).share
        0.21
    """

    share: float
    sha256: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Tuples:
    """Triples of pictures, and how they were chosen.

    Args:
        domain: what is styled.
        pack: whose models looked at the pictures.
        selection: which pictures took part, and what pairs were sorted by.
        masks_alone: the landmarks were left out of it.
        each: triples of each level that were asked for.
        seed: of the choice.
        histogram: how many pairs there are of each level, and between them.
        pictures: those that took part, by their path.
        left_out: the others, with a reason each.
        triples: those that were chosen, by level.
        notes: sentences on it all.

    Example:
        >>> from styleforge.recipe.selection import Selection
        >>> none = Histogram({}, 0, {}, (), ())
        >>> made = Tuples(
        ...     domain="lips", pack="toy", selection=Selection(compared="face"), histogram=none
        ... )
        >>> write_tuples(made, "tuples.json")
        >>> read_tuples("tuples.json").selection.compared
        'face'
    """

    domain: str
    pack: str
    selection: Selection
    histogram: Histogram
    masks_alone: bool = False
    each: int = 0
    seed: int = 0
    pictures: Mapping[str, Part] = field(default_factory=dict)
    left_out: tuple[LeftOut, ...] = ()
    triples: tuple[Triple[str], ...] = ()
    notes: tuple[str, ...] = ()
    format: int = FORMAT


def write_tuples(tuples: Tuples, path: str | Path) -> None:
    """Write triples as JSON; paths in it are relative to the file, so that both can be moved.

    Raises:
        UserError: if the file cannot be written.

    Example:
        >>> none = Histogram({}, 0, {}, (), ())
        >>> by = Selection(compared="face")
        >>> three = Triple("here/a.png", "here/b.png", "here/c.png", "easy", 0.9, 1.0)
        >>> made = Tuples(domain="lips", pack="toy", selection=by, histogram=none, triples=(three,))
        >>> write_tuples(made, "tuples.json")
        >>> '"identity": "here/a.png"' in Path("tuples.json").read_text()
        True
    """
    folder = Path(path).absolute().parent
    moved = _renamed(tuples, lambda name: _relative(name, folder))
    text = _adapter().dump_json(moved, indent=2).decode()
    write_text(Path(path), text + "\n", advice="Choose another place with --out.")


def read_tuples(path: str | Path) -> Tuples:
    """Read triples; the paths of their pictures are those from here.

    Raises:
        UserError: if there is no such file, it holds something else, or a later version wrote it.

    Example:
        >>> read_tuples("elsewhere.json")
        Traceback (most recent call last):
        styleforge.errors.UserError: elsewhere.json cannot be read: No such file or directory. ...
    """
    from pydantic import ValidationError
    from pydantic_core import from_json

    path = Path(path)
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST)
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. `styleforge tuples` writes one."
        raise UserError(msg) from error
    try:
        raw = from_json(text)
        if isinstance(raw, dict) and isinstance(raw.get("format"), int) and raw["format"] > FORMAT:
            msg = f"{path} was written by a later version of styleforge; update to read it."
            raise UserError(msg)
        found = _adapter().validate_python(raw)
    except ValidationError as error:
        fault = fault_of(error.errors(include_url=False, include_input=False))
        msg = f"{path} {_NOT}: {fault}. Write it anew."
        raise UserError(msg) from error
    except ValueError as error:
        msg = f"{path} {_NOT}: it is no JSON ({printable(str(error), 200)}). Write it anew."
        raise UserError(msg) from error
    return _renamed(found, lambda name: name if _fixed(name) else str(path.parent / name))


def _renamed(tuples: Tuples, rename: Callable[[str], str]) -> Tuples:
    """The same with other paths of pictures."""
    return replace(
        tuples,
        pictures={rename(name): one for name, one in tuples.pictures.items()},
        left_out=tuple(replace(one, name=rename(one.name)) for one in tuples.left_out),
        triples=tuple(
            replace(
                one,
                identity=rename(one.identity),
                shape=rename(one.shape),
                look=rename(one.look),
                domain=tuples.domain,
            )
            for one in tuples.triples
        ),
    )


def _relative(name: str, folder: Path) -> str:
    if name.startswith("gallery:"):
        return name
    try:
        return PurePath(os.path.relpath(name, folder)).as_posix()
    except ValueError:  # on another drive
        return str(Path(name).absolute())


def _fixed(name: str) -> bool:
    return name.startswith("gallery:") or Path(name).is_absolute()


Tuples.__pydantic_config__ = {"extra": "forbid"}  # type: ignore[attr-defined]


@cache
def _adapter() -> TypeAdapter[Tuples]:
    from pydantic import TypeAdapter

    return TypeAdapter(Tuples)
