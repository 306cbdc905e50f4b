"""Pasting: the structure reference's pixels over the identity, recoloured.

A baseline that needs no network, and a draft for one: an inverter can read the pasted picture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from styleforge.compose.compose import inpainter_of
from styleforge.compose.coverage import continued, hole_of
from styleforge.pack.guards import Guarded
from styleforge.pack.protocols import Inpainter
from styleforge.plugins.registry import Registry
from styleforge.prepare import masks
from styleforge.prepare.pixels import blend
from styleforge.prepare.problem import Problem, Reference
from styleforge.prepare.regions import hard_regions, soft_regions
from styleforge.recipe.combine import parts
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.starts import Paste

ROLE = "paste"  # of the pasted picture among the references
SOFT = 0.7  # pixels at a width of 256 by which an outline in between is softened
_GAINS = (0.3, 2.5)  # how far contrast is changed at most


@dataclass(frozen=True)
class Colours:
    """Mean ``(3,)`` and spread ``(3,)`` of a region's colours in CIELAB.

    Example:
        >>> grey = Colours(mean=torch.tensor([50.0, 0, 0]), spread=torch.tensor([10.0, 1, 1]))
        >>> white = Colours(mean=torch.tensor([100.0, 0, 0]), spread=torch.tensor([0.0, 1, 1]))
        >>> grey.towards(white, 0.5).mean.tolist()
        [75.0, 0.0, 0.0]
    """

    mean: Tensor
    spread: Tensor

    def towards(self, other: Colours, share: float) -> Colours:
        """The colours a ``share`` of the way to others."""
        mean, spread = other.mean - self.mean, other.spread - self.spread
        return Colours(self.mean + share * mean, self.spread + share * spread)


def with_paste(problem: Problem, recipe: Recipe, components: Registry[Any]) -> Problem:
    """The problem with the picture of ``start_paste`` as one more reference, ``paste``.

    The inpainter is that of the recipe's composition. Of several domains the last is pasted first.
    A problem that has the pasted picture already, or whose recipe asks for none, is returned as it
    is.

    Raises:
        UserError: if nobody registered the inpainter or the pasting that the recipe names.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> how = Paste(region="thing")
        >>> recipe = forge.recipe("toy", "toy-look", start_paste=how)
        >>> "paste" in with_paste(problem, recipe, forge.components).references
        True
    """
    pasting = drafts(recipe)
    if not pasting or ROLE in problem.references:
        return problem
    models = problem.models
    image, below = problem.identity.image, problem
    with torch.no_grad():
        for part in reversed(pasting):
            assert part.start_paste is not None
            inpainter = inpainter_of(part.compose, models, components)
            image = pasted(below, part.start_paste, inpainter, components)
            below = below.on(image)
    regions = soft_regions(image, models)
    made = Reference(image=image, regions=regions, source="the pasted picture")
    return replace(problem, references={**problem.references, ROLE: made})


def drafts(recipe: Recipe) -> list[Recipe]:
    """The edits of a recipe that begin with a pasted picture and do not end with it.

    Example:
        >>> how = Paste(region="lips")
        >>> recipe = Recipe(domain="lips", method="look", stages=(), start_paste=how)
        >>> [part.domain for part in drafts(recipe)]
        ['lips']
    """
    return [
        part
        for _, part in parts(recipe)
        if part.start_paste is not None and part.compose.mode != "pasted"
    ]


def pasted(problem: Problem, how: Paste, inpainter: Inpainter, components: Registry[Any]) -> Tensor:
    """The picture ``(1, 3, H, W)`` of the pasting that a recipe names.

    Raises:
        UserError: if nobody registered one of that name.

    Example:
        >>> from styleforge.builtin.inpainters import telea
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> pasted(problem, Paste(region="thing"), telea, forge.components).shape
        torch.Size([1, 3, 32, 32])
    """
    made: Tensor = pasting_of(how, components)(problem, how, inpainter)
    return made


def pasting_of(how: Paste, components: Registry[Any]) -> Guarded:
    """The component ``paste/NAME`` that a recipe names; its faults name its plugin.

    Raises:
        UserError: if nobody registered one of that name.

    Example:
        >>> from styleforge import Forge
        >>> callable(pasting_of(Paste(region="lips"), Forge(()).components))
        True
    """
    kind = f"paste/{how.method}"
    found = components[kind]  # refuses an unknown one
    return Guarded(found, f"The component {kind!r} of {components.owner(kind)}")


def paste(problem: Problem, how: Paste, inpainter: Inpainter) -> Tensor:
    """The identity with its own region inpainted and the reference's pixels laid over it.

    Colours are moved in CIELAB, mean to mean, to those of the look reference; with ``contrast``
    the spread of chroma follows the look's too and that of lightness the contrast reference's
    (Reinhard et al. 2001). Colours at the region's edge are those of its inside. Where a reference
    has no such region, its part is left out.

    Returns:
        ``(1, 3, H, W)`` in [-1, 1].

    Example:
        >>> from styleforge.builtin.inpainters import telea
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()))
        >>> paste(problem, Paste(region="thing"), telea).shape
        torch.Size([1, 3, 32, 32])
    """
    identity, structure = problem.identity, problem.role(how.structure)
    picture = inpainter(identity.image, hole_of(identity, (how.region,)))
    share = how.strengths.get(how.structure, 1.0)
    layers = [(structure, structure.regions[how.region])]
    if share < 1:  # the outline in between, filled by both
        old, new = (hard_regions(item.regions)[how.region] for item in (identity, structure))
        soft = masks.scaled(SOFT, old.shape[-1])
        between = masks.blur(masks.morph(old, new, share), soft)
        layers = [
            (item, torch.minimum(item.regions[how.region], between))
            for item in (identity, structure)
        ]
    target = _target(problem, how, _colours_of(identity, how.region))
    for reference, coverage in layers:
        own = _colours_of(reference, how.region)
        if own is None:
            continue
        aim = target or own
        moved = recoloured(reference.image, own, aim, contrast=bool(how.contrast))
        picture = blend(continued(moved, coverage), picture, coverage)
    return picture


def _target(problem: Problem, how: Paste, own: Colours | None) -> Colours | None:
    """The colours aimed at from the identity's; None where nothing says."""
    look = _towards(own, problem.role(how.look), how, how.look)
    if look is None or not how.contrast:
        return look
    finer = _towards(own, problem.role(how.contrast), how, how.contrast)
    if finer is None:
        return look
    return Colours(look.mean, torch.cat((finer.spread[:1], look.spread[1:])))


