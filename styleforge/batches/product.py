"""A batch without a table: folders of identities and references, all with all or one by one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.batches.table import Cells, Table
from styleforge.errors import UserError
from styleforge.prepare.addresses import refuse_address
from styleforge.prepare.folder import pictures_in

if TYPE_CHECKING:
    from collections.abc import Sequence


def crossed(
    identities: str | Path | Sequence[str | Path], asked: Mapping[str, str], *, zipped: bool = False
) -> Table:
    """A table of every identity with everything that is asked for.

    Args:
        identities: a folder, a file, or some files.
        asked: by column: a folder of pictures, or one value for all (a picture, words, a colour).
        zipped: the first identity with the first of each folder, the second with the second,
            instead of all with all.

    Raises:
        UserError: if a folder is not there or holds no picture, or folders of a zip hold numbers
            that differ.

    Example:
        >>> crossed(["me.png"], {"shape": "tall"}).rows[0].values
        {'identity': 'me.png', 'shape': 'tall'}
    """
    given = [str(identities)] if isinstance(identities, str | Path) else list(map(str, identities))
    for one in given:
        refuse_address(one)
        if not one.startswith("gallery:") and not Path(one).exists():
            msg = f"There is no folder {one}; a folder of pictures to edit was expected."
            raise UserError(msg)
    lists = {"identity": _expanded(given)}
    lists |= {name: _expanded([value]) for name, value in asked.items()}
    combined: Iterable[tuple[str, ...]]
    if zipped:
        counts = {name: len(values) for name, values in lists.items()}
        most = max(counts.values())
        if set(counts.values()) - {1, most}:
            said = ", ".join(f"{name} {count}" for name, count in counts.items())
            msg = f"A zip needs as many of each; there are {said}. Leave --zip out for all pairs."
            raise UserError(msg)
        alike = (one * most if len(one) == 1 else one for one in lists.values())
        combined = zip(*alike, strict=True)
    else:
        combined = product(*lists.values())
    rows = [
        Cells(number, dict(zip(lists, values, strict=True)))
        for number, values in enumerate(combined, 1)
    ]
    return Table(tuple(lists), tuple(rows))


def _expanded(values: Sequence[str]) -> list[str]:
    """Values with folders replaced by the pictures in them."""
    found: list[str] = []
    for value in values:
        found += pictures_in(value)[0] if _is_folder(value) else [value]
    return found


def _is_folder(value: str) -> bool:
    try:
        return not value.startswith(("gallery:", "text:", "#")) and Path(value).is_dir()
    except OSError:  # words that are too long for a file's name
        return False
