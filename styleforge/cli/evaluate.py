"""``styleforge evaluate``: compare methods on the same pictures, and write a report."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from styleforge.cli.run import say, say_of_plugins, use_threads
from styleforge.cli.shared import DeviceOption, ExecutorOption, PackOption, ThreadsOption
from styleforge.errors import UserError
from styleforge.plugins.install_hints import EVERYTHING

if TYPE_CHECKING:
    from collections.abc import Generator

    from styleforge.evaluate.manifest import Manifest
    from styleforge.evaluate.report import Report
    from styleforge.evaluate.running import Done, Going
    from styleforge.evaluate.sets import Sets
    from styleforge.forge import Forge
    from styleforge.run.executor import Executor


def evaluate(
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="world: pictures that the pack draws, with a known answer; a folder of "
            "photographs; or a file of `styleforge tuples`.",
        ),
    ],
    domain: Annotated[
        str,
        typer.Option(
            metavar="DOMAIN", help="What is styled; the first that is installed by default."
        ),
    ] = "",
    methods: Annotated[
        str,
        typer.Option(
            metavar="PRESET,PRESET",
            help="Presets of the domain, with commas; `styleforge presets` lists. nothing and "
            "truth are the picture as it was and the true answer.",
        ),
    ] = "",
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="FOLDER",
            help="Folder of results and report; it is gone on with.",
        ),
    ] = Path("out/evaluation"),
    triples: Annotated[
        int | None,
        typer.Option(
            "--triples",
            "--cases",
            metavar="NUMBER",
            help="Cases in all, shared among the levels; 24, or all of a file.",
            min=1,
        ),
    ] = None,
    levels: Annotated[
        str,
        typer.Option(
            metavar="LEVEL,LEVEL",
            help="Levels, with commas, such as easy or unseen; all by default.",
        ),
    ] = "",
    words: Annotated[
        str,
        typer.Option(
            metavar="pack|FILE",
            help="Ask in words in place of reference pictures: pack, for those that the pack "
            "gives, or a CSV file with the columns shape, appearance, ... and level.",
        ),
    ] = "",
    pack: PackOption = "",
    steps: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NUMBER", help="Steps of a run: 120 for all methods with stages, or loho=120."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="NUMBER", help="Governs everything random in a run.", min=0)
    ] = 0,
    chosen: Annotated[
        int,
        typer.Option(
            "--triples-seed", metavar="NUMBER", help="Governs which cases there are.", min=0
        ),
    ] = 0,
    against: Annotated[
        str,
        typer.Option(
            metavar="PRESET", help="The method that the others are compared with; the first."
        ),
    ] = "",
    real: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Folder of real pictures for FID and the like; those of the source.",
        ),
    ] = None,
    no_sets: Annotated[
        bool, typer.Option("--no-sets", help="Leave out FID and the like, which take a minute.")
    ] = False,
    executor: ExecutorOption = "",
    device: DeviceOption = "",
    threads: ThreadsOption = None,
) -> None:
    """Compare methods on the same pictures, and write a report.

    Every metric is measured. What is done is kept in the folder: the same command goes on where it
    was stopped, and more methods or cases can be added. A run that fails is told and does not end
    the others. Ctrl-C writes the report of what is there.
    """
    from styleforge.evaluate.evaluation import asked
    from styleforge.evaluate.methods import chosen as list_of
    from styleforge.evaluate.writing import write_report
    from styleforge.files import claimed
    from styleforge.forge import Forge

    forge = Forge(device=device)
    say_of_plugins(forge)
    use_threads(threads)
    domain = domain or next(iter(forge.domains), "") or _no_domain()
    where = forge.executor(executor)
    names = list_of(methods, [one.name for one in forge.domains[domain].presets])
    with claimed(out, "comparison"):
        manifest = asked(
            forge, source, domain, names, out, pack=pack, triples=triples,
            levels=[one.strip() for one in levels.split(",") if one.strip()], seed=seed,
            chosen=chosen, words=words, steps=_steps(steps or ()), executor=executor,
            command=_command(),
        )  # fmt: skip
        manifest, whole = _run(forge, manifest, out, where)
        sets = _sets(forge, manifest, out, str(real or "")) if whole and not no_sets else None
        report = write_report(forge, manifest, out, against=against, sets=sets)
    _print(report, out)


def _run(forge: Forge, manifest: Manifest, out: Path, executor: Executor) -> tuple[Manifest, bool]:
    """Run what is pending; the manifest as it is then, and whether Ctrl-C did not end it."""
    from styleforge.cli.comparing import Comparing
    from styleforge.evaluate.running import Done, run

    events = closing(cast("Generator[Going | Done]", run(forge, manifest, out, executor)))
    with Comparing(manifest) as shown:
        try:
            with events as stream:
                for event in stream:
                    if isinstance(event, Done):
                        manifest = event.manifest
                    shown.show(event)
        except KeyboardInterrupt:
            say("Stopped. What is done is kept; the same command goes on from there.")
            return manifest, False
    return manifest, True


def _sets(forge: Forge, manifest: Manifest, out: Path, real: str) -> Sets | None:
    """Scores of all pictures together; None where Ctrl-C ends them."""
    from styleforge.evaluate.sets import sets_of

    try:
        return sets_of(forge, manifest, out, real)
    except KeyboardInterrupt:
        say("Stopped: scores of all pictures together are left out; the same command adds them.")
        return None


def _print(report: Report, out: Path) -> None:
    from styleforge.evaluate.sentences import failed
    from styleforge.evaluate.tables import overview
    from styleforge.evaluate.writing import CSV, HTML, JSON, MARKDOWN

    print(overview(report))
    for one in failed(report):
        say(f"Failed: {one}")
    print(f"\nReport: {', '.join(str(out / name) for name in (HTML, MARKDOWN, JSON, CSV))}")


def _steps(words: list[str] | tuple[str, ...]) -> dict[str, int]:
    """Read ``120`` (all methods) and ``loho=120`` to steps by method.

    Raises:
        UserError: if a word is neither, or a method is named twice.
    """
    found: dict[str, int] = {}
    for word in words:
        name, _, number = word.rpartition("=")
        if not number.isdecimal() or int(number) < 1:
            msg = f"--steps {word} is not understood; write 120, or METHOD=120."
            raise UserError(msg)
        if name in found:
            msg = f"--steps was given twice for {name or 'all methods'}; give it once."
            raise UserError(msg)
        found[name] = int(number)
    return found


def _command() -> str:
    """The command for the report, which others read: of whole paths the last name is enough."""
    import shlex

    words = (Path(word).name if Path(word).is_absolute() else word for word in sys.argv[1:])
    return shlex.join(["styleforge", *words])


def _no_domain() -> str:
    msg = f"No domain is installed; {EVERYTHING} brings some."
    raise UserError(msg)
