"""Where the cases of a comparison come from: a world, a file of triples, or photographs."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.api.tuples import tuples
from styleforge.errors import UserError
from styleforge.evaluate.cases import Case, drawn_cases, levels_of, roles_of, shared
from styleforge.evaluate.measuring import tells_truth, truth_of
from styleforge.evaluate.methods import Setting
from styleforge.evaluate.worded import drawn_in_words, found_in_words, levels_in, wordings_of
from styleforge.measure.tuples import Tuples, read_tuples, write_tuples

if TYPE_CHECKING:
    from styleforge.forge import Forge

WORLD = "world"
TUPLES = "tuples.json"  # what was chosen of a folder
MANY = 24  # cases, where nobody says how many


@dataclass(frozen=True)
class Wanted:
    """Which cases are asked for.

    Args:
        source: ``world``, a file of triples, or a folder of photographs.
        triples: cases in all; None for all of a file, and 24 else.
        levels: by name; all where empty.
        seed: governs which ones.
        words: ``pack``, or a file of descriptions, for cases in words; triples of pictures where
            empty.

    Example:
        >>> Wanted("world").triples is None
        True
    """

    source: str
    triples: int | None = None
    levels: tuple[str, ...] = ()
    seed: int = 0
    words: str = ""


@dataclass(frozen=True)
class Found:
    """Cases, and what should be known of how they were chosen."""

    cases: tuple[Case, ...]
    notes: tuple[str, ...] = field(default=())


def cases_of(forge: Forge, setting: Setting, wanted: Wanted, folder: Path) -> Found:
    """The cases that are asked for; what is drawn or chosen for them is written to ``folder``.

    Raises:
        UserError: if there are none, or the source cannot be read.
    """
    if wanted.triples is not None and wanted.triples < 1:
        msg = f"{wanted.triples} triples were asked for; at least 1 is needed."
        raise UserError(msg)
    path = Path(wanted.source)
    if wanted.words:
        return _in_words(forge, setting, wanted, folder)
    if wanted.source == WORLD and not path.exists():
        known = levels_of(forge, setting.pack, setting.domain)
        counts = shared(wanted.triples or MANY, _levels(wanted, known))
        return Found(
            drawn_cases(forge, setting.pack, setting.domain, counts, folder, seed=wanted.seed)
        )
    if path.is_dir():
        chosen = _chosen(forge, setting, wanted, folder)
        return _of_tuples(forge, setting, wanted, chosen, wanted.triples or MANY)
    if path.is_file():
        return _of_tuples(forge, setting, wanted, read_tuples(path), wanted.triples)
    msg = (
        f"There is no {wanted.source}. Name {WORLD}, for pictures whose true answer is known, a "
        "folder of photographs, or a file that `styleforge tuples` wrote."
    )
    raise UserError(msg)


def _in_words(forge: Forge, setting: Setting, wanted: Wanted, folder: Path) -> Found:
    """Cases in words: of people of the world, or of the pictures of a folder."""
    domain, pack = setting.domain, setting.pack
    wordings = wordings_of(forge, pack, domain, wanted.words)
    levels = _levels(wanted, levels_in(wordings))
    counts, path = shared(wanted.triples or MANY, levels), Path(wanted.source)
    if wanted.source == WORLD and not path.exists():
        return Found(
            drawn_in_words(forge, pack, domain, wordings, counts, folder, seed=wanted.seed)
        )
    if not path.is_dir():
        msg = (
            f"There is no folder {wanted.source}. With words, name {WORLD} or a folder of "
            "photographs."
        )
        raise UserError(msg)

    def known(case: Case) -> Case:
        return _known(forge, setting, case)

    return Found(*found_in_words(forge, pack, domain, wordings, counts, str(path), known=known))


def _chosen(forge: Forge, setting: Setting, wanted: Wanted, folder: Path) -> Tuples:
    """Triples of a folder's photographs; those of an earlier call where they are enough."""
    path = folder / TUPLES
    known = levels_of(forge, setting.pack, setting.domain)
    each = math.ceil((wanted.triples or MANY) / len(_levels(wanted, known)))
    if path.exists():
        before = read_tuples(path)
        same = (before.domain, before.pack) == (setting.domain, setting.pack)
        if same and before.seed == wanted.seed and before.each >= each:
            return before
    found = tuples(
        wanted.source, setting.domain, pack=setting.pack, each=each, seed=wanted.seed, forge=forge
    )
    write_tuples(found, path)
    return found


def _of_tuples(
    forge: Forge, setting: Setting, wanted: Wanted, chosen: Tuples, most: int | None
) -> Found:
    """Cases of triples; of so many at most, shared among the levels that there are."""
    if chosen.domain != setting.domain:
        msg = (
            f"The triples of {wanted.source} were chosen for {chosen.domain}, not for "
            f"{setting.domain}; say --domain {chosen.domain}, or choose others."
        )
        raise UserError(msg)
    levels = _levels(wanted, tuple(chosen.selection.levels))
    have = [level for level in levels if any(one.level == level for one in chosen.triples)]
    if not have:
        said = " ".join(chosen.notes)
        msg = (
            f"{wanted.source} gives no triple of {', '.join(levels)}. {said} `styleforge tuples` "
            "can choose with other bounds, and its file can be named here."
        )
        raise UserError(msg)
    counts = None if most is None else shared(most, have)
    attributes, found = forge.attributes_of(setting.domain), []
    numbers: Counter[str] = Counter()
    for one in chosen.triples:
        number = numbers[one.level]
        if one.level not in have or (counts is not None and number >= counts[one.level]):
            continue
        numbers[one.level] += 1
        paths = (str(Path(path).resolve()) for path in one.pictures)
        identity, shape, look = paths
        pictures = roles_of(identity, shape, look, attributes)
        case = Case(f"{one.level}-{number}", one.level, pictures, one.iou, one.distance)
        found.append(_known(forge, setting, case))
    left = len(chosen.left_out)
    folders = {str(Path(path).resolve().parent) for one in chosen.triples for path in one.pictures}
    folders |= {wanted.source, str(Path(wanted.source).resolve())}
    notes = tuple(_without(folders, note) for note in chosen.notes)
    if left:
        total = left + len(chosen.pictures)
        notes += (f"{left} of {total} pictures take no part ({_reasons(chosen)}).",)
    return Found(tuple(found), notes)


def _known(forge: Forge, setting: Setting, case: Case) -> Case:
    """The case, with whether the pack knows its true answer by what stands beside its pictures."""
    beside = all(Path(path).with_suffix(".json").is_file() for path in case.pictures.values())
    if not (beside and tells_truth(forge, setting.pack, words=bool(case.words))):
        return case
    known = replace(case, known=True)
    try:
        truth_of(forge, setting, known)
    except UserError:
        return case
    return known


def _levels(wanted: Wanted, known: Sequence[str]) -> list[str]:
    unknown = [level for level in wanted.levels if level not in known]
    if unknown:
        msg = f"There is no level {unknown[0]!r}; there are {', '.join(known)}."
        raise UserError(msg)
    return [level for level in known if level in wanted.levels or not wanted.levels]


def _without(folders: Collection[str], note: str) -> str:
    """A note in which folders are called by their last name: a report tells nobody's."""
    for one in sorted(folders, key=len, reverse=True):
        note = note.replace(one, Path(one).name)
    return note


def _reasons(chosen: Tuples) -> str:
    counts = Counter(one.kind for one in chosen.left_out)
    return ", ".join(f"{kind}: {count}" for kind, count in counts.most_common())
