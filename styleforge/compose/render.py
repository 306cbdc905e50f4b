"""From W+ and noise maps to the edited picture: synthesis and composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch

from styleforge.compose.compose import composition_of, inpainter_of
from styleforge.compose.paste import pasted
from styleforge.compose.target import target_colour
from styleforge.compose.tint import tinted
from styleforge.pack.precision import autocast
from styleforge.prepare.regions import soft_regions
from styleforge.recipe.combine import parts

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.pack.models import Models
    from styleforge.plugins.registry import Registry
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.domain import Domain
    from styleforge.recipe.recipe import Compose, Recipe
    from styleforge.recipe.starts import Paste


@dataclass(frozen=True)
class Rendered:
    """The edited picture, the generator's, and the soft regions of that, by name.

    Example:
        >>> ones = torch.ones(1, 1, 4, 4)
        >>> Rendered(torch.zeros(1, 3, 4, 4), torch.zeros(1, 3, 4, 4), {"face": ones}).image.shape
        torch.Size([1, 3, 4, 4])
    """

    image: Tensor
    generated: Tensor
    regions: Mapping[str, Tensor]


@dataclass(frozen=True)
class Layer:
    """One domain's part of a picture.

    ``tint`` is the mean colour ``(3,)`` in [0, 1] that its region is to have, and how far to go,
    ``pasted`` what is pasted where the composition is that alone.

    Example:
        >>> from styleforge import Compose
        >>> from styleforge.testing import toy
        >>> red = torch.tensor([0.9, 0.1, 0.1])
        >>> Layer(toy.TOY, Compose(mode="layered"), tint=(red, 0.5)).how.mode
        'layered'
    """

    domain: Domain
    how: Compose
    tint: tuple[Tensor, float] | None = None
    pasted: Paste | None = None


def layers_of(problem: Problem, recipe: Recipe, forge: Forge) -> tuple[Layer, ...]:
    """A recipe's domains as layers, the first on top.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> [layer.domain.name for layer in layers_of(problem, forge.recipe("toy"), forge)]
        ['toy']
    """
    return tuple(
        Layer(
            forge.domains[part.domain],
            part.compose,
            target_colour(problem, part, forge, prefix=prefix),
            _pasted(part, prefix),
        )
        for prefix, part in parts(recipe)
    )


def _pasted(part: Recipe, prefix: str) -> Paste | None:
    """What a part pastes, at the strengths it was asked for."""
    if part.compose.mode != "pasted" or part.start_paste is None:
        return None
    strengths = {
        prefix + name.partition(".")[2]: min(one, 1.0) for name, one in part.strengths.items()
    }
    return replace(part.start_paste, strengths=strengths)


@torch.no_grad()
def drawn(latent: Tensor, noise: Sequence[Tensor], models: Models, *, fast: bool = False) -> Tensor:
    """The generator's pictures ``(N, 3, H, W)`` of W+ ``(N, rows, width)``.

    Args:
        latent: W+.
        noise: noise maps ``(1 or N, 1, h, w)``.
        models: whose generator.
        fast: compute in bf16 where the machine is quicker at it.

    Example:
        >>> from styleforge.testing import toy
        >>> models = toy.toy_forge().models("toy")
        >>> generator = models.get("generator")
        >>> noise = [torch.zeros(1, 1, *shape) for shape in generator.noise_shapes]
        >>> drawn(torch.zeros(2, generator.rows, generator.width), noise, models).shape
        torch.Size([2, 3, 32, 32])
    """
    with autocast(models.device, enabled=fast):
        return models.get("generator").synthesize(latent, noise).to(latent.dtype)


@torch.no_grad()
def render(
    latent: Tensor,
    noise: Sequence[Tensor],
    problem: Problem,
    layers: Sequence[Layer],
    components: Registry[Any],
    *,
    fast: bool = False,
    generated: Tensor | None = None,
) -> Rendered:
    """Synthesize, find the regions, and compose.

    Args:
        latent: W+ ``(1, rows, width)``.
        noise: noise maps ``(1, 1, h, w)``.
        problem: whose picture is edited.
        layers: the edited domains, the first on top; it says where the result's regions are found.
        components: where inpainters are looked up.
        fast: compute in bf16 where the machine is quicker at it.
        generated: what `drawn` gave, where that was done before.

    Example:
        >>> from styleforge import Compose
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> generator = problem.models.get("generator")
        >>> noise = [torch.zeros(1, 1, *shape) for shape in generator.noise_shapes]
        >>> layers = [Layer(toy.TOY, Compose(mode="none"))]
        >>> latent = torch.zeros(1, generator.rows, generator.width)
        >>> render(latent, noise, problem, layers, forge.components).image.shape
        torch.Size([1, 3, 32, 32])
    """
    models = problem.models
    image = problem.identity.image
    if all(layer.pasted is not None for layer in layers):
        generated = image
    elif generated is None:
        generated = drawn(latent, noise, models, fast=fast)
    found = [_regions(layer, generated, problem) for layer in layers]
    for layer, regions in zip(layers, found, strict=True):
        if layer.tint is not None and layer.pasted is None:
            generated = tinted(generated, regions[layer.domain.region], *layer.tint)
    for layer, regions in reversed(list(zip(layers, found, strict=True))):
        inpainter = inpainter_of(layer.how, models, components)
        below = problem.on(image)
        if layer.pasted is not None:
            image = pasted(below, layer.pasted, inpainter, components)
            continue
        with autocast(models.device, enabled=fast):
            composed = composition_of(layer.how, components)
            image = composed(generated, regions, below.identity, layer.domain, layer.how, inpainter)
    if all(layer.pasted is not None for layer in layers):
        generated = image
        if layers[0].how.outline != "own":
            found = [soft_regions(image, models)]
    return Rendered(image, generated, found[0])


def _regions(layer: Layer, generated: Tensor, problem: Problem) -> Mapping[str, Tensor]:
    """Where a layer finds the regions of the picture in the making."""
    if layer.how.outline == "own" or layer.pasted is not None:
        return problem.identity.regions
    return soft_regions(generated, problem.models)
