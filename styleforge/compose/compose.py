"""Composition: from the generator's picture to the result, and back into the photo."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from styleforge.compose.coverage import continued, edited_area, hole_of, shown
from styleforge.compose.harmonize import harmonize
from styleforge.compose.remembered import Remembered
from styleforge.pack.guards import Guarded
from styleforge.pack.models import Models
from styleforge.pack.part_protocols import Composition
from styleforge.pack.protocols import Inpainter
from styleforge.plugins.registry import Registry
from styleforge.prepare import masks
from styleforge.prepare.pixels import blend
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import REACH
from styleforge.recipe.combine import parts
from styleforge.recipe.domain import Domain
from styleforge.recipe.recipe import Compose, Recipe

_UNFILLED = ("none", "edit", "exposed")  # compositions that fill no hole


def compose(
    generated: Tensor,
    regions: Mapping[str, Tensor],
    identity: Reference,
    domain: Domain,
    how: Compose,
    inpainter: Inpainter,
) -> Tensor:
    """The edited picture ``(1, 3, H, W)`` in [-1, 1].

    Args:
        generated: the generator's picture ``(1, 3, H, W)``.
        regions: its soft regions.
        identity: the picture that is edited.
        domain: says which region is styled and which are kept.
        how: the recipe's composition.
        inpainter: fills what the person, or the styled region, covered.

    Example:
        >>> from styleforge.builtin.inpainters import telea
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> how = Compose(mode="layered")
        >>> compose(identity.image, identity.regions, identity, toy.TOY, how, telea).shape
        torch.Size([1, 3, 32, 32])
    """
    if how.mode == "none":
        return generated.clamp(-1, 1)
    if how.mode == "published":
        names = (domain.region, *domain.keep)
        background = inpainter(identity.image, hole_of(identity, names))
        return blend(generated, background, shown(regions, names))
    if how.mode == "layered":
        bare = inpainter(identity.image, hole_of(identity, (domain.region,), domain.keep))
        styled = shown(regions, (domain.region,))
        return blend(continued(generated, styled), bare, styled)
    if how.mode == "exposed":
        return exposed(
            generated, regions[domain.region], generated, regions, identity, domain.region,
            domain.behind,
        )  # fmt: skip
    area = edited_area(regions, identity, domain, how)
    matched = harmonize(generated, regions, identity, domain.region, area)
    return blend(matched, identity.image, area)


def composition_of(how: Compose, components: Registry[Any]) -> Composition:
    """The composition that a recipe names, a component ``compose/NAME``; faults name its plugin.

    Raises:
        UserError: if nobody registered one of that name.

    Example:
        >>> from styleforge import Forge
        >>> composition_of(Compose(mode="none"), Forge(()).components).what
        "The component 'compose/none' of plugin 'core' of styleforge"
    """
    kind = f"compose/{how.mode}"
    found = components[kind]  # refuses an unknown one
    return Guarded(found, f"The component {kind!r} of {components.owner(kind)}")


def fallbacks(recipe: Recipe, models: Models) -> tuple[str, ...]:
    """What a composition names and the pack has not, as sentences that say what is done instead.

    Example:
        >>> from styleforge.testing import toy
        >>> how = Compose(mode="layered", inpainter="pack")
        >>> recipe = Recipe(domain="toy", method="mine", stages=(), compose=how)
        >>> fallbacks(recipe, Models(toy.toy_pack()))[0].partition(";")[0]
        "The pack 'toy' has no inpainter"
    """
    asked, pack = [part.compose for _, part in parts(recipe)], models.pack.name
    filled = any(how.inpainter == "pack" and how.mode not in _UNFILLED for how in asked)
    notes = []
    if filled and not models.has("inpainter"):
        notes.append(
            f"The pack {pack!r} has no inpainter; what was covered is filled by telea, which "
            "continues what is around it."
        )
    return tuple(notes)


def inpainter_of(how: Compose, models: Models, components: Registry[Any]) -> Inpainter:
    """The inpainter that a composition names; ``pack`` is the pack's, or ``telea`` without one.

    The pack's fills the same hole of the same picture once.

    Raises:
        UserError: if nobody registered an inpainter of that name.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> callable(inpainter_of(Compose(inpainter="telea"), models, Forge(()).components))
        True
    """
    if how.inpainter == "pack" and models.has("inpainter"):
        return models.kept("what was inpainted", lambda: Remembered(models.get("inpainter")))
    name = "telea" if how.inpainter == "pack" else how.inpainter
    kind = f"inpainter/{name}"
    found = components[kind]  # refuses an unknown one
    return Guarded(found, f"The component {kind!r} of {components.owner(kind)}")


def exposed(
    styled: Tensor,
    coverage: Tensor,
    around: Tensor,
    regions: Mapping[str, Tensor],
    identity: Reference,
    region: str,
    behind: tuple[str, ...] = (),
) -> Tensor:
    """The styled region over the identity, and behind what lies in front of it.

    Args:
        styled: the picture ``(1, 3, H, W)`` that the region is taken from.
        coverage: soft mask ``(1, 1, H, W)`` of the region, whole where something lies in front.
        around: the picture ``(1, 3, H, W)`` that says what the old region uncovers; it is brought
            to the identity's colours.
        regions: soft regions of ``around``.
        identity: the picture that is edited.
        region: the name of what is styled.
        behind: the identity's regions that lie in front.

    Example:
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()), "shape")
        >>> styled = problem.role("shape")
        >>> thing, regions = styled.regions["thing"], styled.regions
        >>> exposed(styled.image, thing, styled.image, regions, problem.identity, "thing").shape
        torch.Size([1, 3, 32, 32])
    """
    old = hole_of(identity, (region,))
    front = sum((identity.regions[name] for name in behind), torch.zeros_like(old)).clamp(0, 1)
    picture = blend(harmonize(around, regions, identity, region, old), identity.image, old)
    picture = blend(continued(styled, coverage), picture, coverage)
    changed = torch.maximum(old, (coverage > 0.02).to(old))
    front = front * masks.dilate(changed, masks.scaled(REACH, old.shape[-1]))
    return blend(continued(identity.image, front), picture, front)
