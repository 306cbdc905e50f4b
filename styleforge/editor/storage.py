"""A session on disk: a folder with its pictures, its results, and what was chosen as JSON.

The folder can be moved: paths inside it are written relative to it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from styleforge.editor import claim
from styleforge.editor.axis import STRENGTH
from styleforge.editor.folders import FILE
from styleforge.editor.runner import Run
from styleforge.editor.state import Candidate, Edit, Node, Picture
from styleforge.editor.sweep import Sweep
from styleforge.errors import UserError
from styleforge.files import write_whole

if TYPE_CHECKING:
    from styleforge.editor.model import Model
    from styleforge.editor.pictures import Held

VERSION = 1
HERE = "session:"  # what the folder's own path is written as


@dataclass(frozen=True, kw_only=True)
class _SavedRun:
    """A run that has not ended; its checkpoint may be there."""

    id: str
    label: str
    edit: Edit
    about: str = ""
    checkpoint: str = ""  # the id of the run whose it is, where that is another
    resumes: bool = False
    sweep: str = ""
    swept: str = ""
    cell: tuple[int, int] = (0, 0)

    @classmethod
    def of(cls, run: Run) -> _SavedRun:
        """What is written of a run."""
        return cls(
            id=run.id,
            label=run.label,
            edit=run.edit,
            about=run.about,
            checkpoint=run.checkpoint.stem,
            resumes=run.resumes,
            sweep=run.sweep,
            swept=run.swept,
            cell=run.cell,
        )

    def run(self, checkpoint: Callable[[str], Path]) -> Run:
        """The run, on hold; ``checkpoint`` says where that of a run is."""
        return Run(
            id=self.id,
            label=self.label,
            edit=self.edit,
            about=self.about,
            checkpoint=checkpoint(self.checkpoint or self.id),
            resumes=self.resumes,
            held=True,
            sweep=self.sweep,
            swept=self.swept,
            cell=self.cell,
        )


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What a session is restored from."""

    domain: str
    pack: str
    nodes: tuple[Node, ...]
    current: str
    ahead: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()
    pictures: tuple[Picture, ...] = ()
    sweep: Sweep | None = None
    shown: str = ""
    front: str = ""
    runs: int = 0
    unfinished: tuple[_SavedRun, ...] = ()  # that ran
    queue: tuple[_SavedRun, ...] = ()  # that waited
    version: int = VERSION


@cache
def _adapter() -> TypeAdapter[Any]:
    return TypeAdapter(Saved)


def saved_of(model: Model, pictures: Mapping[str, Picture], domain: str, pack: str) -> Saved:
    """What is to be written of a session."""
    runs = [*model.interrupted.values(), *([model.running] if model.running else [])]
    return Saved(
        domain=domain,
        pack=pack,
        nodes=tuple(model.history.nodes.values()),
        current=model.history.current,
        ahead=model.history.ahead,
        candidates=tuple(model.candidates.values()),
        pictures=tuple(replace(one, thumbnail=b"") for one in pictures.values()),
        sweep=model.sweep,
        shown=model.shown,
        front=model.front,
        runs=model.runs,
        unfinished=tuple(map(_SavedRun.of, runs)),
        queue=tuple(map(_SavedRun.of, model.pending)),
    )


def write(saved: Saved, folder: Path, *, to: Path | None = None) -> None:
    """Write a session's file, whole or not at all.

    Args:
        saved: the session.
        folder: its own.
        to: the folder to write it to, where that is another.

    Raises:
        UserError: if it cannot be written.
    """
    value = _moved(_adapter().dump_python(saved, mode="json"), f"{folder}{os.sep}", HERE)
    target = to or folder
    try:
        write_whole(target / FILE, json.dumps(value).encode())
    except UserError as error:
        msg = f"The session cannot be saved in {target}: {error}"
        raise UserError(msg) from error


def read(folder: Path) -> Saved:
    """Read a session's file.

    Raises:
        UserError: if there is none, or it cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        msg = f"There is no session in {folder}; it was expected to hold {FILE}."
        raise UserError(msg)
    try:
        value = _moved(json.loads(path.read_text(encoding="utf-8")), HERE, f"{folder}{os.sep}")
        saved: Saved = _adapter().validate_python(_of_now(value))
    except (OSError, ValueError, ValidationError) as error:
        msg = f"The session in {folder} cannot be read ({error}); begin a new one."
        raise UserError(msg) from error
    if saved.version > VERSION:
        msg = f"The session in {folder} is of a newer styleforge; update styleforge to open it."
        raise UserError(msg)
    return saved


def _of_now(value: Any) -> Any:
    """What an earlier version wrote, as it is written now: sweeps were over strengths alone."""
    sweep = value.get("sweep") if isinstance(value, dict) else None
    if not sweep or isinstance(sweep.get("across"), dict):
        return value
    across, down = (
        _strengths(sweep[name], sweep[values]) if sweep.get(name) else None
        for name, values in (("across", "columns"), ("down", "rows"))
    )
    sweep = {"id": sweep["id"], "across": across, "down": down, "cells": sweep["cells"]}
    return {**value, "sweep": sweep}


def _strengths(attribute: str, values: Iterable[float]) -> dict[str, Any]:
    title = attribute.partition(".")[2].replace("_", " ").capitalize()
    steps = [
        {"kind": STRENGTH, "value": f"{v:g}", "label": f"{v:g}", "said": f"{title} {v:g}"}
        for v in values
    ]
    return {"attribute": attribute, "title": f"{title}, strength", "steps": steps}


def copy(saved: Saved, source: Path, target: Path, held: Iterable[Held] = ()) -> None:
    """Copy a session to another folder, with what could not be written to its own.

    Raises:
        UserError: if that folder keeps another session, or cannot be written.
    """
    if (target / FILE).exists():
        msg = f"{target} keeps a session already; choose another folder."
        raise UserError(msg)
    try:
        target.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            ignored = shutil.ignore_patterns(FILE, claim.FILE)
            shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
    except OSError as error:  # shutil's own errors have no number
        msg = f"{target} cannot be written: {error.strerror or error}. Choose another."
        raise UserError(msg) from error
    for one in held:
        write_whole(target / one.path.relative_to(source), one.data)
    write(saved, source, to=target)


def _moved(value: Any, old: str, new: str) -> Any:
    """JSON with paths that begin with ``old`` beginning with ``new``, in recipes too."""
    if isinstance(value, dict):
        return {key: _moved(item, old, new) for key, item in value.items()}
    if isinstance(value, list):
        return [_moved(item, old, new) for item in value]
    if not isinstance(value, str):
        return value
    if value.startswith("{"):  # the JSON of a recipe, which is kept as it is written
        return value.replace(_begun(old), _begun(new))
    return new + value.removeprefix(old) if value.startswith(old) else value


def _begun(path: str) -> str:
    """How a path begins in JSON."""
    return json.dumps(path, ensure_ascii=False)[:-1]