def _towards(own: Colours | None, reference: Reference, how: Paste, role: str) -> Colours | None:
    """A reference's colours, as far from the identity's own as the role's strength says."""
    theirs = _colours_of(reference, how.region)
    return own.towards(theirs, how.strengths.get(role, 1.0)) if own and theirs else theirs


def _colours_of(reference: Reference, region: str) -> Colours | None:
    """The colours inside a region; None for an empty one.

    Example:
        >>> ones = torch.ones(1, 1, 4, 4)
        >>> white = Reference(image=torch.ones(1, 3, 4, 4), regions={"hat": ones, "face": 0 * ones})
        >>> _colours_of(white, "hat").mean.round().tolist()[0]
        100.0
        >>> _colours_of(white, "face") is None
        True
    """
    inside = hard_regions(reference.regions)[region][0, 0].bool()  # (H, W)
    if not inside.any():
        return None
    pixels = _lab(reference.image)[0][:, inside]  # (3, pixels)
    return Colours(pixels.mean(dim=1), pixels.std(dim=1, correction=0))


def recoloured(image: Tensor, own: Colours, target: Colours, *, contrast: bool) -> Tensor:
    """A picture ``(1, 3, H, W)`` with its mean colour moved, and with ``contrast`` its spread.

    Example:
        >>> grey, ones = torch.zeros(1, 3, 4, 4), torch.ones(1, 1, 4, 4)
        >>> own = _colours_of(Reference(image=grey, regions={"hat": ones}), "hat")
        >>> white = _colours_of(Reference(image=grey + 1, regions={"hat": ones}), "hat")
        >>> recoloured(grey, own, white, contrast=False).mean().round(decimals=2)
        tensor(1.)
    """
    from kornia.color import lab_to_rgb

    gain = torch.ones_like(own.spread)
    if contrast:
        gain = (target.spread / own.spread.clamp_min(1e-3)).clamp(*_GAINS)
    mean, aim, gain = (one[:, None, None] for one in (own.mean, target.mean, gain))  # (3, 1, 1)
    return lab_to_rgb((_lab(image) - mean) * gain + aim).to(image) * 2 - 1


def _lab(image: Tensor) -> Tensor:
    """A picture's L, a, b ``(1, 3, H, W)``; in double precision, but on Apple's GPUs have none."""
    from kornia.color import rgb_to_lab

    exact = torch.float32 if image.device.type == "mps" else torch.float64
    return rgb_to_lab((image.to(exact) + 1) / 2)
