"""What the user brought, as it is kept: one folder for each name, with a card."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError
from styleforge.files import write_text
from styleforge.plugins.config import data_folder

if TYPE_CHECKING:
    from torch import Tensor

CARD = "card.json"
TENSORS = "weights.safetensors"
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Weights in the user's data folder, and what is known of them.

    Args:
        name: of the row, or the user's own.
        layout: how the file was laid out.
        source: the file's name.
        sha256: of that file; of a folder, over its files.
        facts: sizes and widths, as JSON.
        notes: sentences for the user.

    Example:
        >>> Kept(name="my-cats", layout="stylegan2", source="cats.pkl", sha256="").folder.name
        'my-cats'
    """

    name: str
    layout: str
    source: str
    sha256: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def folder(self) -> Path:
        """Where it is kept."""
        return kept_folder() / self.name

    @property
    def files(self) -> tuple[Path, ...]:
        """The files of weights, whatever their format, in order; the card is none."""
        found = (path for path in self.folder.rglob("*") if path.is_file() and path.name != CARD)
        return tuple(sorted(found))

    def tensors(self) -> dict[str, Tensor]:
        """The converted tensors by name.

        Raises:
            UserError: if the file is gone or damaged.
        """
        from safetensors.torch import load_file

        from styleforge.models.declared import check_header

        try:
            check_header(self.folder / TENSORS)
            found = load_file(self.folder / TENSORS)
        except Exception as error:
            msg = (
                f"The weights {self.name!r} in {self.folder} are damaged or gone. Add them "
                f"again: `styleforge weights add {self.name} {self.source}`."
            )
            raise UserError(msg) from error
        return found


def kept_folder() -> Path:
    """Where all of them are, ``brought`` in the user's data folder.

    Example:
        >>> kept_folder().name
        'brought'
    """
    return data_folder() / "brought"


def find(name: str) -> Kept | None:
    """What is kept under a name; None where there is nothing.

    Example:
        >>> find("nothing-of-the-kind") is None
        True
    """
    if not NAME.fullmatch(name):
        return None
    try:
        said = json.loads((kept_folder() / name / CARD).read_text(encoding="utf-8"))
        return Kept(
            name=name,
            layout=str(said["layout"]),
            source=str(said["source"]),
            sha256=str(said["sha256"]),
            facts=dict(said["facts"]),
            notes=tuple(map(str, said["notes"])),
        )
    except (OSError, ValueError, KeyError, TypeError):  # none, or one that somebody changed
        return None


def all_kept() -> tuple[Kept, ...]:
    """Everything that is kept, by name.

    Example:
        >>> all_kept()
        ()
    """
    try:
        names = sorted(path.name for path in kept_folder().iterdir() if path.is_dir())
    except OSError:
        return ()
    return tuple(found for name in names if (found := find(name)) is not None)


def write_card(kept: Kept, folder: Path) -> None:
    """Write the card into a folder; without one what is in it does not count.

    Example:
        >>> write_card(Kept(name="a", layout="vgg16", source="a.pth", sha256=""), Path())
        >>> json.loads(Path(CARD).read_text())["source"]
        'a.pth'
    """
    said = {**asdict(kept), "facts": dict(kept.facts), "notes": list(kept.notes)}
    write_text(folder / CARD, json.dumps(said, indent=1) + "\n")


def forget(name: str) -> Kept:
    """Delete what is kept under a name; the user's own file stays where it is.

    Returns:
        What it was.

    Raises:
        UserError: if nothing is kept under it, or it cannot be deleted.

    Example:
        >>> forget("nothing-of-the-kind")
        Traceback (most recent call last):
        styleforge.errors.UserError: No weights are kept as 'nothing-of-the-kind'; there are: none.
    """
    found = find(name)
    if found is None:
        have = ", ".join(one.name for one in all_kept()) or "none"
        raise UserError(f"No weights are kept as {name!r}; there are: {have}.")
    try:
        shutil.rmtree(found.folder)
    except OSError as error:
        raise UserError(
            f"{found.folder} cannot be deleted: {error.strerror or error}. Delete it yourself."
        ) from error
    return found
