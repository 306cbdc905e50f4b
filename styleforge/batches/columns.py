"""The columns that a table may have, and the paths in its cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.batches.table import Cells, Table, column
from styleforge.errors import UserError, did_you_mean
from styleforge.prepare.addresses import address_in
from styleforge.prepare.parse import PICTURES
from styleforge.recipe.combine import spelling

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute

OWN = ("identity", "name", "preset", "pack", "strength", "steps", "seed", "subject", "mask", "tune")
OF_ROLES = ("strength", "subject", "mask")  # which may be of one role: strength.shape


def check_columns(
    columns: Sequence[str], attributes: Sequence[Attribute], domain: str, where: str
) -> None:
    """Refuse a table with a column that says nothing.

    Raises:
        UserError: naming the nearest right one; or if there is no identity, or one attribute twice.

    Example:
        >>> from styleforge.testing import toy
        >>> check_columns(["identity", "shpe"], toy.ATTRIBUTES, "toy", "jobs.csv")
        Traceback (most recent call last):
        styleforge.errors.UserError: jobs.csv has a column 'shpe', which says nothing. ... 'shape'?
    """
    roles = [column(short_name(item, attributes)) for item in attributes]
    have = [*OWN[:1], *roles, *OWN[1:]]
    seen: dict[str, str] = {}
    for name in columns:
        first, dotted, role = name.partition(".")
        one = attribute_of(name, attributes)
        if one is not None:
            if one.name in seen:
                msg = f"{where} has two columns for {one.name}: {seen[one.name]} and {name}."
                raise UserError(msg)
            seen[one.name] = name
            continue
        known = first in OF_ROLES and (attribute_of(role, attributes) or role == "identity")
        if name in OWN or (dotted and known):
            continue
        of_roles = [f"{first}.{one}" for one in (*roles, "identity")] if dotted else []
        hint = did_you_mean(name, [*have, *of_roles])
        msg = (
            f"{where} has a column {name!r}, which says nothing. Columns for {domain} are "
            f"{', '.join(have)}; of one attribute strength.{roles[0] if roles else 'NAME'}.{hint}"
        )
        raise UserError(msg)
    if "identity" not in columns:
        msg = f"{where} has no column identity, which says whose picture is edited; add it."
        raise UserError(msg)


def attribute_of(name: str, attributes: Sequence[Attribute]) -> Attribute | None:
    """The attribute that a column's name means; None where it is none.

    Example:
        >>> from styleforge.testing import toy
        >>> attribute_of("finer_style", toy.ATTRIBUTES).name
        'toy.finer_style'
    """
    found = [
        item
        for item in attributes
        if name in {column(item.name), column(spelling(item)), column(short_name(item, attributes))}
    ]
    return found[0] if len(found) == 1 else None


def short_names(values: Mapping[str, str], attributes: Sequence[Attribute]) -> dict[str, str]:
    """Cells by the short names of their columns: ``shape`` for ``lips.shape``.

    Example:
        >>> from styleforge.testing import toy
        >>> short_names({"toy.shape": "tall", "seed": "1"}, toy.ATTRIBUTES)
        {'shape': 'tall', 'seed': '1'}
    """
    found = {}
    for name, value in values.items():
        one = attribute_of(name, attributes)
        found[name if one is None else column(short_name(one, attributes))] = value
    return found


def placed(cells: Cells, table: Table, attributes: Sequence[Attribute]) -> dict[str, str]:
    """A row's cells, with paths that are relative to here instead of to the table.

    Example:
        >>> from styleforge.testing import toy
        >>> table = Table((), (), Path("photos"))
        >>> placed(Cells(1, {"identity": "me.png", "shape": "tall"}), table, toy.ATTRIBUTES)
        {'identity': 'photos/me.png', 'shape': 'tall'}
    """
    return {
        name: _placed(name, value, table.folder, attributes) for name, value in cells.values.items()
    }


def short_name(attribute: Attribute, attributes: Sequence[Attribute]) -> str:
    """What an attribute is called in a table: its role, or ``hat_shape`` of several domains.

    Example:
        >>> from styleforge.testing import toy
        >>> short_name(toy.ATTRIBUTES[0], toy.ATTRIBUTES)
        'shape'
    """
    several = len({item.domain for item in attributes}) > 1
    return spelling(attribute) if several else attribute.role


def _placed(name: str, value: str, folder: Path, attributes: Sequence[Attribute]) -> str:
    """A cell's value with its path, if it is one, relative to here instead of to the table."""
    first = name.partition(".")[0]
    if address_in(value):
        return value
    if first == "mask":
        return str(folder / value)
    if first == "identity":
        return value if value.startswith("gallery:") else str(folder / value)
    if attribute_of(name, attributes) is None:
        return value
    kind, given, rest = value.partition(":")
    if given and kind == "mask":
        return value if address_in(rest) else f"mask:{folder / rest}"
    if value.startswith(("gallery:", "text:", "#")):
        return value
    try:
        is_file = (folder / value).is_file()
    except OSError:  # words that are too long for a file's name
        is_file = False
    return str(folder / value) if is_file or Path(value).suffix.lower() in PICTURES else value
