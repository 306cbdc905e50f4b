"""``styleforge tuples DIR``: triples by difficulty, to compare methods with."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli import options
from styleforge.cli.run import say_of_plugins, use_threads
from styleforge.cli.shared import DeviceOption
from styleforge.errors import UserError, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from styleforge.measure.tuples import Tuples

_BAR = 30  # characters of the longest bar


def tuples(
    pictures: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="The folder of pictures, with its folders.")
    ],
    domain: Annotated[
        str,
        typer.Option(metavar="DOMAIN", help="What will be styled; `styleforge plugins` lists it."),
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE", help="The JSON file to write.")
    ] = Path("tuples.json"),
    pack: Annotated[
        str,
        typer.Option(
            metavar="PACK", help="Whose models look at the pictures; the default one otherwise."
        ),
    ] = "",
    each: Annotated[int, typer.Option(metavar="NUMBER", help="Triples of each level.", min=1)] = 10,
    least: Annotated[
        str,
        typer.Option(
            metavar="SHARE", help="Share of a picture that is the region, at least: 0.18, or 18%."
        ),
    ] = "",
    compare: Annotated[
        str,
        typer.Option(
            metavar="REGION", help="The region whose overlap counts; the domain's by default."
        ),
    ] = "",
    level: Annotated[
        list[str] | None,
        typer.Option(
            metavar="BOUNDS",
            help="Bounds of a level, NAME=LOW,HIGH,NEAR,FAR: overlap in (LOW, HIGH], distance of "
            "landmarks in [NEAR, FAR) in pixels of a picture 256 wide. Those that are given "
            "replace all; repeatable.",
        ),
    ] = None,
    masks_alone: Annotated[
        bool, typer.Option("--masks-alone", help="Sort by masks, without landmarks.")
    ] = False,
    doubted: Annotated[
        bool, typer.Option("--doubted", help="Keep pictures whose regions the pack doubts.")
    ] = False,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", help="Governs the choice.", min=0, max=2**63 - 1)
    ] = 0,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the JSON file where it is there.")
    ] = False,
    device: DeviceOption = "",
    threads: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="CPU threads.", min=1)
    ] = None,
) -> None:
    """Choose pictures to compare methods with, by difficulty.

    They are triples: identity, shape, look. Pairs are sorted by how well the faces (of other
    domains, another region) lie on each other, and by the distance of landmarks, as LOHO does.
    Prints how many there are of each level, and why pictures take no part. The first Ctrl-C stops
    looking and sorts what was seen.
    """
    from styleforge.api.tuples import tuples as choose
    from styleforge.cli.counting import Counting
    from styleforge.forge import Forge
    from styleforge.measure.tuples import write_tuples

    options.writable(out, ".json")
    if out.exists() and not overwrite:
        msg = f"{out} is there already. Choose another name, or replace it with --overwrite."
        raise UserError(msg)
    forge = Forge(device=device)
    say_of_plugins(forge)
    use_threads(threads)
    with Counting("Looking no further; Ctrl-C again aborts.") as counting:
        found = choose(
            pictures,
            domain,
            pack=pack,
            least=_share(least),
            compare=compare,
            levels=level or (),
            each=each,
            seed=seed,
            masks_alone=masks_alone,
            doubted=doubted,
            told=counting.told,
            forge=forge,
        )
    write_tuples(found, out)
    for line in report(found):
        typer.echo(printable(line))
    typer.echo(f"{len(found.triples)} triples are in {out}.")


def report(found: Tuples) -> Iterator[str]:
    """The lines that say what was found."""
    took, left = len(found.pictures), len(found.left_out)
    yield f"{took + left} pictures, looked at with the pack {found.pack}: {took} take part."
    first = {one.kind: one for one in reversed(found.left_out)}
    for kind, count in Counter(one.kind for one in found.left_out).most_common():
        more = ", the first of them: " if count > 1 else ": "
        yield f"  left out, {kind}: {count}{more}{first[kind].reason}"
    by, histogram = found.selection, found.histogram
    yield ""
    yield f"{histogram.pairs} pairs by the overlap of {by.compared}" + (
        ", by masks alone:" if found.masks_alone else " and the distance of landmarks:"
    )
    width = max(map(len, (*by.levels, "between")))
    most = max((*histogram.levels.values(), histogram.between, 1))
    for name, one in by.levels.items():
        bounds = f"{one.iou[0]:g} to {one.iou[1]:g}"
        if not found.masks_alone:
            bounds += f", {one.distance[0]:g} to {one.distance[1]:g} px"
        yield _row(f"{name:{width}}  {bounds}", histogram.levels[name], most)
    yield _row("between", histogram.between, most)
    off = ", ".join(f"{count} fit {_FITS[key]}" for key, count in histogram.off.items() if count)
    yield f"  (bounds: {by.source})"
    if off and not found.masks_alone:
        yield f"  (of those between, {off})"
    yield ""
    yield from _bins(f"Overlap of {by.compared}", histogram.iou, 0.05)
    if histogram.distance:
        yield from _bins("Distance of landmarks, px of a picture 256 wide", histogram.distance, 1)
    yield from found.notes


_FITS = {
    "two levels": "one level by overlap and another by distance",
    "by overlap": "a level by overlap alone",
    "by distance": "a level by distance alone",
    "neither": "none by either",
}


def _bins(title: str, counts: tuple[int, ...], step: float) -> Iterator[str]:
    """A histogram from its first bin that is not empty to its last."""
    full = [number for number, count in enumerate(counts) if count]
    if not full:
        return
    yield f"{title}:"
    for number in range(full[0], full[-1] + 1):
        if step < 1:
            bounds = f"{number * step:.2f} to {(number + 1) * step:.2f}"
        elif number == len(counts) - 1:
            bounds = f"{number} and more"
        else:
            bounds = f"{number} to {number + 1}"
        yield f"  {bounds:12}  {counts[number]:7}  {_bar(counts[number], max(counts))}".rstrip()
    yield ""


def _row(label: str, count: int, most: int) -> str:
    return f"  {label:32}  {count:7}  {_bar(count, most)}".rstrip()


def _bar(count: int, most: int) -> str:
    return "#" * max(round(_BAR * count / most), 1 if count else 0)


def _share(text: str) -> float | None:
    """``0.18`` or ``18%`` as a share.

    Raises:
        UserError: for anything else.
    """
    if not text:
        return None
    number = text.strip()
    try:
        return float(number[:-1]) / 100 if number.endswith("%") else float(number)
    except ValueError:
        msg = f"--least {text} is not understood; write 0.18, or 18%."
        raise UserError(msg) from None
