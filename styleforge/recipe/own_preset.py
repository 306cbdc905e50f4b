"""A preset that somebody made for themselves: a published one, its steps, and what is asked for.

It is a small JSON file that can be given to others, so it names no file of anybody's disk: words,
colours and pictures of a pack's gallery alone.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from styleforge.errors import UserError, printable
from styleforge.recipe import limits
from styleforge.recipe.condition import Conditions, ImageRef, Mask
from styleforge.recipe.faults import fault_of
from styleforge.recipe.limits import Name, Strengths

if TYPE_CHECKING:
    from styleforge.recipe.condition import Condition
    from styleforge.recipe.domain import Domain

KIND = "styleforge preset"
VERSION = 1
LONGEST = 60  # characters of a name
GALLERY = "gallery:"


@dataclass(frozen=True, kw_only=True)
class OwnPreset:
    """A person's own preset of a domain.

    ``title`` is what they called it, ``name`` what a command line is given (`name_of`). ``preset``
    is the published one that it begins with; ``steps`` are None for that one's own.

    Example:
        >>> from styleforge.recipe.condition import Text
        >>> mine = OwnPreset(
        ...     title="My copper", domain="lips", preset="lips-fast",
        ...     conditions={"lips.appearance": Text("copper")},
        ... )
        >>> mine.name, OwnPreset.from_json(mine.to_json()) == mine
        ('my-copper', True)
    """

    title: Name
    domain: Name
    preset: Name
    steps: Annotated[int, Field(ge=1, lt=2**31)] | None = None
    conditions: Conditions = field(default_factory=dict)
    strengths: Strengths = field(default_factory=dict)
    kind: Literal["styleforge preset"] = "styleforge preset"
    version: Annotated[int, Field(ge=1)] = VERSION

    @property
    def name(self) -> str:
        """Its name, as `name_of` the title."""
        return name_of(self.title)

    def to_json(self) -> str:
        """The preset as JSON."""
        return _adapter().dump_json(self, indent=2).decode() + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> OwnPreset:
        """Read a preset.

        Raises:
            UserError: if it is none, one of a newer version, has no name, or names a file.
        """
        if len(text) > limits.CHARACTERS:
            raise UserError(_unreadable(f"it has more than {limits.CHARACTERS:,} characters"))
        try:
            made: OwnPreset = _adapter().validate_json(text)
        except ValidationError as error:
            fault = fault_of(error.errors(include_url=False, include_input=False))
            raise UserError(_unreadable(fault)) from error
        if made.version > VERSION:
            msg = "That preset is of a newer styleforge; update styleforge to use it."
            raise UserError(msg)
        for attribute, condition in made.conditions.items():
            if not can_be_given(condition):
                names = f"{attribute} names a file, and a preset holds none"
                raise UserError(_unreadable(names))
        name_of(made.title)  # refuses one that there can be no name of
        return made


def name_of(title: str) -> str:
    """What a preset's title is on a command line: ``my-copper`` for ``My copper``.

    Raises:
        UserError: if nothing of it can be a name.

    Example:
        >>> name_of("My copper, no. 2")
        'my-copper-no-2'
    """
    name = _spelt(title)
    if not name or len(name) > LONGEST:
        msg = (
            f"{printable(title, 80)!r} can be no preset's name; give one of letters or digits, "
            f"{LONGEST} at most."
        )
        raise UserError(msg)
    return name


def refuse_published(preset: OwnPreset, domain: Domain) -> None:
    """Refuse a name that a published preset of the domain has.

    Raises:
        UserError: if it is one.

    Example:
        >>> from styleforge.testing import toy
        >>> refuse_published(OwnPreset(title="Toy LOHO", domain="toy", preset="toy-loho"), toy.TOY)
        Traceback (most recent call last):
        styleforge.errors.UserError: 'toy-loho' is a published preset of toy; choose another name.
    """
    published = {one.name for one in domain.presets} | {_spelt(one.title) for one in domain.presets}
    if preset.name in published:
        msg = f"{preset.name!r} is a published preset of {domain.name}; choose another name."
        raise UserError(msg)


def can_be_given(condition: Condition) -> bool:
    """Whether a condition says the same to others: no file of one's own is in it.

    Example:
        >>> can_be_given(ImageRef("gallery:mira")), can_be_given(ImageRef("me.png"))
        (True, False)
    """
    if isinstance(condition, ImageRef):
        return condition.path.startswith(GALLERY) and condition.subject is None
    return not isinstance(condition, Mask)


def is_own_preset(data: bytes) -> bool:
    """Whether JSON says of itself that it is a preset.

    Example:
        >>> is_own_preset(b'{"kind": "styleforge preset"}'), is_own_preset(b"{}")
        (True, False)
    """
    return data.lstrip()[:1] == b"{" and KIND.encode() in data[: limits.CHARACTERS]


def _spelt(title: str) -> str:
    return "-".join(re.findall(r"\w+", unicodedata.normalize("NFKC", title).casefold()))


def _unreadable(why: str) -> str:
    return f"This is not a preset that can be read: {why}. Give a file that one was exported to."


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(OwnPreset)


OwnPreset.__pydantic_config__ = ConfigDict(extra="forbid", allow_inf_nan=False)  # type: ignore[attr-defined]
