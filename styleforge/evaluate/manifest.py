"""The manifest of a comparison: what is compared, and what is done of it, as JSON in its folder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.cases import Case
from styleforge.evaluate.methods import Setting
from styleforge.evaluate.rows import Row
from styleforge.files import write_text
from styleforge.recipe.faults import fault_of

if TYPE_CHECKING:
    from pydantic import TypeAdapter

NAME = "manifest.json"
FORMAT = 1
NONE = "none: "  # begins the recipe of a method that makes nothing
OTHER = "Choose another folder with --out, or ask for the same as before."


@dataclass(frozen=True, kw_only=True)
class Method:
    """What a method was run with.

    Args:
        recipe: SHA-256 of its recipe without pictures, steps and seed in it.
        weights: SHA-256 of the pack's weights that it uses.
        steps: of a run.

    Example:
        >>> Method(recipe="ab", steps=36).steps
        36
    """

    recipe: str
    weights: str = ""
    steps: int = 0

    @property
    def made(self) -> bool:
        """Whether it makes something; `styleforge.evaluate.given` has those that do not."""
        return not self.recipe.startswith(NONE)


@dataclass(frozen=True, kw_only=True)
class Session:
    """One call of the command, which may be one of several.

    Example:
        >>> Session(command="styleforge evaluate world", started="2026-01-31 12:00").machine
        {}
    """

    command: str
    started: str
    executor: str = ""
    machine: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """A comparison so far.

    Args:
        source: where the cases come from: ``world``, a folder, or a file of triples.
        setting: how every method is run.
        chosen: governs which cases there are.
        cases: those that are asked for.
        methods: by name, in the order of the report.
        rows: what is done, also of cases and methods that are not asked for any more.
        sessions: every call.
        notes: sentences on it all.
        words: where cases in words have them from: ``pack`` or a file; empty for pictures.
        metrics: that measured all that is done, by name.

    Example:
        >>> one = Manifest(source="world", setting=Setting("lips", "toy"))
        >>> row = Row(case="easy-0", level="easy", method="loho")
        >>> one.with_row(row).done()
        frozenset({('easy-0', 'loho')})
    """

    source: str
    setting: Setting
    chosen: int = 0
    cases: tuple[Case, ...] = ()
    methods: Mapping[str, Method] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    sessions: tuple[Session, ...] = ()
    notes: tuple[str, ...] = ()
    words: str = ""
    metrics: tuple[str, ...] = ()
    format: int = FORMAT

    def row(self, case: str, method: str) -> Row | None:
        """What is known of a method on a case."""
        return next((one for one in self.rows if one.key == (case, method)), None)

    def with_row(self, row: Row) -> Manifest:
        """With a row, in place of an earlier one of its case and method."""
        rows = tuple(one for one in self.rows if one.key != row.key)
        return replace(self, rows=(*rows, row))

    def done(self) -> frozenset[tuple[str, str]]:
        """Cases and methods that are done."""
        return frozenset(one.key for one in self.rows if one.status == "done")


def read_manifest(folder: Path) -> Manifest | None:
    """The manifest of a folder; None where there is none.

    Raises:
        UserError: if it cannot be read, or is of a later version.
    """
    from pydantic import ValidationError

    path = folder / NAME
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        msg = f"{path} cannot be read: {error.strerror or error}. {OTHER}"
        raise UserError(msg) from error
    try:
        found = _adapter().validate_json(text)
    except ValidationError as error:
        msg = f"{path} is no manifest of a comparison: {fault_of(error.errors())}. {OTHER}"
        raise UserError(msg) from error
    if found.format > FORMAT:
        msg = f"{path} was written by a later version of styleforge. Use that one, or: {OTHER}"
        raise UserError(msg)
    return found


def write_manifest(manifest: Manifest, folder: Path) -> None:
    """Write the manifest into the folder, whole or not at all.

    Raises:
        UserError: if it cannot be written.
    """
    text = _adapter().dump_json(manifest, indent=1).decode()
    write_text(folder / NAME, text + "\n", advice="Choose another folder with --out.")


def gone_on(before: Manifest, now: Manifest, folder: Path) -> Manifest:
    """What is done already, of a comparison that is asked for again, perhaps with more in it.

    Raises:
        UserError: if what is there was made with another setting: rows of two settings are not
            compared in one table.
    """
    differ = [
        f"{what}: {_said(old)} before, {_said(new)} now"
        for what, old, new in (
            ("the source", before.source, now.source),
            ("the domain", before.setting.domain, now.setting.domain),
            ("the pack", before.setting.pack, now.setting.pack),
            ("the seed", before.setting.seed, now.setting.seed),
            ("the seed of the triples", before.chosen, now.chosen),
            ("the words", before.words, now.words),
            *_pictures(before.cases, now.cases),
            *_methods(before, now),
        )
        if old != new
    ]
    if differ:
        msg = f"{folder} holds a comparison with another setting ({'; '.join(differ)}). {OTHER}"
        raise UserError(msg)
    methods = {**before.methods, **now.methods}
    cases = {one.name: one for one in (*before.cases, *now.cases)}
    order = [one.name for one in now.cases]
    order += [name for name in cases if name not in order]
    return replace(
        now,
        cases=tuple(cases[name] for name in order),
        methods={**{name: methods[name] for name in now.methods}, **methods},
        rows=before.rows,
        sessions=(*before.sessions, *now.sessions),
        metrics=before.metrics,
    )


def _pictures(old: Sequence[Case], new: Sequence[Case]) -> list[tuple[str, object, object]]:
    """Cases of one name that are of other pictures, or other words."""
    had = {one.name: one for one in old}
    both = [(had[one.name], one) for one in new if one.name in had]
    return [
        difference
        for one, two in both
        for difference in (
            (f"the pictures of {one.name}", dict(one.pictures), dict(two.pictures)),
            (f"the words of {one.name}", one.said, two.said),
        )
    ]


def _methods(before: Manifest, now: Manifest) -> list[tuple[str, object, object]]:
    found: list[tuple[str, object, object]] = []
    for name, new in now.methods.items():
        old = before.methods.get(name)
        if old is None or not any(one.method == name for one in before.rows):
            continue
        if old.steps != new.steps:
            found.append((f"the steps of {name}", old.steps, new.steps))
        elif old.recipe != new.recipe:
            found.append((f"the recipe of {name}", old.recipe, new.recipe))
        found.append((f"the weights of {name}", old.weights, new.weights))
    return found


def _said(value: object) -> str:
    text = str(value)
    return f"{text[:12]}..." if len(text) > 40 else text or "none"


@cache
def _adapter() -> TypeAdapter[Manifest]:
    from pydantic import TypeAdapter

    return TypeAdapter(Manifest)
