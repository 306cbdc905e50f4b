"""A comparison from what was asked for to its report: `evaluate`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from styleforge.errors import UserError
from styleforge.evaluate.earlier import measured_by, with_pictures
from styleforge.evaluate.given import given_method, is_given
from styleforge.evaluate.machine import machine, versions
from styleforge.evaluate.manifest import (
    Manifest,
    Method,
    Session,
    gone_on,
    read_manifest,
    write_manifest,
)
from styleforge.evaluate.measuring import try_metrics
from styleforge.evaluate.method_sets import expanded
from styleforge.evaluate.methods import Setting, digest, preset_of, unmade, weights_of
from styleforge.evaluate.report import Report
from styleforge.evaluate.running import Done, Going, run
from styleforge.evaluate.sets import sets_of
from styleforge.evaluate.sources import Wanted, cases_of
from styleforge.evaluate.writing import JSON, write_report
from styleforge.files import check_writable, claimed
from styleforge.plugins.config import default_executor

if TYPE_CHECKING:
    from collections.abc import Generator

    from styleforge.forge import Forge


def evaluate(
    source: str | Path,
    domain: str,
    methods: Sequence[str],
    out: str | Path,
    *,
    pack: str = "",
    triples: int | None = None,
    levels: Sequence[str] = (),
    seed: int = 0,
    chosen: int = 0,
    words: str | Path = "",
    steps: Mapping[str, int] | None = None,
    against: str = "",
    real: str | Path = "",
    sets: bool = True,
    executor: str = "",
    forge: Forge | None = None,
    told: Callable[[Going | Done], object] | None = None,
) -> Report:
    """Compare methods on the same pictures, by every metric there is.

    What is done is kept in the folder: called again, it goes on, also with more methods or cases.

    Args:
        source: ``world`` for pictures that the pack draws and whose true answer it knows; a folder
            of photographs; or a file that `styleforge tuples` wrote.
        domain: what is styled.
        methods: presets of the domain; ``nothing`` and ``truth`` are the identity as it was and the
            true answer, to read the others' scores by.
        out: the folder of results and report.
        pack: the pack of models; the default when left out.
        triples: cases in all, shared among the levels; all of a file, and 24 else, when left out.
        levels: of difficulty, or of words, by name; all when left out.
        seed: governs everything random in a run.
        chosen: governs which cases there are.
        words: ``pack`` for cases in words that the pack gives, or a CSV file of descriptions (see
            `styleforge.measure.wordings.read_wordings`), in place of reference pictures.
        steps: of a run by method; under ``""`` those of every method that has stages.
        against: the method that the others are compared with; the first when left out.
        real: a folder of real pictures, with which the results of a method are compared as a set;
            those of the source when left out.
        sets: measure all results of a method together, too, which looks at every real picture.
        executor: where recipes run (see `styleforge.run.executor`).
        forge: plugins and models; `styleforge.default_forge` when left out.
        told: is given what happens.

    Returns:
        The report, which is also written to ``out``.

    Raises:
        UserError: if there is no such method or level, the pack cannot do one, or ``out`` holds a
            comparison with another setting.
        PluginError: if a metric fails.
    """
    if forge is None:
        from styleforge.api.default import default_forge

        forge = default_forge()
    folder, where = Path(out), forge.executor(executor)
    with claimed(folder, "comparison"):
        manifest = asked(
            forge, source, domain, methods, folder, pack=pack, triples=triples, levels=levels,
            seed=seed, chosen=chosen, words=words, steps=steps or {}, executor=executor,
            command=f"evaluate({Path(source).name!r}, {domain!r}, {list(methods)!r}, ...)",
        )  # fmt: skip
        events = closing(cast("Generator[Going | Done]", run(forge, manifest, folder, where)))
        with events as stream:
            for event in stream:
                if isinstance(event, Done):
                    manifest = event.manifest
                if told is not None:
                    told(event)
        found = sets_of(forge, manifest, folder, str(real)) if sets else None
        return write_report(forge, manifest, folder, against=against, sets=found)


def asked(
    forge: Forge,
    source: str | Path,
    domain: str,
    methods: Sequence[str],
    folder: Path,
    *,
    pack: str = "",
    triples: int | None = None,
    levels: Sequence[str] = (),
    seed: int = 0,
    chosen: int = 0,
    words: str | Path = "",
    steps: Mapping[str, int] | None = None,
    executor: str = "",
    command: str = "",
) -> Manifest:
    """The manifest of what is asked for, with what is done of it already; it is written.

    Nothing has run yet, but that one case can be measured is tried.

    Raises:
        UserError: as `evaluate`.
        PluginError: if a metric fails.
    """
    if not methods:
        msg = "No method was named; name one or more presets of the domain."
        raise UserError(msg)
    methods = expanded(forge, domain, methods, words=bool(str(words)))
    made = [one for one in methods if not is_given(forge, domain, one)]
    if not made:
        msg = f"{' and '.join(methods)} alone compare nothing; name a preset of {domain}, too."
        raise UserError(msg)
    pack = pack or forge.pack_for(unmade(forge, domain, made[0])).name
    setting = Setting(domain, pack, seed, dict(steps or {}))
    _refuse_unknown_steps(setting, methods)
    found = {
        name: _method(forge, setting, name) if name in made else given_method(name)
        for name in dict.fromkeys(methods)
    }
    check_writable(folder / JSON, advice="Choose another folder with --out.")
    session = Session(
        command=command,
        started=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        executor=_kind(executor or default_executor()),
        machine=machine(forge),
        versions=versions(forge),
    )
    now = Manifest(
        source=str(source), setting=setting, chosen=chosen, words=str(words), methods=found,
        sessions=(session,),
    )  # fmt: skip
    before = read_manifest(folder)
    if before is not None:  # what does not fit is refused before pictures are drawn
        now = _with_earlier(forge, before, now)
        setting = now.setting
        gone_on(before, now, folder)
    wanted = Wanted(str(source), triples, tuple(levels), chosen, str(words))
    given = cases_of(forge, setting, wanted, folder)
    now = replace(now, cases=given.cases, notes=given.notes)
    if before is not None:
        now = with_pictures(gone_on(before, now, folder), folder)
    now = replace(now, metrics=measured_by(forge, now))
    try_metrics(forge, setting, given.cases[0].within(folder))
    write_manifest(now, folder)
    return now


def _kind(executor: str) -> str:
    """An executor's spec without an address, which a report need not tell."""
    kind, _, rest = executor.partition(":")
    return kind if rest.startswith("//") else executor


def _method(forge: Forge, setting: Setting, name: str) -> Method:
    recipe = preset_of(forge, setting, name)
    return Method(recipe=digest(recipe), weights=weights_of(forge, recipe), steps=recipe.steps)


def _with_earlier(forge: Forge, before: Manifest, now: Manifest) -> Manifest:
    """With the methods of earlier calls that are not named now, as they were run.

    They stand in the same table, and have cases that were added later to do.
    """
    earlier = {
        name: one for name, one in before.methods.items() if name not in now.methods and one.made
    }
    own = {name: one.steps for name, one in earlier.items() if one.steps}
    setting = replace(now.setting, steps={**own, **now.setting.steps})
    found = dict(now.methods)
    for name in earlier:
        with suppress(UserError):  # what cannot be run any more keeps its rows
            found[name] = _method(forge, setting, name)
    return replace(now, setting=setting, methods=found)


def _refuse_unknown_steps(setting: Setting, methods: Sequence[str]) -> None:
    unknown = [name for name in setting.steps if name and name not in methods]
    if unknown:
        msg = (
            f"Steps are given for {', '.join(unknown)}, which is not compared; the methods are "
            f"{', '.join(methods)}."
        )
        raise UserError(msg)
