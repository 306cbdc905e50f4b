"""What nobody can ask of a recipe: attributes, masks and roles of something else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.errors import UserError, printable
from styleforge.recipe.combine import parts, pasted_alone
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.roles import mentioned

OWN = ("identity", "image", "paste")  # roles that every run has: who, the picture, what is pasted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from styleforge.plugins.registry import Registry
    from styleforge.recipe.domain import Attribute, Preset


def refuse_others(
    names: Iterable[str], domains: Sequence[str], attributes: Registry[Attribute]
) -> None:
    """Refuse attributes that are of none of the domains.

    Raises:
        UserError: naming the first, or if there is no such attribute.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> refuse_others(["toy.shape"], ["toy"], forge.attributes)
        >>> refuse_others(["toy.shape"], ["lips"], forge.attributes)
        Traceback (most recent call last):
        styleforge.errors.UserError: toy.shape is no attribute of lips; ask for nothing.
    """
    for name in names:
        if attributes[name].domain not in domains:
            edited = " and ".join(domains)
            have = ", ".join(one.name for one in attributes.values() if one.domain in domains)
            msg = f"{name} is no attribute of {edited}; ask for {have or 'nothing'}."
            raise UserError(msg)


def refuse_shared_masks(masks: Iterable[str], domains: Sequence[str]) -> None:
    """Refuse a mask that does not say which of several domains' regions it paints.

    Raises:
        UserError: naming the mask.

    Example:
        >>> refuse_shared_masks(["hat.shape"], ["lips", "hat"])
        >>> refuse_shared_masks(["shape"], ["lips", "hat"])
        Traceback (most recent call last):
        styleforge.errors.UserError: The mask 'shape' does not say whose region it is; ...
    """
    for name in masks:
        domain, _, role = name.partition(".")
        if domain not in domains or not role:
            role = role or name
            wanted = " or ".join(f"{one}.{role}" for one in domains)
            msg = f"The mask {name!r} does not say whose region it is; name it {wanted}."
            raise UserError(msg)


def roles_of(preset: Preset) -> frozenset[str] | None:
    """The roles of the attributes that a preset looks at; `None` where it looks at all.

    Example:
        >>> from styleforge.recipe.domain import Preset
        >>> roles_of(Preset(name="again", title="Again", help="", stages=("lips.all",), roles=()))
        frozenset()
    """
    return roles_of_paste(preset) if preset.roles is None else frozenset(preset.roles)


def roles_of_paste(recipe: Recipe | Preset) -> frozenset[str] | None:
    """The roles that a recipe which only pastes looks at; `None` where it does more than paste.

    Example:
        >>> from styleforge import Compose, Paste
        >>> paste = Paste(region="lips", structure="identity")
        >>> pasted = Compose(mode="pasted")
        >>> recipe = Recipe(
        ...     domain="lips", method="recolour", stages=(), start_paste=paste, compose=pasted
        ... )
        >>> sorted(roles_of_paste(recipe))
        ['appearance', 'identity']
    """
    paste = recipe.start_paste
    if paste is None or not pasted_alone(recipe):
        return None
    return frozenset({paste.structure, paste.look, paste.contrast, paste.pattern} - {""})


def refuse_unpasted(recipe: Recipe, attributes: Registry[Attribute]) -> None:
    """Refuse attributes that a preset which only pastes does not look at.

    Raises:
        UserError: naming them.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> refuse_unpasted(forge.recipe("toy"), forge.attributes)  # which does more than paste
    """
    roles = roles_of_paste(recipe)
    if roles is None:
        return
    left = [name for name in recipe.conditions if attributes[name].role not in roles]
    if left:
        msg = (
            f"{recipe.method} changes {', '.join(sorted(roles))}, and not {', '.join(left)}. Leave "
            "that out, or choose another preset."
        )
        raise UserError(msg)


def refuse_unseen(preset: Preset, asked: Iterable[str], attributes: Registry[Attribute]) -> None:
    """Refuse attributes that a preset does not look at.

    Raises:
        UserError: naming them.

    Example:
        >>> from styleforge.recipe.domain import Preset
        >>> from styleforge.testing import toy
        >>> again = Preset(name="again", title="Again", help="", stages=("toy.look",), roles=())
        >>> refuse_unseen(again, ["toy.shape"], toy.toy_forge().attributes)
        Traceback (most recent call last):
        styleforge.errors.UserError: again takes the identity alone, and not toy.shape. ...
    """
    if preset.roles is None:
        return
    left = [name for name in asked if attributes[name].role not in preset.roles]
    if left:
        takes = f"{', '.join(preset.roles)} alone" if preset.roles else "the identity alone"
        msg = (
            f"{preset.name} takes {takes}, and not {', '.join(left)}. Leave that out, or choose "
            "another preset."
        )
        raise UserError(msg)


def refuse_masks(masks: Iterable[str], roles: Sequence[str]) -> None:
    """Refuse a mask for a role that there is not.

    Raises:
        UserError: naming the role.

    Example:
        >>> refuse_masks(["shap"], ["identity", "shape"])
        Traceback (most recent call last):
        styleforge.errors.UserError: There is no role 'shap' to paint a mask for; ...
    """
    for role in masks:
        if role not in roles:
            msg = f"There is no role {role!r} to paint a mask for; there are {', '.join(roles)}."
            raise UserError(msg)


def refuse_unreadable(recipe: Recipe) -> None:
    """Refuse a recipe that could not be read again, before it costs a run.

    Raises:
        UserError: saying which field JSON or the limits of recipes cannot hold.

    Example:
        >>> refuse_unreadable(Recipe(domain="lips", method="colour", stages=()))
    """
    try:
        text = recipe.to_json()
    except ValueError as error:
        msg = f"The recipe cannot be written as JSON, which its result carries: {error}."
        raise UserError(msg) from error
    Recipe.from_json(text)


def refuse_unknown_roles(recipe: Recipe, attributes: Registry[Attribute]) -> None:
    """Refuse terms that mention a role which no attribute of the recipe's domains has.

    A role that nobody gives a picture for is the identity; one that there is not is a mistake.

    Raises:
        UserError: naming the term and the role.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> refuse_unknown_roles(forge.recipe("toy", "toy-loho"), forge.attributes)
    """
    known = [*OWN]
    for prefix, part in parts(recipe):
        known += [prefix + one.role for one in attributes.values() if one.domain == part.domain]
    for stage in recipe.stages:
        for term in stage.objective:
            unknown = sorted(mentioned(term.args) - set(known))
            if unknown:
                msg = (
                    f"The term {term.label!r} mentions {printable(unknown[0], 100)}, which is no "
                    f"role; there are {', '.join(known)}."
                )
                raise UserError(msg)
