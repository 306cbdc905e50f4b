"""One pass: a problem's conditions to an edited W+ (HairCLIP, equation 1 and section 4.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch

from styleforge.errors import UserError
from styleforge.prepare.embed import encoder_of
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.combine import parts
from styleforge.recipe.roles import TOWARDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from torch import Tensor

    from styleforge.mapper.network import Mapper
    from styleforge.pack.pack import Models
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Mapped, Recipe


def mapper_of(models: Models, domain: str) -> Mapper:
    """The mapper for a domain: the user's own, the pack's, or one that a plugin brings.

    Raises:
        UserError: if the pack has none.

    Example:
        >>> from styleforge.pack.pack import Models
        >>> from styleforge.testing import toy
        >>> mapper_of(Models(toy.toy_pack()), "toy").attributes
        ('toy.shape', 'toy.appearance')
    """
    kind = f"mapper/{domain}"
    if not models.has(kind):
        msg = (
            f"The pack {models.pack.name!r} has no mapper for {domain}. Train one with `styleforge "
            f"train {domain} --pack {models.pack.name}`, or use a preset that optimizes."
        )
        raise UserError(msg)
    mapper: Mapper = models.get(kind)
    return mapper


@torch.no_grad()
def mapped_latent(problem: Problem, recipe: Recipe) -> Tensor:
    """The identity's W+ ``(1, rows, width)``, edited by the conditions of a recipe.

    The steps of several domains' mappers are added. Strengths scale an attribute's step: 0 leaves
    it out, more than 1 goes beyond. With ``towards`` the two edited W+ are mixed linearly, as
    published for interpolation.

    Raises:
        UserError: if the pack has no mapper for the domain, or the mapper none of the attributes.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> problem = toy.toy_problem(forge.models("toy"), "shape")
        >>> from styleforge import ImageRef
        >>> asked = {"toy.shape": ImageRef("her.png")}
        >>> mapped_latent(problem, forge.recipe("toy", "toy-mapper", conditions=asked)).shape
        torch.Size([1, 8, 8])
    """
    start: Tensor = problem.models.get("inverter")(problem.identity.image)
    edited = start
    several = bool(recipe.also)
    for prefix, part in parts(recipe):
        mapper = mapper_of(problem.models, part.mapper)
        if several and not any(name in mapper.attributes for name in part.conditions):
            continue  # its stages do what was asked for
        edited = edited + _step(problem, part, mapper, start, prefix)
    return edited


def _step(problem: Problem, recipe: Recipe, mapper: Mapper, start: Tensor, prefix: str) -> Tensor:
    """The step in W+ of one domain's edit, from the identity's W+."""
    how = recipe.start_map
    if how is None:
        msg = (
            f"The recipe {recipe.method!r} starts from a mapper but does not say how; add "
            "`start_map`."
        )
        raise UserError(msg)
    edited = _edit(problem, mapper, how, start, recipe.conditions, recipe.strengths, prefix=prefix)
    other = how.towards
    if other is not None:
        second = _edit(
            problem, mapper, how, start, other.conditions, other.strengths, prefix=TOWARDS + prefix
        )
        edited = torch.lerp(edited, second, other.at)
    return edited - start


def _edit(
    problem: Problem,
    mapper: Mapper,
    how: Mapped,
    start: Tensor,
    asked: Iterable[str],
    strengths: Mapping[str, float],
    *,
    prefix: str = "",
) -> Tensor:
    conditions = {
        name: _condition(problem, prefix + name.partition(".")[2], how.region, mapper)
        for name in asked
        if name in mapper.attributes
    }
    if not conditions:
        named = ", ".join(asked) or "nothing"
        msg = (
            f"The mapper changes {', '.join(mapper.attributes)}; it was asked for {named}. Ask for "
            "one of these, or use a preset that optimizes."
        )
        raise UserError(msg)
    edited: Tensor = mapper(start, conditions, absent=how.absent, strengths=strengths)
    return edited


def _condition(problem: Problem, role: str, region: str, mapper: Mapper) -> Tensor:
    """The embedding of a role: of its words, or of the region of its picture.

    By the mapper's own encoder, if it has one.
    """
    if role in problem.described:
        return problem.described[role]
    reference = problem.references[role]
    shown = reference.image * hard_regions(reference.regions)[region]  # (1, 3, H, W)
    own = getattr(mapper, "encoder", None)
    encoder = own or encoder_of(problem.models, f"{role} as a reference")
    embedding: Tensor = encoder.embed_image(shown)  # (1, E)
    return embedding
