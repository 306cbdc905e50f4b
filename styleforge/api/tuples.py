"""`styleforge.tuples`: triples of a folder's pictures by difficulty, as papers select them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from styleforge.api.default import default_forge
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.measure.look import Looking, look
from styleforge.measure.pairs import Seen, sort_pairs
from styleforge.measure.triples import choose_triples
from styleforge.measure.tuples import LeftOut, Part, Tuples
from styleforge.pack.choice import default_pack
from styleforge.pack.knowing import knowing
from styleforge.prepare.folder import pictures_in
from styleforge.recipe.selection import changed, selection_of

EACH = 10  # triples of each level
Told = Callable[[str, int, int], bool | None]


def tuples(
    pictures: str | Path | Iterable[str | Path],
    domain: str,
    *,
    pack: str = "",
    least: float | None = None,
    compare: str = "",
    levels: Sequence[str] = (),
    each: int = EACH,
    seed: int = 0,
    masks_alone: bool = False,
    doubted: bool = False,
    told: Told | None = None,
    forge: Forge | None = None,
) -> Tuples:
    """Choose triples of pictures (identity, shape, look) to compare methods with.

    Each picture is looked at by the pack's models; which take part and how pairs are sorted, the
    domain or the pack says (`styleforge.recipe.selection`), and what is given here goes before it.

    Args:
        pictures: a folder, with what is in its folders, or some files; at least three.
        domain: what will be styled, such as ``lips``.
        pack: whose models look at them.
        least: share of a picture that the domain's region fills at least, 0 to 1.
        compare: the region whose overlap counts.
        levels: ``NAME=LOW,HIGH,NEAR,FAR``, bounds of overlap and of the landmarks' distance in
            pixels of a picture 256 wide.
        each: triples of each level.
        seed: governs the choice.
        masks_alone: sort by overlap alone.
        doubted: pictures whose regions the pack doubts take part all the same.
        told: called with what is done, how much of it and of how much; looking stops where it gives
            False, and what was seen by then is sorted.
        forge: whose plugins and models; one for the process by default.

    Raises:
        UserError: if fewer than three pictures can take part, or the pack finds no such region or
            no landmarks.

    Example:
        >>> import torch
        >>> from styleforge.prepare.images import save_image
        >>> from styleforge.testing import toy
        >>> for name, grey in (("you", 0.0), ("friend", 0.5)):
        ...     save_image(torch.full((1, 3, 32, 32), grey), f"{name}.png")
        >>> three = ["me.png", "you.png", "friend.png"]
        >>> found = tuples(three, "toy", least=0, each=1, forge=toy.toy_forge())
        >>> len(found.pictures) + len(found.left_out)
        3
    """
    forge = forge or default_forge()
    style = forge.domains[domain]
    name = pack or default_pack(forge.packs, forge.default_pack)
    found = forge.packs[name]
    by = changed(
        selection_of(style, found.selections), compared=compare, least=least, levels=levels
    )
    if each < 1:
        msg = f"{each} triples of each level were asked for; 1 at least was expected."
        raise UserError(msg)
    models = knowing(forge.models(name), (style.region, by.compared))
    looking = Looking(models, style.region, by, masks_alone=masks_alone, doubted=doubted)
    files, notes = pictures_in(pictures)
    seen, parts, left_out = _looked(files, looking, told)
    stopped = len(files) - len(seen) - len(left_out)
    if stopped:
        notes += (f"Looking was stopped: {stopped} of {len(files)} pictures were not looked at.",)
    if len(seen) < 3:
        raise UserError(_too_few(len(seen), left_out))

    def sorting(done: int, of: int) -> None:
        if told is not None:
            told("Sorting pairs", done, of)

    pairs = sort_pairs(seen, by, masks_alone=masks_alone, told=sorting)
    chosen = choose_triples(pairs, by, each, seed=seed, domain=domain, masks_alone=masks_alone)
    of_level = Counter(one.level for one in chosen)
    for level in by.levels:
        if of_level[level] < each:
            count = f"Only {of_level[level]}" if of_level[level] else "None"
            few = f"{count} of {each} triples could be {level}: there are no more such pairs."
            notes += (f"{few} Add pictures, or move the bounds with --level.",)
    if masks_alone:
        notes += ("Pairs were sorted by masks alone: poses may differ more than a level says.",)
    return Tuples(
        domain=domain,
        pack=name,
        selection=by,
        histogram=pairs.histogram,
        masks_alone=masks_alone,
        each=each,
        seed=seed,
        pictures=parts,
        left_out=tuple(left_out),
        triples=chosen,
        notes=notes,
    )


def _looked(
    files: Sequence[str], looking: Looking, told: Told | None
) -> tuple[list[Seen], dict[str, Part], list[LeftOut]]:
    """What is compared of each picture, and those that take no part."""
    seen: list[Seen] = []
    parts: dict[str, Part] = {}
    left_out: list[LeftOut] = []
    had: dict[str, str] = {}
    for number, file in enumerate(files, 1):
        one = look(file, looking)
        if isinstance(one, LeftOut):
            left_out.append(one)
        elif one[1].sha256 in had:
            first = had[one[1].sha256]
            left_out.append(LeftOut(file, "repeated", f"{file} is the same file as {first}."))
        else:
            had[one[1].sha256] = file
            seen.append(one[0])
            parts[file] = one[1]
        if told is not None and told("Looking at pictures", number, len(files)) is False:
            break
    return seen, parts, left_out


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count or 'none'}"


def _too_few(count: int, left_out: Sequence[LeftOut]) -> str:
    """Why there is nothing to choose from."""
    first = {one.kind: one for one in reversed(left_out)}
    counts = Counter(one.kind for one in left_out)
    why = "".join(
        f" {counts[kind]} {kind}: {first[kind].reason}" for kind, _ in counts.most_common()
    )
    return (
        f"{count or 'None'} of the pictures can take part, and a triple needs three.{why}"
        if left_out
        else f"A triple needs three pictures; there {_are(count)}."
    )
