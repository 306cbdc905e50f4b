"""From W+ and noise maps to the edited picture: synthesis, refinement, composition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch

from styleforge.compose import blend, compose, inpainter_of
from styleforge.view import View

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.domain import Domain
    from styleforge.pack import Models
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
) -> Rendered:
    """Synthesize, have the region drawn by the pack's refiner where asked for, and compose.

    Args:
        latent: W+ ``(1, rows, width)``.
        noise: noise maps ``(1, 1, h, w)``.
        problem: whose picture is edited.
        how: the recipe's composition.
        domain: which region is styled and which are kept.
        components: where inpainters are looked up.
    """
    models = problem.models
    generated = models.get("generator").synthesize(latent, noise)
    regions = dict(View(generated, models).regions(soft=True))
    if how.refine:
        generated, regions = refined(generated, regions, latent, models, domain.region)
    inpainter = inpainter_of(how, models, components)
    image = compose(generated, regions, problem.identity, domain, how, inpainter)
    return Rendered(image, generated, regions)


def refined(
    image: Tensor, regions: dict[str, Tensor], latent: Tensor, models: Models, region: str
) -> tuple[Tensor, dict[str, Tensor]]:
    """A picture and its soft regions with one region drawn anew; unchanged without a refiner."""
    if not models.has("refiner") or region not in models.get("refiner").names:
        return image, regions
    drawn, mask = models.get("refiner")(image, latent, region)
    # The others share what the region leaves, in the proportions that they had.
    left = (1 - mask) / (1 - regions[region]).clamp_min(1e-3)
    others = {name: soft * left for name, soft in regions.items()}
    return blend(drawn, image, mask), {**others, region: mask}
