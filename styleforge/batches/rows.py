"""What a row of a table asks for."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from styleforge.api.asked_for import named
from styleforge.batches.columns import attribute_of, short_name
from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute

_PARTS = re.compile(r"[\s;]+")


@dataclass(frozen=True, kw_only=True)
class Row:
    """An edit of a batch.

    Args:
        number: where it stands in the table, from 1.
        identity: the picture that is edited.
        asked: what is asked for, by attribute.
        name: of its result, without a suffix; made of the number and the identity where empty.
        preset: that it is made with; one pass where empty.
        pack: whose models; the one that can do it where empty.
        strength: for all attributes, or by attribute.
        steps: in all; the preset's where None.
        seed: governs everything random.
        subjects: which of several, by role.
        masks: painted, by role.
        tune: numbers by which a pack recolours.

    Example:
        >>> Row(number=1, identity="me.png", asked={"lips.colour": "red"}).seed
        0
    """

    number: int
    identity: str
    asked: Mapping[str, str]
    name: str = ""
    preset: str = ""
    pack: str = ""
    strength: float | Mapping[str, float] = 1.0
    steps: int | None = None
    seed: int = 0
    subjects: Mapping[str, int] = field(default_factory=dict)
    masks: Mapping[str, str] = field(default_factory=dict)
    tune: Mapping[str, float] = field(default_factory=dict)


def row_of(
    number: int,
    values: Mapping[str, str],
    attributes: Sequence[Attribute],
    domain: str,
    *,
    decimal: str = "",
) -> Row:
    """What a row asks for.

    Args:
        number: of the row.
        values: its cells by column, with paths that are relative to here.
        attributes: of the domain.
        domain: what is styled.
        decimal: what stands before the decimals of a number besides a point.

    Raises:
        UserError: if a cell cannot be understood.

    Example:
        >>> from styleforge.testing import toy
        >>> cells = {"identity": "me.png", "shape": "tall", "strength.shape": "0.5"}
        >>> row_of(1, cells, toy.ATTRIBUTES, "toy").strength
        {'toy.shape': 0.5}
    """
    asked = {}
    for name, value in values.items():
        one = attribute_of(name, attributes)
        if one is not None:
            asked[one.name] = value
    if "identity" not in values:
        msg = "The row does not say whose picture is edited; fill its cell identity."
        raise UserError(msg)
    numbers = _Numbers(decimal)
    subjects = _by_role("subject", values, attributes, domain)
    return Row(
        number=number,
        identity=values["identity"],
        asked=asked,
        name=values.get("name", ""),
        preset=values.get("preset", ""),
        pack=values.get("pack", ""),
        strength=_strength(values, asked, attributes, domain, numbers),
        steps=numbers.whole("steps", values["steps"], 1) if "steps" in values else None,
        seed=numbers.whole("seed", values.get("seed", "0"), 0),
        subjects={role: numbers.whole("subject", one, 1) for role, one in subjects.items()},
        masks=_by_role("mask", values, attributes, domain),
        tune={key: numbers.real("tune", one) for key, one in _pairs("tune", values).items()},
    )


@dataclass(frozen=True)
class _Numbers:
    decimal: str

    def real(self, name: str, text: str) -> float:
        if self.decimal and "." not in text:
            text = text.replace(self.decimal, ".")
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            msg = f"The cell {name} holds {text!r}; a number was expected, such as 0.5."
            raise UserError(msg)
        return value

    def whole(self, name: str, text: str, least: int) -> int:
        value = self.real(name, text)
        if value != int(value) or not least <= value < 2**63:
            msg = f"The cell {name} holds {text!r}; a whole number from {least} was expected."
            raise UserError(msg)
        return int(text) if text.isdecimal() else int(value)


def _strength(
    values: Mapping[str, str],
    asked: Mapping[str, str],
    attributes: Sequence[Attribute],
    domain: str,
    numbers: _Numbers,
) -> float | dict[str, float]:
    """``0.5`` for all attributes, ``shape=0.5`` or ``strength.shape`` for one."""
    whole, by_role = 1.0, {}
    for word in _PARTS.split(values.get("strength", "")):
        key, given, text = word.rpartition("=")
        if given:
            by_role[named(key, attributes, domain).name] = numbers.real("strength", text)
        elif text:
            whole = numbers.real("strength", text)
    for role, text in _dotted("strength", values).items():
        by_role[named(role, attributes, domain).name] = numbers.real(f"strength.{role}", text)
    for name in by_role:
        if name not in asked:
            msg = f"The row has a strength for {name}, which it does not ask for."
            raise UserError(msg)
    return {**dict.fromkeys(asked, whole), **by_role} if by_role else whole


def _by_role(
    what: str, values: Mapping[str, str], attributes: Sequence[Attribute], domain: str
) -> dict[str, str]:
    """``mask`` of the identity, ``mask.shape`` of a reference: by the names of recipes."""
    found = {"identity": values[what]} if what in values else {}
    for role, value in _dotted(what, values).items():
        key = (
            role if role == "identity" else short_name(named(role, attributes, domain), attributes)
        )
        if key in found:
            msg = f"The row has two cells {what} of the {key}; leave one empty."
            raise UserError(msg)
        found[key] = value
    return found


def _dotted(what: str, values: Mapping[str, str]) -> dict[str, str]:
    start = f"{what}."
    return {name.removeprefix(start): one for name, one in values.items() if name.startswith(start)}


def _pairs(what: str, values: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for word in filter(None, _PARTS.split(values.get(what, ""))):
        key, given, text = word.partition("=")
        if not given or not key:
            msg = f"The cell {what} holds {word!r}; NAME=NUMBER was expected, such as roots=0.7."
            raise UserError(msg)
        found[key] = text
    return found


@dataclass(frozen=True)
class Unread:
    """A row that cannot be understood.

    Args:
        number: of the row.
        values: its cells.
        error: why, as a sentence.

    Example:
        >>> Unread(3, {"seed": "x"}, "The cell seed holds 'x'.").number
        3
    """

    number: int
    values: Mapping[str, str]
    error: str
