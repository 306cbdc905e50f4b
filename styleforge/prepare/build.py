"""From a recipe's files, words and colours to a problem."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.found import check, require, vague
from styleforge.prepare.gather import Gathered
from styleforge.prepare.inputs import name_of
from styleforge.prepare.problem import Problem, notes_on
from styleforge.recipe.combine import parts, pasted_alone
from styleforge.recipe.refusals import refuse_unknown_roles
from styleforge.recipe.roles import TOWARDS

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Domain
    from styleforge.recipe.recipe import Recipe


def build_problem(forge: Forge, recipe: Recipe) -> tuple[Problem, tuple[str, ...]]:
    """Prepare what a recipe names; each file is opened once, however many roles it plays.

    Pictures of earlier runs with the same models need not be prepared again.

    Returns:
        The problem, and what the user should know of the preparation.

    Raises:
        UserError: if a picture is missing, unreadable or lacks what its role needs, words cannot
            be placed, or a mask mentions a role that there is not.

    Example:
        >>> from styleforge import ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> asked = {"toy.shape": ImageRef("me.png")}
        >>> recipe = forge.recipe("toy", identity=ImageRef("me.png"), conditions=asked)
        >>> problem, notes = build_problem(forge, recipe)
        >>> list(problem.references)
        ['identity', 'shape']
    """
    steps = problem_steps(forge, recipe)
    while True:
        try:
            next(steps)
        except StopIteration as stop:
            built: tuple[Problem, tuple[str, ...]] = stop.value
            return built


def problem_steps(
    forge: Forge, recipe: Recipe
) -> Generator[str, None, tuple[Problem, tuple[str, ...]]]:
    """`build_problem` in steps: the name of each picture, before it is prepared.

    Raises:
        UserError: as `build_problem`.

    Example:
        >>> from styleforge import ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> me = ImageRef("me.png")
        >>> list(problem_steps(forge, forge.recipe("toy", identity=me)))
        ['me.png']
    """
    if recipe.identity is None:
        msg = "The recipe names no identity; say whose picture is edited."
        raise UserError(msg)
    refuse_unknown_roles(recipe, forge.attributes)
    build = Gathered(forge, recipe)
    yield name_of(recipe.identity)
    identity = build.file(recipe.identity, painted="identity" in recipe.masks)
    for _, part in parts(recipe):
        identity = build.painted(identity, "identity", part)
    build.references["identity"] = identity
    for prefix, part in parts(recipe):
        domain = forge.domains[part.domain]
        _check_regions(domain, build.models)
        if not ("identity" in part.masks and pasted_alone(part)):  # else all is known that counts
            check(identity, domain, build.models, role="identity")
        yield from build.add(part.conditions, part, prefix=prefix)
        towards = part.start_map.towards if part.start_map else None
        if towards is not None:
            unmasked = replace(part, masks={})
            yield from build.add(towards.conditions, unmasked, prefix=TOWARDS + prefix)
        aligned = {prefix + one.role for one in forge.attributes_of(part.domain) if one.aligned}
        if not aligned & {*build.references, *build.described}:  # what is changed must be there
            mask = part.masks.get("identity")
            named = build.mask(mask).source if mask else ""
            require(identity, domain.region, build.models.least(domain.region), mask=named)
        build.notes += build.unused_masks(part)
        if "identity" not in part.masks:
            build.notes += vague(identity, domain.region, build.models.pack.vague)
    notes = notes_on(build.references)
    problem = Problem(build.models, build.references, build.described, build.sha256)
    return problem, tuple(dict.fromkeys((*notes, *build.notes)))


def _check_regions(domain: Domain, models: Models) -> None:
    """Refuse a pack that does not know the regions of a domain.

    Raises:
        UserError: if its region provider lacks one.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> _check_regions(toy.TOY, Models(toy.toy_pack()))
    """
    have = tuple(models.get("regions").names)
    for name in (domain.region, *domain.keep, *domain.behind):
        if name not in have:
            msg = (
                f"The pack {models.pack.name!r} finds no region {name!r}, which {domain.name} "
                f"needs; it finds {', '.join(have)}. Choose another pack."
            )
            raise UserError(msg)
