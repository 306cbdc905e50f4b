"""Cases in words: whose picture, and descriptions of what it is to show."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count as counted
from itertools import cycle, islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from styleforge.errors import UserError
from styleforge.evaluate.cases import FOLDER, IDENTITY, Case, write_drawn
from styleforge.evaluate.measuring import tells_truth
from styleforge.measure.wordings import Wording, read_wordings
from styleforge.prepare.cache import prepared_with
from styleforge.prepare.folder import pictures_in
from styleforge.prepare.found import check, require
from styleforge.recipe.selection import selection_of

if TYPE_CHECKING:
    from styleforge.forge import Forge

PACK = "pack"  # the words that the pack gives, in place of a file


def wordings_of(forge: Forge, pack: str, domain: str, words: str) -> tuple[Wording, ...]:
    """The descriptions of a file, or those of the pack where ``words`` is ``pack``.

    Raises:
        UserError: if there are none, or the file cannot be read.

    Example:
        >>> from styleforge.testing import toy
        >>> wordings_of(toy.toy_forge(), "toy", "toy", "pack")
        Traceback (most recent call last):
        styleforge.errors.UserError: The pack 'toy' gives no descriptions of toy. Name a file ...
    """
    if words != PACK:
        found = read_wordings(Path(words), forge.attributes_of(domain))
    else:
        models = forge.models(pack)
        found = tuple(models.get("wordings")(domain)) if models.has("wordings") else ()
    if not found:
        said = f"The pack {pack!r} gives" if words == PACK else f"{words} has"
        msg = f"{said} no descriptions of {domain}. Name a file of words: --words FILE.csv."
        raise UserError(msg)
    return found


def levels_in(wordings: Sequence[Wording]) -> tuple[str, ...]:
    """The levels of descriptions, in the order of their first.

    Example:
        >>> levels_in((Wording({"shape": "tall"}, "seen"), Wording({"shape": "wide"}, "unseen")))
        ('seen', 'unseen')
    """
    return tuple(dict.fromkeys(one.level for one in wordings))


def drawn_in_words(
    forge: Forge,
    pack: str,
    domain: str,
    wordings: Sequence[Wording],
    counts: Mapping[str, int],
    folder: Path,
    *,
    seed: int = 0,
) -> tuple[Case, ...]:
    """Cases of a pack's world, each of another person, so that each tells something new.

    Descriptions of a level take turns. A larger count goes on where a smaller one ended.

    Args:
        forge: plugins and models.
        pack: whose component ``world`` draws the identities.
        domain: what is styled.
        wordings: the descriptions.
        counts: how many cases of each level.
        folder: where pictures are written.
        seed: governs who they are.

    Raises:
        UserError: if the pack has no world, or a picture cannot be written.
    """
    models = forge.models(pack)
    if not models.has("world"):
        msg = f"The pack {pack!r} has no world that draws pictures. Name a folder of photographs."
        raise UserError(msg)
    world, region = models.get("world"), forge.domains[domain].region
    least = selection_of(forge.domains[domain], models.pack.selections).least
    known = tells_truth(forge, pack, words=True)
    order = levels_in(wordings)

    def people(level: str) -> Iterator[str]:
        rng = np.random.default_rng((seed, order.index(level)))  # more of one level move no other
        for number in counted():
            drawn = world.draw(rng, region, least)
            name = f"{FOLDER}/{_named(level, number)}-{IDENTITY}.png"
            if not (folder / name).exists():
                write_drawn(drawn, folder / name)
            yield name

    return _cases(wordings, counts, people, known=known)


def found_in_words(
    forge: Forge,
    pack: str,
    domain: str,
    wordings: Sequence[Wording],
    counts: Mapping[str, int],
    source: str,
    *,
    known: Callable[[Case], Case],
) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Cases of a folder's pictures, and what should be known of those that take no part.

    Pictures and descriptions take turns, until each picture met each description of its level.

    Args:
        forge: plugins and models.
        pack: prepares the pictures.
        domain: what is styled.
        wordings: the descriptions.
        counts: how many cases of each level, at most.
        source: the folder.
        known: says whether the true answer of a case is known.

    Raises:
        UserError: if no picture can be edited.
    """
    paths, left = _able(forge, pack, domain, source)
    if not paths:
        why = next(iter(left.values()), "it holds none")
        msg = f"No picture of {source} can be edited: {why}"
        raise UserError(msg)
    each = {level: sum(one.level == level for one in wordings) for level in counts}
    counts = {level: min(count, each[level] * len(paths)) for level, count in counts.items()}

    cases = _cases(wordings, counts, lambda _: cycle(paths), len(paths))
    notes: tuple[str, ...] = ()
    if left:
        first = next(iter(left.values()))
        notes = (f"{len(left)} of {len(left) + len(paths)} pictures take no part; one: {first}",)
    return tuple(known(case) for case in cases), notes


def _cases(
    wordings: Sequence[Wording],
    counts: Mapping[str, int],
    pictures: Callable[[str], Iterator[str]],
    many: int | None = None,
    *,
    known: bool = False,
) -> tuple[Case, ...]:
    """Cases of each level; where there are but so ``many`` pictures, no pair comes twice."""
    found = []
    for level, count in counts.items():
        own = [one.words for one in wordings if one.level == level]
        for number, picture in enumerate(islice(pictures(level), count)):
            turn = number if many is None else number % many + number // many
            words = dict(own[turn % len(own)])
            name = _named(level, number)
            found.append(Case(name, level, {IDENTITY: picture}, known=known, words=words))
    return tuple(found)


def _named(level: str, number: int) -> str:
    return f"{level or 'words'}-{number}"


def _able(forge: Forge, pack: str, domain: str, source: str) -> tuple[list[str], dict[str, str]]:
    """The pictures of a folder that can be edited, and why others cannot."""
    models = forge.models(pack)
    prepared, about = prepared_with(models), forge.domains[domain]
    able, left = [], {}
    for path in pictures_in(source)[0]:
        whole = str(Path(path).resolve())
        try:
            one = prepared.file(whole)
            check(one, about, models, role=IDENTITY)
            require(one, about.region, models.least(about.region))
        except UserError as error:
            left[whole] = str(error).replace(whole, Path(whole).name)  # nobody's folders
        else:
            able.append(whole)
    return able, left
