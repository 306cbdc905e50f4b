"""Edits of several domains in one run: ``combine(first, second)``.

The parts share their stages: the terms of all of them act on one latent. A term with which two
parts hold the identity keeps what neither changes. From the second part on, roles and labels begin
with the domain's name (``hat_shape``), so that no name is taken twice. What else a part needs (its
conditions, what it pastes, what it maps, how it is composed) stays in `Recipe.also`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.recipe.objective import Objective
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.roles import renamed
from styleforge.recipe.side_by_side import beside
from styleforge.recipe.stage import Stage
from styleforge.recipe.starts import Paste

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute, Preset

JOIN = "+"  # between the names of domains that are edited together
SHARED = ("pack", "identity", "start", "pose", "loss_size", "seed", "described")


def split(domains: str) -> tuple[str, ...]:
    """The names of ``"lips+hat"``, each once.

    Raises:
        UserError: if a name is missing or given twice.

    Example:
        >>> split("lips+hat")
        ('lips', 'hat')
    """
    names = tuple(name.strip() for name in domains.split(JOIN))
    if not all(names) or len(set(names)) < len(names):
        msg = f"{domains!r} is not understood; write domains as first{JOIN}second, each once."
        raise UserError(msg)
    return names


def parts(recipe: Recipe) -> Iterator[tuple[str, Recipe]]:
    """The recipe's edits, the first one first, each with what its roles begin with.

    Example:
        >>> from styleforge import Text
        >>> lips = Recipe(domain="lips", method="colour", stages=())
        >>> hat = Recipe(domain="hat", method="shape", stages=())
        >>> [(prefix, part.domain) for prefix, part in parts(combine(lips, hat))]
        [('', 'lips'), ('hat_', 'hat')]
    """
    yield "", recipe
    shared = {name: getattr(recipe, name) for name in SHARED}
    for part in recipe.also:
        yield prefix_of(part), replace(part, stages=recipe.stages, **shared)


def prefix_of(part: Recipe) -> str:
    """What roles and labels of an edit begin with where it is not the first.

    Example:
        >>> prefix_of(Recipe(domain="sun-hat", method="shape", stages=()))
        'sun_hat_'
    """
    return _word(part.domain) + "_"


def spelling(attribute: Attribute) -> str:
    """An attribute's name where several domains are edited: ``hat_shape`` for ``hat.shape``.

    Example:
        >>> from styleforge import Attribute
        >>> spelling(Attribute(name="hat.shape", title="Shape", help="The shape of the hat."))
        'hat_shape'
    """
    return _word(attribute.name)


def _word(name: str) -> str:
    """A name as masks and Python can use it: ``sun_hat`` for ``sun-hat``."""
    return re.sub(r"\W", "_", name)


def combine(first: Recipe, *others: Recipe) -> Recipe:
    """One recipe that does several edits of different domains at once.

    Each recipe is made as if it were alone, from the same picture. Seed, pack, steps and schedules
    are the first one's. Parts are composed from the last to the first, so the first lies on top. A
    part that is only pasted adds nothing to the stages.

    Raises:
        UserError: if two parts are of one domain, one is of several already, or they differ in
            what they have to share.

    Example:
        >>> lips = Recipe(domain="lips", method="colour", stages=())
        >>> hat = Recipe(domain="hat", method="shape", stages=())
        >>> combine(lips, hat).domains
        ('lips', 'hat')
    """
    for one in (first, *others):
        if one.also:
            msg = (
                f"An edit of {' and '.join(one.domains)} is of several domains already; give the "
                "edit of each as a recipe of its own."
            )
            raise UserError(msg)
    stages = first.stages
    also: list[Recipe] = []
    seen = {first.domain}
    for other in others:
        _check(first, other, seen)
        seen.add(other.domain)
        roles = _roles(other, prefix_of(other))
        if other.stages:
            stages = tuple(
                beside(one, _renamed_stage(two, roles), other)
                for one, two in zip(stages, other.stages, strict=True)
            )
        paste = other.start_paste
        also.append(
            replace(
                other,
                stages=(),
                start_paste=None if paste is None else _renamed_paste(paste, roles),
            )
        )
    return replace(first, stages=stages, also=tuple(also))


def pasted_alone(edit: Recipe | Preset) -> bool:
    """Whether an edit is a pasted picture: it needs no generator, so no part in its stages.

    Example:
        >>> from styleforge import Compose
        >>> lips = Recipe(domain="lips", method="paste", stages=(), compose=Compose(mode="pasted"))
        >>> pasted_alone(lips)
        True
    """
    return not edit.stages and edit.compose.mode == "pasted"


def misfit(first: Recipe | Preset, other: Recipe | Preset) -> str:
    """Why two edits cannot be done together, as part of a sentence; empty if they can.

    An edit that is only pasted lies under what the generator draws. The two need only agree in
    pose.

    Example:
        >>> lips = Recipe(domain="lips", method="colour", stages=(), pose="off")
        >>> hat = Recipe(domain="hat", method="shape", stages=())
        >>> misfit(lips, hat)
        "their pose is 'off' and 'warp'; choose presets that agree"
    """
    if pasted_alone(first) and not pasted_alone(other):
        return "what is only pasted lies under what is made, so name its domain last"
    alone = pasted_alone(other)
    for name in ("pose",) if alone else ("start", "pose", "loss_size", "described"):
        mine, theirs = getattr(first, name), getattr(other, name)
        if mine != theirs:
            return f"their {name} is {mine!r} and {theirs!r}; choose presets that agree"
    if not alone and len(first.stages) != len(other.stages):
        many = f"{len(first.stages)} and {len(other.stages)}"
        return f"they have {many} stages; choose presets with as many"
    return ""


def _check(first: Recipe, other: Recipe, seen: set[str]) -> None:
    if other.domain in seen:
        msg = (
            f"Each edit must be of a domain of its own; {other.domain!r} is there "
            "already. Leave one out."
        )
        raise UserError(msg)
    why = misfit(first, other)
    if not why and first.pack != other.pack:
        why = f"their packs are {first.pack!r} and {other.pack!r}; choose one"
    if why:
        msg = (
            f"{first.domain} ({first.method}) and {other.domain} ({other.method}) cannot be edited "
            f"together: {why}."
        )
        raise UserError(msg)


# --- roles --------------------------------------------------------------------------------
def _roles(recipe: Recipe, prefix: str) -> Mapping[str, str]:
    """New names for the roles that the attributes of a recipe's domain play."""
    terms = [term for stage in recipe.stages for term in stage.objective]
    names = {*recipe.conditions, *(term.label for term in terms)}
    found = {name.partition(".")[2] for name in names if name.startswith(f"{recipe.domain}.")}
    paste = recipe.start_paste
    found |= {paste.structure, paste.look, paste.contrast, paste.pattern} if paste else set()
    return {role: prefix + role for role in found if role.isidentifier()}


def _renamed_paste(paste: Paste, roles: Mapping[str, str]) -> Paste:
    return replace(
        paste,
        structure=roles.get(paste.structure, paste.structure),
        look=roles.get(paste.look, paste.look),
        contrast=roles.get(paste.contrast, paste.contrast),
        pattern=roles.get(paste.pattern, paste.pattern),
        strengths={roles.get(role, role): value for role, value in paste.strengths.items()},
    )


def _renamed_stage(stage: Stage, roles: Mapping[str, str]) -> Stage:
    terms = tuple(replace(term, args=renamed(term.args, roles)) for term in stage.objective)
    return replace(stage, objective=Objective(terms))
