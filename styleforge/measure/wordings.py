"""Descriptions that edits are asked for in words, and what tells whether a picture shows them.

A pack that can tell offers two components: ``wordings`` gives descriptions of a domain, each seen
or unseen by its trainings; ``reader`` reads off a picture whether it shows what was asked for.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from styleforge.errors import UserError

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.recipe.domain import Attribute, Domain

LEVEL = "level"  # the column of a file that is no role
ADVICE = (
    "A file of words is CSV: a line with the roles (shape,appearance,level), then a description a "
    "line; level may be left out."
)


@dataclass(frozen=True)
class Wording:
    """A description: words by role, for one attribute or for several.

    Args:
        words: by role.
        level: what it is told apart by in a table, such as ``seen`` and ``unseen``.

    Example:
        >>> Wording({"shape": "tall", "appearance": "red"}, "seen").said
        'tall, red'
    """

    words: Mapping[str, str]
    level: str = ""

    @property
    def said(self) -> str:
        """All of it in one line."""
        return ", ".join(self.words.values())


@dataclass(frozen=True)
class Worded:
    """An attribute that was asked for, and in which words.

    Example:
        >>> from styleforge.testing import toy
        >>> Worded(toy.ATTRIBUTES[0], "tall").attribute.role
        'shape'
    """

    attribute: Attribute
    text: str


class Reader(Protocol):
    """Reads off pictures what they show: the component ``reader`` of a pack.

    It errs, on true answers too; `styleforge evaluate --methods ...,truth` says how often.

    Example:
        >>> class Bright:
        ...     def shows(self, image, regions, asked):
        ...         return bool((image * regions["thing"]).sum() > 0)
        ...     def moved(self, image, before, domain, asked):
        ...         return 0.0
    """

    def shows(self, image: Tensor, regions: Mapping[str, Tensor], asked: Worded) -> bool:
        """Whether a picture ``(1, 3, H, W)`` in [-1, 1] shows all that the words say.

        ``regions`` ``(1, 1, H, W)`` are its own by name, each 0 or 1.
        """
        ...

    def moved(self, image: Tensor, before: Tensor, domain: Domain, asked: Collection[str]) -> float:
        """How far what else the domain styles moved: its attributes that were not ``asked`` for.

        Args:
            image: the result ``(1, 3, H, W)``.
            before: the identity, likewise.
            domain: what is styled.
            asked: names of the attributes that were asked for.

        Returns:
            A root mean square, in standard deviations of the pack's pictures.
        """
        ...


class Wordings(Protocol):
    """Gives descriptions of a domain: the component ``wordings`` of a pack.

    Example:
        >>> def of_mine(domain):
        ...     return (Wording({"shape": "tall"}, "seen"), Wording({"shape": "wide"}, "unseen"))
        >>> len(of_mine("toy"))
        2
    """

    def __call__(self, domain: str) -> Sequence[Wording]:
        """Its descriptions; none where it has none of the domain."""
        ...


def read_wordings(path: Path, attributes: Sequence[Attribute]) -> tuple[Wording, ...]:
    r"""Descriptions of a CSV file: a column for each role, and one for the level if there is any.

    Raises:
        UserError: if it cannot be read, or has a column that is no role or a line without words.

    Example:
        >>> from pathlib import Path
        >>> from styleforge.testing import toy
        >>> file = Path("words.csv")
        >>> _ = file.write_text("shape,appearance,level\ntall,,seen\nwide,red,unseen\n")
        >>> [(one.said, one.level) for one in read_wordings(file, toy.ATTRIBUTES)]
        [('tall', 'seen'), ('wide, red', 'unseen')]
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. {ADVICE}"
        raise UserError(msg) from error
    except UnicodeDecodeError as error:
        msg = f"{path} is no text in UTF-8. {ADVICE}"
        raise UserError(msg) from error
    lines = [line for line in csv.reader(text.splitlines()) if any(cell.strip() for cell in line)]
    if not lines:
        msg = f"{path} is empty. {ADVICE}"
        raise UserError(msg)
    heads = [cell.strip() for cell in lines[0]]
    roles = [one.role for one in attributes if "text" in one.accepts]
    unknown = [head for head in heads if head not in {*roles, LEVEL}]
    if unknown:
        msg = (
            f"{path} has a column {unknown[0]!r}; it may have {', '.join((*roles, LEVEL))}. "
            f"{ADVICE}"
        )
        raise UserError(msg)
    return tuple(_wording(path, number, heads, line) for number, line in enumerate(lines[1:], 1))


def _wording(path: Path, number: int, heads: Sequence[str], line: Sequence[str]) -> Wording:
    cells = [cell.strip() for cell in line]
    if len(cells) > len(heads):
        msg = f"{path}, description {number}: it has more cells than there are columns."
        raise UserError(msg)
    found = {head: cell for head, cell in zip(heads, cells, strict=False) if cell}
    level = found.pop(LEVEL, "")
    if not re.fullmatch(r"[\w -]*", level):  # files are called by it
        msg = f"{path}, description {number}: the level {level!r} is more than a plain word."
        raise UserError(msg)
    if not found:
        msg = f"{path}, description {number}: it says nothing."
        raise UserError(msg)
    return Wording(found, level)
