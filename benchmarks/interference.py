"""What an edit moves that nobody asked for: `python -m benchmarks.interference --people N`.

For every attribute of both domains: N seeded people take it from somebody else. Rows are what was
asked for, columns how far every attribute moved, as a share of how far the true answers move where
that column is what is asked for. The truth is rendered from the people's factors, so its own row
says what an ideal edit moves by these measures (longer hair hides some clothing). Below the rows
of single attributes: both domains together in one recipe, and one after the other.

Finished edits are kept in the JSON file and not made again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Annotated, Any

import numpy as np
import typer
from styleforge_portraits import world
from styleforge_portraits.selections import SELECTIONS
from torch import Tensor
from tqdm import tqdm

from benchmarks.movement import ATTRIBUTES, COLUMNS, DOMAINS, ROLES, movement
from benchmarks.problems import picture
from styleforge.display.sheets import sheet
from styleforge.forge import Forge
from styleforge.prepare.images import to_picture
from styleforge.recipe.condition import ImageRef
from styleforge.run.job import Job


@dataclass(frozen=True)
class Ask:
    """A row of the matrix: attributes taken from one donor, and in how many runs."""

    name: str
    attributes: tuple[str, ...]
    runs: tuple[str, ...]  # domains edited in each run, one run after the other


def asks() -> tuple[Ask, ...]:
    """Each attribute alone, each domain, both together, and one after the other."""
    single = tuple(Ask(name, (name,), (name.partition(".")[0],)) for name in ATTRIBUTES)
    whole = tuple(Ask(f"all of {one}", _of(one), (one,)) for one in DOMAINS)
    together = Ask("together", ATTRIBUTES, ("+".join(DOMAINS),))
    return (*single, *whole, together, Ask("one after the other", ATTRIBUTES, DOMAINS))


def _of(domain: str) -> tuple[str, ...]:
    return tuple(f"{domain}.{role}" for role in ROLES)


def pairs(count: int, seed: int) -> list[tuple[world.Person, world.Person]]:
    """People and donors, all with hair."""
    rng = np.random.default_rng((seed, 41))
    found: list[world.Person] = []
    while len(found) < 2 * count:
        person = world.sample(rng)
        if float(world.render(person, 64).regions["hair"].mean()) >= SELECTIONS["hair"].least:
            found.append(person)
    return list(zip(found[::2], found[1::2], strict=True))


def truth(one: world.Person, two: world.Person, attributes: Iterable[str]) -> Tensor:
    """The true answer ``(1, 3, H, W)`` in [-1, 1]."""
    groups = (name.replace(".", "_") for name in attributes)
    return picture(world.with_groups(one, two, *groups))


def edited(forge: Forge, ask: Ask, preset: str, identity: Path, donor: Path) -> Tensor:
    """The picture that the runs of an ask lead to."""
    file, image = identity, None
    for index, domain in enumerate(ask.runs):
        wanted = {
            name: ImageRef(str(donor))
            for name in ask.attributes
            if name.partition(".")[0] in domain.split("+")
        }
        recipe = forge.recipe(
            domain, preset, pack="portraits", identity=ImageRef(str(file)), conditions=wanted
        )
        image = Job(forge, recipe).result().image
        file = identity.with_name(f"{identity.stem}-after-{index}.png")
        to_picture(image).save(file)
    assert image is not None
    return image


def takes(forge: Forge, ask: Ask, preset: str) -> bool:
    """Whether a preset can do what is asked: one pass changes what the mappers know."""
    if not preset:
        return True
    for domain in {name.partition(".")[0] for name in ask.attributes}:
        presets = {item.name: item for item in forge.domains[domain].presets}
        if preset not in presets:
            return False
        if not presets[preset].stages:
            kind = f"mapper/{domain}"
            models = forge.models("portraits")
            known = models.get(kind).attributes if models.has(kind) else ()
            if not any(name in known for name in ask.attributes if name.startswith(domain)):
                return False
            if len(ask.attributes) == 1 and ask.attributes[0] not in known:
                return False
    return True


def mean(values: Iterable[float]) -> float:
    """The mean of what could be measured."""
    found = [value for value in values if math.isfinite(value)]
    return fmean(found) if found else math.nan


def scales(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """How far the truth moves each column where that column is asked for."""
    found = {}
    for column in COLUMNS:
        asked = column if column in ATTRIBUTES else None
        found[column] = mean(
            row["truth"][column] for row in rows if asked is None or row["ask"] == asked
        )
    found["identity"], found["background"] = 1.0, 10.0  # a cosine; CIEDE2000
    return found


def table(rows: Sequence[Mapping[str, Any]], which: str) -> str:
    """The matrix as Markdown; ``which`` is ``result`` or ``truth``."""
    scale = scales(rows)
    lines = ["| asked for | " + " | ".join(COLUMNS) + " |", "|---" * (len(COLUMNS) + 1) + "|"]
    for ask in asks():
        found = [row for row in rows if row["ask"] == ask.name and row[which]]
        if not found:
            continue
        cells = []
        for column in COLUMNS:
            value = mean(row[which][column] for row in found) / scale[column]
            cells.append(f"**{value:.2f}**" if column in ask.attributes else f"{value:.2f}")
        lines.append(f"| {ask.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def disturbance(rows: Sequence[Mapping[str, Any]], names: Iterable[str]) -> tuple[float, float]:
    """Mean movement of the attributes that nobody asked for, of results and of the truth."""
    scale = scales(rows)
    wanted = {ask.name: ask for ask in asks() if ask.name in set(names)}
    found: dict[str, list[float]] = {"result": [], "truth": []}
    for row in rows:
        ask = wanted.get(row["ask"]) if row["result"] else None
        for column in ATTRIBUTES if ask else ():
            if ask is not None and column not in ask.attributes:
                for which, values in found.items():
                    values.append(row[which][column] / scale[column])
    return mean(found["result"]), mean(found["truth"])


def main(
    count: Annotated[int, typer.Option("--people", help="How many people.")] = 4,
    out: Annotated[Path, typer.Option("--json", help="Where to keep the scores.")] = Path(
        "out/interference.json"
    ),
    preset: Annotated[
        str, typer.Option(help="Of both domains; each one's own default where none is named.")
    ] = "",
    seed: int = 0,
    pictures: Annotated[Path | None, typer.Option(help="Folder for pictures.")] = None,
) -> None:
    """Edit people and measure every attribute of both domains."""
    forge = Forge()
    models = forge.models("portraits")
    folder = pictures or out.parent / "interference"
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[dict[str, Any]] = json.loads(out.read_text()) if out.exists() else []
    done = {(row["person"], row["ask"], row["preset"], row["seed"]) for row in rows}
    todo = [(i, pair, ask) for i, pair in enumerate(pairs(count, seed)) for ask in asks()]
    for index, (one, two), ask in tqdm(todo):
        if (index, ask.name, preset, seed) in done:
            continue
        before, answer = picture(one), truth(one, two, ask.attributes)
        row = {"person": index, "ask": ask.name, "preset": preset, "seed": seed, "result": None}
        row["truth"] = movement(answer, before, models)
        if takes(forge, ask, preset):
            files = [folder / f"{seed}-{index}-{name}.png" for name in ("identity", "donor")]
            for person, file in zip((one, two), files, strict=True):
                to_picture(picture(person)).save(file)
            image = edited(forge, ask, preset, *files)
            row["result"] = movement(image, before, models)
            cells = [("identity", before), ("donor", picture(two)), (ask.name, image)]
            name = f"{preset or 'default'}-{seed}-{index}-{ask.name.replace(' ', '-')}.png"
            sheet([[*cells, ("truth", answer)]]).save(folder / name)
        rows.append(row)
        out.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    rows = [row for row in rows if row["preset"] == preset and row["seed"] == seed]
    typer.echo(f"{preset or 'default'}, {count} people, results:\n\n{table(rows, 'result')}\n")
    typer.echo(f"The true answers, by the same measures:\n\n{table(rows, 'truth')}\n")
    result, ideal = disturbance(rows, ATTRIBUTES)
    typer.echo(f"Mean movement of what was not asked for: {result:.3f}; of the truth {ideal:.3f}.")


if __name__ == "__main__":
    typer.run(main)
