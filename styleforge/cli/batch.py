"""``styleforge batch``: many edits, from a table or from folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli import options
from styleforge.cli.run import say, say_of_plugins, use_threads
from styleforge.cli.shared import DeviceOption, ExecutorOption, PackOption, ThreadsOption
from styleforge.cli.usage import nearest, options_of
from styleforge.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from styleforge.batches.batching import Batching
    from styleforge.batches.manifest import Outcome
    from styleforge.batches.plan import Planned
    from styleforge.batches.table import Table
    from styleforge.cli.counting import Counting
    from styleforge.run.events import Event


def batch(
    ctx: typer.Context,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="The folder of the results.")
    ],
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="JOBS",
            help="A table: CSV (as Excel writes it, too), or a JSON object a line (.jsonl).",
            show_default=False,
        ),
    ] = None,
    domain: Annotated[
        str,
        typer.Option(
            metavar="DOMAIN", help="What is styled; needed where several domains are installed."
        ),
    ] = "",
    identities: Annotated[
        str,
        typer.Option(
            metavar="FOLDER",
            help="Instead of a table: a folder of pictures to edit, each with all that is asked "
            "for. An attribute may be given a folder, too.",
        ),
    ] = "",
    zipped: Annotated[
        bool,
        typer.Option("--zip", help="Of folders the first with the first, not all with all."),
    ] = False,
    preset: Annotated[
        str,
        typer.Option(
            metavar="PRESET", help="The recipe where a row names none; one pass by default."
        ),
    ] = "",
    pack: PackOption = "",
    strength: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER", help="For all attributes (0.5) or one (shape=0.5); repeatable."
        ),
    ] = None,
    steps: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Steps of a preset that optimizes.")
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Governs everything random.", min=0, max=2**63 - 1),
    ] = None,
    form: Annotated[
        str,
        typer.Option("--format", metavar="FORMAT", help="Of the results: png, jpg, webp or tif."),
    ] = "png",
    failed: Annotated[
        bool, typer.Option("--failed", help="Run those that failed before, and no others.")
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Run all anew, and replace files that are there.")
    ] = False,
    executor: ExecutorOption = "",
    share: Annotated[
        bool, typer.Option("--share", help="Leave folders out of the recipes in the results.")
    ] = False,
    device: DeviceOption = "",
    threads: ThreadsOption = None,
) -> None:
    """Run many edits: a table's rows, or every picture of a folder.

    A table has the columns identity and one for each attribute, such as shape, and may have name,
    preset, pack, strength, steps, seed, subject, mask and tune; of one attribute strength.shape.
    Paths in it are relative to it. What is said here (--shape "bob cut") is for cells that are
    empty. A row that fails is kept with its reason, and the others go on. The same command goes on
    with a batch that was stopped. Beside the results lie manifest.jsonl, results.csv, contact
    sheets and index.html.
    """
    from styleforge.batches.call import batch as batch_of
    from styleforge.batches.columns import short_names
    from styleforge.cli.counting import Counting
    from styleforge.forge import Forge

    jobs, left = _table_of(words or [])
    _check_source(jobs, identities)
    forge = Forge(device=device)
    say_of_plugins(forge)
    if not domain and len(forge.domains) == 1:
        domain = next(iter(forge.domains))
    if not domain:
        have = ", ".join(forge.domains) or "none"
        near = next((f" {word} is not it." for word in left if nearest(word, ["--domain"])), "")
        msg = f"Say what is styled: --domain NAME; there are: {have}.{near}"
        raise UserError(msg)
    attributes = forge.attributes_of(domain)
    values = options.attribute_values(
        left, attributes, domain, command="batch", others=options_of(ctx)
    )
    asked = short_names(values, attributes)
    said = {"preset": preset, "pack": pack, "steps": steps, "seed": seed}
    also = {name: value for name, value in said.items() if value not in {"", None}}
    if strength:
        also["strength"] = " ".join(strength)
    table = _jobs(jobs, identities, asked, zipped=zipped)
    made = batch_of(
        table,
        domain,
        out=out,
        also=also if identities else {**asked, **also},
        form=form,
        failed=failed,
        overwrite=overwrite,
        share=share,
        executor=executor,
        forge=forge,
    )
    use_threads(threads)
    for note in made.notes:
        say(note)
    stopping = "Stopping; the same command goes on later. Ctrl-C again aborts."
    with Counting(stopping) as counting:
        outcomes = _run(made, counting)
    _finish(made, outcomes, stopped=counting.stopped)


def _table_of(words: Sequence[str]) -> tuple[Path | None, list[str]]:
    """The table among the words, and the options of attributes, each of which takes a value."""
    found, left, place = list[str](), list[str](), 0
    while place < len(words):
        word = words[place]
        if not word.startswith("--"):
            found.append(word)
            place += 1
            continue
        taken = 1 if "=" in word else 2
        left += words[place : place + taken]
        place += taken
    if len(found) > 1:
        msg = f"A batch has one table; there are {' and '.join(found)}. Quote words of several."
        raise UserError(msg)
    return Path(found[0]) if found else None, left


def _check_source(jobs: Path | None, identities: str) -> None:
    """Look whether it is said once where the edits are, and whether a table is there.

    Raises:
        UserError: if not.
    """
    if (jobs is None) == (not identities):
        what = "both of them" if identities else "none of them"
        msg = f"Give a table (styleforge batch jobs.csv), or --identities FOLDER; there was {what}."
        raise UserError(msg)
    if jobs is not None and not jobs.exists():
        raise UserError(f"There is no file {jobs}. Check the name and the folder.")


def _jobs(
    jobs: Path | None, identities: str, asked: Mapping[str, str], *, zipped: bool
) -> Path | Table:
    """The table, or that of folders.

    Raises:
        UserError: if a table is zipped, or pictures of a folder are asked for nothing.
    """
    from styleforge.batches.product import crossed

    if jobs is not None:
        if zipped:
            msg = "--zip is for folders; a table says itself what goes with what. Leave it out."
            raise UserError(msg)
        return jobs
    if not asked:
        msg = "Nothing to change was asked for; give an attribute, such as --shape FOLDER."
        raise UserError(msg)
    return crossed(identities, asked, zipped=zipped)


def _run(made: Batching, counting: Counting) -> list[Outcome]:
    """Run the rows, showing how many are done."""
    from styleforge.batches.manifest import Outcome
    from styleforge.cli.progress import duration
    from styleforge.run.events import Step

    earlier, total = len(made.plan.earlier), len(made.plan.earlier) + len(made.plan.todo)
    done, bad = earlier, 0

    def watch(planned: Planned, event: Event | Outcome) -> bool:
        nonlocal done, bad
        more = f"{bad} failed" if bad else ""
        if isinstance(event, Outcome):
            done += 1
            if event.state == "failed":
                bad += 1
                more = f"{bad} failed"
                counting.say(f"{event.name}: {event.error}")
            return counting.told("Editing", done, total, more)
        if isinstance(event, Step):
            left = duration(event.left)
            now = f"{planned.name} {event.done}/{event.total}, {left} left of it"
            counting.within(", ".join(filter(None, (now, more))))
        return not counting.stopped

    if earlier:
        say(f"{earlier} of {total} rows were there already.")
    return list(made.run(watch))


def _finish(made: Batching, outcomes: Sequence[Outcome], *, stopped: bool) -> None:
    """Say what became of it all.

    Raises:
        UserError: if rows failed.
    """
    ran = [one for one in outcomes if not one.earlier]
    bad = sum(one.state == "failed" for one in ran)
    done = sum(one.state == "done" for one in ran)
    left = len(made.plan.todo) - len(ran)
    before = f", {made.plan.failed_before} failed before" if made.plan.failed_before else ""
    say(f"{made.folder / 'index.html'} shows all rows: {done} done now, {bad} failed{before}.")
    noted = sum(bool(one.notes) for one in ran)
    if noted:
        said = "1 of them has notes" if noted == 1 else f"{noted} of them have notes"
        say(f"{said}, of words that were not understood, for example: see results.csv.")
    if stopped and left:
        say(f"Stopped with {left} rows left; the same command goes on with them.")
    if bad:
        many = "1 row" if bad == 1 else f"{bad} rows"
        msg = f"{many} failed; results.csv says why. Mend them, and run the batch with --failed."
        raise UserError(msg)
