"""``styleforge demo``: a transfer between pictures that a pack ships, beside the true answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from styleforge.cli.demo_colours import show_colours
from styleforge.cli.run import run, say, say_of_plugins
from styleforge.cli.shared import ExecutorOption
from styleforge.errors import UserError
from styleforge.files import write_text
from styleforge.plugins.install_hints import EVERYTHING

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.measure.truth import Truth
    from styleforge.pack.pack import Pack, Showcase
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.result import Result

TIME = "of the transfer, after the models were loaded"


def demo(
    domain: Annotated[
        str,
        typer.Argument(
            metavar="DOMAIN",
            help="What is styled, or a pack; the first that a pack shows by default.",
        ),
    ] = "",
    out: Annotated[
        Path,
        typer.Option(
            "--out", "-o", metavar="FOLDER", help="Folder for sheet.png, result.png, metrics.json."
        ),
    ] = Path("out/demo"),
    pack: Annotated[
        str, typer.Option(metavar="PACK", help="The pack; the first with a demo by default.")
    ] = "",
    preset: Annotated[
        str, typer.Option(metavar="PRESET", help="The recipe; the domain's first by default.")
    ] = "",
    executor: ExecutorOption = "",
) -> None:
    """Run an edit on pictures that come along, and measure it.

    It is measured where the pack of models knows the true answer.
    """
    from styleforge.forge import Forge
    from styleforge.measure.by_metrics import meanings
    from styleforge.prepare.build import build_problem

    forge = Forge()
    say_of_plugins(forge)
    if domain in forge.packs and domain not in forge.domains and not pack:
        domain, pack = "", domain
    chosen, shown = choose(forge, domain, pack)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"The folder {out} cannot be made: {error.strerror or error}. Choose another with -o."
        raise UserError(msg) from error
    if shown.colours:
        show_colours(forge, chosen, shown, preset, out, executor)
        return
    recipe = recipe_of(forge, chosen, shown, preset)
    result = run(forge.executor(executor).submit(recipe), recipe.steps)
    problem, _ = build_problem(forge, recipe)  # where it ran here, its pictures are kept
    result.save(out / "result.png")
    truth = _truth(forge, chosen, shown)
    scores = _scores(forge, result, problem, truth, shown)
    write_text(out / "metrics.json", json.dumps(scores, indent=2) + "\n")
    _draw(result, problem, truth, shown, out / "sheet.png")
    says = meanings(forge.components, forge.domains[shown.domain], _style(shown))
    for name, value in scores.items():
        print(f"{name:18} {value:8.3f}  {says.get(name, TIME)}")
    print(f"Pictures: {out / 'sheet.png'}, {out / 'result.png'}")


def choose(forge: Forge, domain: str, pack: str) -> tuple[Pack, Showcase]:
    """The pack and the transfer to show: of a domain and a pack where they are named.

    Raises:
        UserError: if there is none, or the domain is not installed; it says what to install.
    """
    if domain:
        forge.domains[domain]  # refuses an unknown one, and says what brings it
    packs = (forge.packs[pack],) if pack else sorted(forge.packs.values(), key=_later)
    shown = [(one, item) for one in packs for item in one.showcases]
    if not shown:
        which = f"The pack {pack!r} has no demo" if pack else "No pack with a demo is installed"
        msg = f"{which}; {EVERYTHING} brings one."
        raise UserError(msg)
    fitting = [pair for pair in shown if pair[1].domain == (domain or pair[1].domain)]
    if not fitting:
        have = ", ".join(dict.fromkeys(item.domain for _, item in shown))
        msg = f"No pack has a demo of the domain {domain!r}; there are some of: {have}."
        raise UserError(msg)
    installed = [pair for pair in fitting if pair[1].domain in forge.domains]
    if not installed:
        forge.domains[fitting[0][1].domain]  # refuses it, and says what brings it
    return installed[0]


def _later(pack: Pack) -> bool:
    """What packs are sorted by: those that are meant to be taken come first."""
    return not pack.default


def recipe_of(forge: Forge, pack: Pack, shown: Showcase, preset: str = "") -> Recipe:
    """The recipe of a pack's showcase."""
    from styleforge.recipe.condition import ImageRef

    return forge.recipe(
        shown.domain,
        preset,
        pack=pack.name,
        identity=ImageRef(shown.identity),
        conditions={
            f"{shown.domain}.{role}": ImageRef(path) for role, path in shown.references.items()
        },
    )


def _truth(forge: Forge, pack: Pack, shown: Showcase) -> Truth | None:
    """The true answer, where the pack knows it."""
    models = forge.models(pack.name)
    if not models.has("truth"):
        say(f"The pack {pack.name!r} does not know true answers, so nothing is measured.")
        return None
    answer: Truth = models.get("truth")(shown.domain, identity=shown.identity, **shown.references)
    return answer


def _scores(
    forge: Forge, result: Result, problem: Problem, truth: Truth | None, shown: Showcase
) -> dict[str, float]:
    from styleforge.measure.by_metrics import measure, unmeasured

    taken = {"seconds": result.seconds}
    if truth is None:
        return taken
    for name, lacking in unmeasured(forge.components, problem.models).items():
        say(f"The pack has no {' and no '.join(lacking)}, so {name!r} is not measured.")
    domain, style = forge.domains[shown.domain], _style(shown)
    found = measure(result.image, truth, problem, domain, forge.components, style=style)
    return found | taken


def _style(shown: Showcase) -> tuple[str, str] | None:
    """Whose look against whose outline; None where one picture gives both."""
    roles = tuple(shown.references)
    first, last = roles[0], roles[-1]
    return (last, first) if shown.references[last] != shown.references[first] else None


def _draw(
    result: Result, problem: Problem, truth: Truth | None, shown: Showcase, path: Path
) -> None:
    """Write the pictures side by side: identity, references, result, truth."""
    from styleforge.display.sheets import sheet

    row: list[tuple[str, Any]] = [("identity", problem.identity.image)]
    for picture in dict.fromkeys(shown.references.values()):  # one that gives two stands once
        roles = [role for role, one in shown.references.items() if one == picture]
        label = " and ".join(role.replace("_", " ") for role in roles)
        row.append((f"{label} of", problem.role(roles[0]).image))
    row.append(("result", result.image))
    if truth is not None:
        row.append(("truth", truth.image))
    sheet([row]).save(path)
