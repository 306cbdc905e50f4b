"""Scores of all results of a method together, against real pictures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from styleforge.errors import PluginError, UserError
from styleforge.evaluate.cases import write_drawn
from styleforge.evaluate.report import Score
from styleforge.measure.numbers import finite
from styleforge.measure.sets import KIND, SetScore, Shown
from styleforge.pack.guards import Guarded
from styleforge.prepare.cache import prepared_with
from styleforge.prepare.folder import pictures_in
from styleforge.prepare.images import load_image
from styleforge.prepare.regions import found_regions, hard_regions
from styleforge.recipe.selection import selection_of

if TYPE_CHECKING:
    from styleforge.evaluate.manifest import Manifest
    from styleforge.evaluate.rows import Row
    from styleforge.forge import Forge
    from styleforge.pack.models import Models

DRAWN = 128  # real pictures that a world draws
REAL = "real"  # their folder
OTHERS = 1_000_003  # added to the seed, so that they are other people than those of the cases


@dataclass(frozen=True, kw_only=True)
class Sets:
    """Scores of all pictures of each method together.

    Args:
        values: by method and name.
        scores: what they tell, by name.
        notes: on the real pictures, and on what could not be measured.
    """

    values: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    scores: Mapping[str, Score] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def sets_of(forge: Forge, manifest: Manifest, folder: Path, real: str = "") -> Sets:
    """Measure the results of each method as a set.

    Args:
        forge: plugins and models.
        manifest: what is done.
        folder: where results lie.
        real: a folder of real pictures; those of the source where empty.

    Raises:
        PluginError: if a metric fails.
        UserError: if a picture cannot be read.
    """
    done: dict[str, list[Row]] = {}
    for row in manifest.rows:
        if row.status == "done" and row.method in manifest.methods:
            done.setdefault(row.method, []).append(row)
    models = forge.models(manifest.setting.pack)
    begun, scores, missing = _begun(forge, manifest, tuple(done))
    if not begun:
        return Sets(notes=missing)
    count = _gathered(begun, _real(forge, manifest, folder, real), real=True)
    for method, rows in done.items():
        own = {key: score for key, score in begun.items() if key[0] == method}
        paths = (folder / (row.measured or row.picture) for row in rows)
        _gathered(own, (_result(path, models) for path in paths), real=False)
    values: dict[str, dict[str, float]] = {}
    for (method, name), score in begun.items():
        try:
            value = finite(score.value(), f"The score {name!r} of {method}")
        except PluginError as error:  # the rest of the report is not lost for it
            missing = (*missing, f"{name} of {method} is left out. {error}")
            continue
        if value is not None:
            values.setdefault(method, {})[name] = value
    notes = (_said([len(rows) for rows in done.values()], count),) if values else ()
    return Sets(values=values, scores=scores, notes=(*notes, *missing))


def _gathered(
    scores: Mapping[tuple[str, str], SetScore], pictures: Iterable[Shown], *, real: bool
) -> int:
    """Show pictures to every score, one at a time; how many there were."""
    count = 0
    for count, shown in enumerate(pictures, 1):  # noqa: B007  (it is the answer)
        for score in scores.values():
            score.add(shown, real=real)
    return count


def _begun(
    forge: Forge, manifest: Manifest, methods: tuple[str, ...]
) -> tuple[dict[tuple[str, str], SetScore], dict[str, Score], tuple[str, ...]]:
    """A score of every metric for every method, what they tell, and why others are left out."""
    models, domain = forge.models(manifest.setting.pack), forge.domains[manifest.setting.domain]
    begun: dict[tuple[str, str], SetScore] = {}
    scores: dict[str, Score] = {}
    missing: dict[str, None] = {}
    for kind in forge.components:
        if not kind.startswith(KIND):
            continue
        metric = forge.components[kind]
        if not all(models.has(one) for one in getattr(metric, "needs", ())):
            continue
        make = Guarded(metric, f"The component {kind!r} of {forge.components.owner(kind)}")
        name = getattr(metric, "score", "") or kind.removeprefix(KIND)
        says = str(getattr(metric, "says", "")).replace("{region}", domain.region)
        try:
            own = {(method, name): make(models, domain) for method in methods}
        except PluginError:
            raise
        except UserError as error:  # what it needs is not installed, or not brought
            missing[str(error)] = None
            continue
        scores[name] = Score(says=says, better=str(getattr(metric, "better", "")))
        begun |= own
    return begun, scores, tuple(missing)


def _said(counts: list[int], real: int) -> str:
    many = str(counts[0]) if len(set(counts)) == 1 else f"{min(counts)} to {max(counts)}"
    said = (
        f"Scores of all pictures together are of {many} results and {real} real pictures. With so "
        "few a Fréchet distance is too large, and comparable within this table only."
    )
    if len(set(counts)) > 1:
        said += " Methods with fewer results have a larger one for that alone."
    return said


def _result(path: Path, models: Models) -> Shown:
    image = load_image(path).to(models.device, models.dtype)
    return Shown(image, found_regions(image, models))


def _real(forge: Forge, manifest: Manifest, folder: Path, real: str) -> Iterator[Shown]:
    """Real pictures, aligned: of a folder, of the world, or those of the cases."""
    models = forge.models(manifest.setting.pack)
    prepared = prepared_with(models)
    for path in _paths(forge, manifest, folder, real):
        try:
            one = prepared.file(path)
        except UserError:
            if not real:
                raise
            continue  # of a folder, what cannot be aligned takes no part
        yield Shown(one.image, hard_regions(dict(one.regions)))


def _paths(forge: Forge, manifest: Manifest, folder: Path, real: str) -> list[str]:
    if real:
        return [str(path) for path in pictures_in(real)[0]]
    if manifest.source == "world":
        return _drawn(forge, manifest, folder / REAL)
    found = [path for case in manifest.cases for path in case.within(folder).pictures.values()]
    return list(dict.fromkeys(found))


def _drawn(forge: Forge, manifest: Manifest, folder: Path) -> list[str]:
    """Other people of the world than those of the cases, written where they are not there."""
    domain = forge.domains[manifest.setting.domain]
    models = forge.models(manifest.setting.pack)
    paths = [folder / f"{number:03}.png" for number in range(DRAWN)]
    if all(path.exists() for path in paths):
        return [str(path) for path in paths]
    least = selection_of(domain, models.pack.selections).least
    rng, world = np.random.default_rng(OTHERS + manifest.chosen), models.get("world")
    for path in paths:
        write_drawn(world.draw(rng, domain.region, least), path)
    return [str(path) for path in paths]
