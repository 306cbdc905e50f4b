"""From W+ and noise maps to the edited picture: synthesis and composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from styleforge.compose import compose, inpainter_of
from styleforge.precision import autocast
from styleforge.tint import tinted
from styleforge.view import View

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.domain import Domain
    from styleforge.problem import Problem
    from styleforge.recipe import Compose
    from styleforge.registry import Registry


@dataclass(frozen=True)
class Rendered:
    """The edited picture, the generator's, and the soft regions of that, by name."""

    image: Tensor
    generated: Tensor
    regions: Mapping[str, Tensor]


@torch.no_grad()
def render(
    latent: Tensor,
    noise: Sequence[Tensor],
    problem: Problem,
    how: Compose,
    domain: Domain,
    components: Registry[Any],
    tint: tuple[Tensor, float] | None = None,
    *,
    fast: bool = False,
) -> Rendered:
    """Synthesize, find the regions, and compose.

    Args:
        latent: W+ ``(1, rows, width)``.
        noise: noise maps ``(1, 1, h, w)``.
        problem: whose picture is edited.
        how: the recipe's composition.
        domain: which region is styled and which are kept.
        components: where inpainters are looked up.
        tint: the mean colour ``(3,)`` in [0, 1] that the region is to have, and how far to go.
        fast: compute in bf16 where the machine is quicker at it.
    """
    models = problem.models
    with autocast(models.device, enabled=fast):
        generated = models.get("generator").synthesize(latent, noise).to(latent.dtype)
    if how.outline == "own":
        regions = problem.identity.regions
    elif how.outline == "sketched" and models.has("sketch"):
        _, regions = models.get("sketch")(latent)
    else:
        regions = View(generated, models).regions(soft=True)
    if tint is not None:
        generated = tinted(generated, regions[domain.region], *tint)
    inpainter = inpainter_of(how, models, components)
    with autocast(models.device, enabled=fast):
        image = compose(generated, regions, problem.identity, domain, how, inpainter)
    return Rendered(image, generated, regions)
