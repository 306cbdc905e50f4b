"""Conditions: where the target of an attribute comes from.

A condition is a description that travels in a recipe as JSON. Pictures are named by path and
SHA-256, so that a recipe can say whether the file it finds is the file it was made with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Discriminator, Field

from styleforge.errors import UserError
from styleforge.recipe.limits import ENTRIES, TEXT, FileName, Name

LONGEST = 1000  # characters of a description; encoders read some 70 words
MOST = 1000  # subjects of a picture
HEX = re.compile(r"#([0-9a-fA-F]{3}){1,2}")


def _refuse_undecodable(text: str, what: str) -> None:
    """Refuse what JSON cannot hold: bytes of a name or of a command line that are not UTF-8."""
    try:
        str(text).encode("utf-8")
    except UnicodeEncodeError as error:
        shown = str(text).encode("utf-8", "backslashreplace").decode("utf-8")
        msg = f"{what}, {shown!r}, is not UTF-8, and a recipe cannot hold it; rename it."
        raise UserError(msg) from error


@dataclass(frozen=True)
class ImageRef:
    """A reference picture on disk, or ``gallery:NAME`` for one that a pack ships.

    ``subject`` says which one is meant, from 1 at the left, where it shows several.

    Raises:
        UserError: if its name is not UTF-8, so that no recipe can hold it, or there can be no
            such subject.

    Example:
        >>> ImageRef("gallery:mira").path
        'gallery:mira'
        >>> ImageRef("the-team.jpg", subject=2).subject  # the second from the left
        2
    """

    path: FileName
    sha256: Name | None = None
    subject: int | None = None
    kind: Literal["image"] = "image"

    def __post_init__(self) -> None:
        _refuse_undecodable(self.path, "The name of the picture")
        number = self.subject
        if number is not None and (type(number) is not int or not 1 <= number <= MOST):
            msg = (
                f"The subject of {self.path} is {number!r}; it is a number from 1, at the left, "
                f"to {MOST}."
            )
            raise UserError(msg)


@dataclass(frozen=True)
class Text:
    """A description in words.

    Raises:
        UserError: if it is not UTF-8, so that no recipe can hold it, or longer than 1,000
            characters.

    Example:
        >>> Text("dark matte lips").text
        'dark matte lips'
    """

    text: str
    kind: Literal["text"] = "text"

    def __post_init__(self) -> None:
        _refuse_undecodable(self.text, "The description")
        if len(self.text) > LONGEST:
            msg = f"The description has {len(self.text)} characters; say it in {LONGEST} or fewer."
            raise UserError(msg)


@dataclass(frozen=True)
class Swatch:
    """A colour as ``#rrggbb``; the short form ``#rgb`` is written out.

    Raises:
        UserError: if it is neither.

    Example:
        >>> Swatch("#f80").colour
        '#ff8800'
        >>> Swatch("#ffffff").rgb
        (1.0, 1.0, 1.0)
    """

    colour: str
    kind: Literal["swatch"] = "swatch"

    def __post_init__(self) -> None:
        if not HEX.fullmatch(str(self.colour)):
            msg = (
                f"{self.colour!r} is not a colour; one is written as # and six hexadecimal digits, "
                "two each for red, green and blue, such as '#8a2be2'."
            )
            raise UserError(msg)
        if len(self.colour) == 4:
            object.__setattr__(self, "colour", "#" + "".join(2 * one for one in self.colour[1:]))

    @property
    def rgb(self) -> tuple[float, float, float]:
        """Red, green and blue in [-1, 1], as in pictures."""
        red, green, blue = (int(self.colour[at : at + 2], 16) / 127.5 - 1 for at in (1, 3, 5))
        return red, green, blue


@dataclass(frozen=True)
class Mask:
    """A picture on disk that says where the region is to be (white) and not to be (black).

    It has the size of the photograph that it was painted over, or of the picture that the pack made
    of that; ``over`` says which where both have one size: ``photo`` or ``aligned``. Where parts of
    it are transparent, its opacity is the mask.

    Example:
        >>> Mask("lips.png").kind
        'mask'
    """

    path: FileName
    sha256: Name | None = None
    over: Literal["", "photo", "aligned"] = ""
    kind: Literal["mask"] = "mask"

    def __post_init__(self) -> None:
        _refuse_undecodable(self.path, "The name of the mask")


@dataclass(frozen=True)
class Custom:
    """A condition of a plugin's own kind: the component ``condition/NAME`` reads its value.

    Attributes accept it by that name. On the command line it is written ``NAME:VALUE``.

    Example:
        >>> Custom("mine.palette", "autumn").kind
        'custom'
    """

    name: Name
    value: Annotated[str, Field(max_length=TEXT)] = ""
    kind: Literal["custom"] = "custom"


Condition = ImageRef | Text | Swatch | Mask | Custom
Conditions = Annotated[
    Mapping[Name, Annotated[Condition, Discriminator("kind")]], Field(max_length=ENTRIES)
]


def kind_of(condition: Condition) -> str:
    """The kind by which an attribute accepts a condition.

    Example:
        >>> kind_of(Swatch("#8a2be2")), kind_of(Custom("mine.palette", "autumn"))
        ('swatch', 'mine.palette')
    """
    return condition.name if isinstance(condition, Custom) else condition.kind
