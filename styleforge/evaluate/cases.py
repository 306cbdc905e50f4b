"""Cases: the pictures and words that every method of a comparison is given."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from styleforge.errors import UserError
from styleforge.files import write_text, write_whole
from styleforge.measure.pairs import Seen, compared
from styleforge.prepare.images import to_picture
from styleforge.recipe.selection import SIDE, Selection, selection_of

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.measure.world import Drawn, World
    from styleforge.recipe.domain import Attribute

IDENTITY = "identity"
TRIES = 100_000  # triples that are drawn at most
FOLDER = "pictures"  # of what is drawn
PARTS = ("identity", "shape", "look")  # of a triple, as its files are called


@dataclass(frozen=True)
class Case:
    """Whose picture, and where each attribute comes from: other pictures, or words.

    Args:
        name: of the case, such as ``easy-0``.
        level: its difficulty, or whether its words were seen in training; empty where it is not
            known.
        pictures: files by role: the identity, and one for each attribute. Those that were drawn for
            a comparison are relative to its folder.
        overlap: of the compared region of identity and shape, 0 to 1.
        distance: of their landmarks, in pixels of a picture 256 wide.
        known: whether the pack knows the true answer, by what stands beside the files.
        words: by role, of what is asked for in words.

    Example:
        >>> Case("easy-0", "easy", {"identity": "me.png", "shape": "you.png"}).known
        False
    """

    name: str
    level: str
    pictures: Mapping[str, str]
    overlap: float | None = None
    distance: float | None = None
    known: bool = False
    words: Mapping[str, str] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """What is asked for in words, in one line."""
        return ", ".join(self.words.values())

    def within(self, folder: Path) -> Case:
        """With the paths of its files from here, in a comparison's folder."""
        found = {role: str((folder / path).resolve()) for role, path in self.pictures.items()}
        return replace(self, pictures=found)


def roles_of(
    identity: str, shape: str, look: str, attributes: Sequence[Attribute]
) -> dict[str, str]:
    """The pictures of a triple by role: what is compared in place comes from ``shape``.

    Example:
        >>> from styleforge.testing import toy
        >>> roles_of("a.png", "b.png", "c.png", toy.ATTRIBUTES)["finer_style"]
        'c.png'
    """
    found = {one.role: shape if one.aligned else look for one in attributes}
    return {IDENTITY: identity, **found}


def parts_of(case: Case, attributes: Sequence[Attribute]) -> dict[str, str]:
    """Its different pictures, each by what it gives: ``identity``, ``shape``, ``look``.

    Example:
        >>> from styleforge.testing import toy
        >>> case = Case("easy-0", "easy", roles_of("a.png", "b.png", "c.png", toy.ATTRIBUTES))
        >>> parts_of(case, toy.ATTRIBUTES)
        {'identity': 'a.png', 'shape': 'b.png', 'look': 'c.png'}
    """
    found = {IDENTITY: case.pictures[IDENTITY]}
    for one in attributes:
        if one.role in case.pictures:
            found.setdefault("shape" if one.aligned else "look", case.pictures[one.role])
    return found


def drawn_cases(
    forge: Forge,
    pack: str,
    domain: str,
    counts: Mapping[str, int],
    folder: Path,
    *,
    seed: int = 0,
) -> tuple[Case, ...]:
    """Cases of a pack's world, whose true answers are known; the same for the same seed.

    Their pictures are written to ``folder``/pictures, each with what the answer is known by beside
    it. A larger count goes on where a smaller one ended.

    Args:
        forge: plugins and models.
        pack: whose component ``world`` draws them.
        domain: what is styled.
        counts: how many of each level, by name; `levels_of` says which there are.
        folder: where they are written.
        seed: governs who they are.

    Raises:
        UserError: if the pack has no world, or a picture cannot be written.
    """
    models = forge.models(pack)
    if not (models.has("world") and models.has("truth")):
        msg = (
            f"The pack {pack!r} has no world whose pictures have a known answer. Name a folder of "
            "photographs, or a pack such as portraits."
        )
        raise UserError(msg)
    world, attributes = models.get("world"), forge.attributes_of(domain)
    selection = selection_of(forge.domains[domain], models.pack.selections)
    region = forge.domains[domain].region
    left = {level: count for level, count in counts.items() if count}
    made: dict[str, list[Case]] = {level: [] for level in counts}
    for level, overlap, distance, drawn in _stream(world, selection, region, seed):
        if not left:
            break
        if level not in left:
            continue
        name = f"{level}-{len(made[level])}"
        identity, shape, look = (
            _written(one, folder, f"{FOLDER}/{name}-{part}.png")
            for one, part in zip(drawn, PARTS, strict=True)
        )
        pictures = roles_of(identity, shape, look, attributes)
        made[level].append(Case(name, level, pictures, overlap, distance, known=True))
        left[level] -= 1
        if not left[level]:
            del left[level]
    return tuple(case for cases in made.values() for case in cases)


def levels_of(forge: Forge, pack: str, domain: str) -> tuple[str, ...]:
    """The names of the levels of difficulty, from easy to difficult.

    Example:
        >>> from styleforge.testing import toy
        >>> levels_of(toy.toy_forge(), "toy", "toy")
        ('easy', 'medium', 'difficult')
    """
    return tuple(selection_of(forge.domains[domain], forge.packs[pack].selections).levels)


def shared(total: int, levels: Sequence[str]) -> dict[str, int]:
    """A number of cases shared among levels; the first ones get what is left over.

    Example:
        >>> shared(7, ("easy", "medium", "difficult"))
        {'easy': 3, 'medium': 2, 'difficult': 2}
    """
    each, more = divmod(total, len(levels))
    return {level: each + (index < more) for index, level in enumerate(levels)}


def _stream(
    world: World, selection: Selection, region: str, seed: int
) -> Iterator[tuple[str, float, float | None, tuple[Drawn, Drawn, Drawn]]]:
    """Triples that are of a level, one after the other."""
    rng = np.random.default_rng(seed)
    for _ in range(TRIES):
        one, two, three = (world.draw(rng, region, selection.least) for _ in range(3))
        overlap, distance = compared(_seen(one, selection), _seen(two, selection))
        level = selection.level_of(overlap, distance)
        if level is not None:
            yield level, overlap, distance, (one, two, three)
    msg = (
        f"The world does not draw enough triples of each level: {TRIES} were drawn. Ask for fewer, "
        "or for other levels."
    )
    raise UserError(msg)


def _seen(one: Drawn, selection: Selection) -> Seen:
    mask = (one.regions[selection.compared][0, 0] > 0.5).numpy()
    points = one.landmarks.numpy() * (SIDE / one.image.shape[-1])
    return Seen("a drawn picture", mask, points, 0.0)


def _written(one: Drawn, folder: Path, name: str) -> str:
    """The file of a picture; written where it, or what is known of it, is not there."""
    if not ((folder / name).exists() and (folder / name).with_suffix(".json").exists()):
        write_drawn(one, folder / name)
    return name


def write_drawn(one: Drawn, path: Path) -> None:
    """Write a picture, with what is known of it beside it.

    Raises:
        UserError: if a file cannot be written.
    """
    write_text(path.with_suffix(".json"), json.dumps(one.about, indent=1) + "\n")
    picture = to_picture(one.image)
    write_whole(path, lambda partial: picture.save(partial, "PNG"))
