"""What became of each row, in the folder of the results: ``manifest.jsonl``, a line a change.

A line is appended when a row begins and when it ends, so that whatever stops the batch leaves all
that was done before. The last line of a row counts; one that is cut off is passed over.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.run.result import Result

FILE = "manifest.jsonl"
FORMAT = 1
State = Literal["running", "done", "failed", "stopped"]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a row.

    Args:
        key: of what the row asks for; a row that asks for the same is not run again.
        number: of the row, from 1.
        name: of the result, without a suffix.
        file: of the result, in the batch's folder; empty where there is none.
        state: ``done``, ``failed``, ``stopped``, or ``running`` where the batch was killed.
        domain: what was styled.
        method: the preset that made it; empty before it was known.
        asked: for the table's reader: identity and what was asked for, by column.
        seconds: from its beginning to its end, pictures and models included.
        steps: of an optimization.
        figures: what was measured of it.
        error: the sentence why it failed.
        notes: what should be known of it.
        inputs: size, time and SHA-256 of its pictures, by path.
        earlier: it was done by an earlier run of the batch.
        result: the result itself, where it was made just now.

    Example:
        >>> Outcome(key="0", number=1, name="001-me", state="done", domain="lips").error
        ''
    """

    key: str
    number: int
    name: str
    state: State
    domain: str
    file: str = ""
    method: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    steps: int = 0
    figures: Mapping[str, float] = field(default_factory=dict)
    error: str = ""
    notes: tuple[str, ...] = ()
    inputs: Mapping[str, tuple[int, int, str]] = field(default_factory=dict)
    earlier: bool = False
    result: Result | None = field(default=None, repr=False, compare=False)


_KEPT = tuple(one.name for one in fields(Outcome) if one.name not in {"earlier", "result"})


class Manifest:
    """The manifest of a folder.

    Args:
        folder: of the results.

    Raises:
        UserError: if it cannot be read, or a later version wrote it.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> one = Outcome(key="0", number=1, name="001-me", state="done", domain="lips")
        >>> Manifest(folder).write(one)
        >>> Manifest(folder).outcomes["0"] == one
        True
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.path = folder, folder / FILE
        self.outcomes: dict[str, Outcome] = {}
        self._whole = True  # the last line ends as it should
        self._size = 0  # of the file, as far as it is known here
        if self.path.is_file():
            self._read()

    def write(self, outcome: Outcome) -> None:
        """Append what became of a row.

        Raises:
            UserError: if the file cannot be written.
        """
        raw = {name: getattr(outcome, name) for name in _KEPT}
        lines = "" if self._whole else "\n"
        if not self.outcomes and not self.path.exists():
            lines += json.dumps({"styleforge": "batch", "format": FORMAT}) + "\n"
        lines += json.dumps(raw, ensure_ascii=False, allow_nan=False) + "\n"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with self.path.open("a", encoding="utf-8") as file:
                file.write(lines)
                file.flush()
                os.fsync(file.fileno())
            self._size = self.path.stat().st_size
        except OSError as error:
            self._whole = False  # part of a line may have been written
            msg = f"{self.path} cannot be written: {error.strerror or error}. Make room for it."
            raise UserError(msg) from error
        self._whole = True
        self.outcomes[outcome.key] = outcome

    def refuse_others(self) -> None:
        """Refuse to go on where another batch wrote to the file since it was read.

        Raises:
            UserError: if one did.
        """
        size = self.path.stat().st_size if self.path.is_file() else 0
        if size != self._size:
            msg = f"Another batch wrote to {self.folder} meanwhile; begin this one anew."
            raise UserError(msg)

    def owner(self, file: str) -> str:
        """The key of the row whose result a file is; empty where it is of none."""
        return next((one.key for one in self.outcomes.values() if one.file == file), "")

    def _read(self) -> None:
        try:
            data = self.path.read_bytes()
        except OSError as error:
            msg = f"{self.path} cannot be read: {error.strerror or error}."
            raise UserError(msg) from error
        text, self._size = data.decode(errors="replace"), len(data)
        self._whole = text.endswith("\n") or not text
        for place, line in enumerate(text.splitlines()):
            try:
                raw = json.loads(line)
            except ValueError:
                continue  # cut off when the batch was killed
            if place == 0 and isinstance(raw, dict) and raw.get("format", 0) > FORMAT:
                msg = f"{self.path} was written by a later version of styleforge; update to go on."
                raise UserError(msg)
            one = _outcome(raw)
            if one is not None:
                self.outcomes[one.key] = one


def _outcome(raw: Any) -> Outcome | None:
    """A line of the manifest; None where it is something else."""
    if not isinstance(raw, dict) or not {"key", "number", "name", "state", "domain"} <= set(raw):
        return None
    values = {name: raw[name] for name in _KEPT if name in raw}
    values["notes"] = tuple(values.get("notes", ()))
    values["inputs"] = {path: tuple(facts) for path, facts in values.get("inputs", {}).items()}
    return Outcome(**values)
