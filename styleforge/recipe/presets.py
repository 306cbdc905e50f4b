"""From a preset's names to a recipe, and on to what the user asked for."""

from __future__ import annotations

import difflib
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypedDict

from styleforge.errors import UserError
from styleforge.recipe.precision import Precision
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.refusals import (
    refuse_masks,
    refuse_others,
    refuse_unpasted,
    refuse_unseen,
)
from styleforge.recipe.strength import with_strengths
from styleforge.recipe.words import with_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Literal

    from styleforge.plugins.registry import Registry
    from styleforge.recipe.condition import Condition, ImageRef, Mask
    from styleforge.recipe.domain import Attribute, Domain
    from styleforge.recipe.recipe import Compose
    from styleforge.recipe.stage import Stage
    from styleforge.recipe.starts import Mapped, Paste


class Changes(TypedDict, total=False):
    """The fields of a recipe that may be other than its preset's.

    Example:
        >>> changes: Changes = {"seed": 3, "pose": "off"}
    """

    method: str
    stages: tuple[Stage, ...]
    pack: str
    weights: str
    threads: int
    device: str
    identity: ImageRef | None
    conditions: Mapping[str, Condition]
    strengths: Mapping[str, float]
    masks: Mapping[str, Mask]
    start: str  # one of those of core, or the name of a component start/NAME
    start_paste: Paste | None
    start_map: Mapped | None
    described: Literal["words", "preview"]
    pose: Literal["warp", "off"]
    loss_size: int
    precision: Precision
    seed: int
    stop_after: int | None
    compose: Compose


def refuse_unknown(changes: Iterable[str]) -> None:
    """Refuse what is no field of a recipe.

    Raises:
        UserError: naming the nearest that is.

    Example:
        >>> refuse_unknown(["strenghts"])
        Traceback (most recent call last):
        styleforge.errors.UserError: A recipe has no field 'strenghts'; did you mean 'strengths'?
    """
    have = list(Changes.__annotations__)
    for name in changes:
        if name not in have:
            near = difflib.get_close_matches(name, have, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]!r}?" if near else f"it has {', '.join(have)}."
            msg = f"A recipe has no field {name!r}; {hint}"
            raise UserError(msg)


def recipe_of(
    domain: Domain,
    preset: str,
    stages: Registry[Stage],
    attributes: Registry[Attribute],
    /,
    **changes: Any,
) -> Recipe:
    """The recipe of a preset, the domain's first by default, with fields changed.

    Raises:
        UserError: if there is no such preset, or no stage or attribute that is named, an attribute
            or mask is of something else, or a strength is outside what the preset takes.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe_of(toy.TOY, "toy-look", forge.stages, forge.attributes, seed=3).method
        'toy-look'
    """
    presets = {item.name: item for item in domain.presets}
    if not presets:
        msg = f"The domain {domain.name!r} has no presets; make a Recipe of your own."
        raise UserError(msg)
    if preset and preset not in presets:
        msg = f"{domain.name} has no preset {preset!r}; it has {', '.join(presets)}."
        raise UserError(msg)
    chosen = presets[preset] if preset else domain.presets[0]
    fields: dict[str, Any] = {
        "domain": domain.name,
        "method": chosen.name,
        "stages": tuple(stages[name] for name in chosen.stages),
        "start": chosen.start,
        "start_paste": chosen.start_paste,
        "start_map": chosen.start_map,
        "described": chosen.described,
        "pose": chosen.pose,
        "loss_size": chosen.loss_size,
        "compose": chosen.compose,
    }
    strengths = changes.pop("strengths", {})
    own = tuple(one for one in attributes.values() if one.domain == domain.name)
    for asked in (changes.get("conditions", {}), strengths):
        refuse_others(asked, (domain.name,), attributes)
    refuse_masks(changes.get("masks", {}), ("identity", *(one.role for one in own)))
    refuse_unseen(chosen, changes.get("conditions", {}), attributes)
    recipe = Recipe(**{**fields, **changes})
    refuse_unpasted(recipe, attributes)
    recipe = with_words(recipe, own)
    recipe = _keeping_outline(replace(recipe, stages=carried(recipe, attributes)), attributes)
    if not recipe.stages:
        return replace(recipe, strengths=strengths)
    return with_strengths(recipe, own, strengths) if strengths else recipe


def _keeping_outline(recipe: Recipe, attributes: Registry[Attribute]) -> Recipe:
    """A mapped recipe that says whether it reshapes the region.

    It does if an aligned attribute is asked for. If not, one pass keeps the identity's outline.

    Example:
        >>> from styleforge import Swatch
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> asked = {"toy.appearance": Swatch("#8a2be2")}  # a colour, which leaves the shape
        >>> recipe = forge.recipe("toy", "toy-mapper", conditions=asked)
        >>> _keeping_outline(recipe, forge.attributes).compose.outline
        'own'
    """
    how = recipe.start_map
    if how is None:
        return recipe
    asked = {*recipe.conditions, *(how.towards.conditions if how.towards else {})}
    reshapes = not asked or any(attributes[name].aligned for name in asked)
    recipe = replace(recipe, start_map=replace(how, reshapes=reshapes))
    if reshapes or recipe.stages:
        return recipe
    return replace(recipe, compose=replace(recipe.compose, outline="own"))


def carried(recipe: Recipe, attributes: Registry[Attribute]) -> tuple[Stage, ...]:
    """The stages, with the objectives of attributes that are asked for and that no stage has yet.

    So an attribute that a third party adds to a domain works with every preset.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", "toy-look")
        >>> carried(recipe, forge.attributes) == recipe.stages  # the preset carries what it needs
        True
    """
    if not recipe.stages:
        return ()
    have = {label for stage in recipe.stages for label in stage.objective.labels}
    *before, last = recipe.stages
    objective = last.objective
    for name in recipe.conditions:
        attribute = attributes[name]
        if attribute.name not in have:
            objective = objective + attribute.objective
    return (*before, replace(last, objective=objective))
