"""One pass: conditions of edits to their W+ (HairCLIP, equation 1 and section 4.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch

from styleforge.errors import PluginError, UserError
from styleforge.pack.precision import one_at_a_time
from styleforge.prepare.embed import encoder_of
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.combine import parts
from styleforge.recipe.roles import TOWARDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from torch import Tensor

    from styleforge.mapper.network import Absent, Mapper
    from styleforge.pack.models import Models
    from styleforge.prepare.problem import Problem
    from styleforge.recipe.recipe import Recipe
    from styleforge.recipe.starts import Mapped


def mapper_of(models: Models, domain: str) -> Mapper:
    """The mapper for a domain: the user's own, the pack's, or one that a plugin brings.

    Raises:
        UserError: if the pack has none.

    Example:
        >>> from styleforge.pack.models import Models
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
        >>> from styleforge import ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"), "shape")
        >>> asked = {"toy.shape": ImageRef("her.png")}
        >>> mapped_latent(problem, forge.recipe("toy", "toy-mapper", conditions=asked)).shape
        torch.Size([1, 8, 8])
    """
    return mapped_latents([problem], [recipe])


@torch.no_grad()
def mapped_latents(problems: Sequence[Problem], recipes: Sequence[Recipe]) -> Tensor:
    """The W+ ``(N, rows, width)`` of edits with the same models, each as `mapped_latent` gives it.

    On an accelerator the inverter sees all pictures in one pass, a mapper all edits that ask it for
    the same attributes at the same strengths. On a processor each edit comes out as it does alone,
    to the bit (`styleforge.pack.precision.one_at_a_time`).

    Raises:
        UserError: as `mapped_latent`, if any of them cannot be done.

    Example:
        >>> from styleforge import ImageRef
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"), "shape")
        >>> asked = {"toy.shape": ImageRef("her.png")}
        >>> recipe = forge.recipe("toy", "toy-mapper", conditions=asked)
        >>> mapped_latents([problem, problem], [recipe, recipe]).shape
        torch.Size([2, 8, 8])
    """
    start = inverted(problems)  # (N, rows, width)
    wishes = [
        (at, first, second, share)
        for at, (problem, recipe) in enumerate(zip(problems, recipes, strict=True))
        for first, second, share in _wishes(problem, recipe, start[at : at + 1])
    ]
    asked = [one for _, *both, _ in wishes for one in both if one is not None]
    mapped = _mapped(asked, alone=one_at_a_time(start.device))
    edited = [start[at : at + 1] for at in range(len(start))]
    for at, first, second, share in wishes:
        found = mapped[first]  # (1, rows, width)
        if second is not None:
            found = torch.lerp(found, mapped[second], share)
        edited[at] = edited[at] + (found - first.start)
    return torch.cat(edited)


def inverted(problems: Sequence[Problem]) -> Tensor:
    """The W+ ``(N, rows, width)`` of identities; a picture that several share is inverted once.

    On a processor, and where the inverter says ``alone``, as one that optimizes may, it sees one
    picture at a time.

    Raises:
        PluginError: if it gave another number of them.

    Example:
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(toy.toy_forge().models("toy"))
        >>> inverted([problem, problem]).shape
        torch.Size([2, 8, 8])
    """
    inverter = problems[0].models.get("inverter")
    images = {id(one.identity.image): one.identity.image for one in problems}  # (1, 3, H, W) each
    places = {key: at for at, key in enumerate(images)}
    if one_at_a_time(problems[0].models.device) or getattr(inverter, "alone", False):
        found = torch.cat([inverter(one) for one in images.values()])
    else:
        found = inverter(torch.cat(tuple(images.values())))  # (pictures, rows, width)
    if len(found) != len(images):
        msg = (
            f"The inverter of the pack {problems[0].models.pack.name!r} gave {len(found)} W+ for "
            f"{len(images)} pictures; one for each was expected."
        )
        raise PluginError(msg)
    return found[[places[id(one.identity.image)] for one in problems]]


@dataclass(frozen=True, eq=False)
class _Wish:
    """What a mapper is asked for: the identity's W+ ``(1, rows, width)``, and what is to change."""

    mapper: Mapper
    start: Tensor
    conditions: Mapping[str, Tensor]  # (1, E) by attribute
    absent: Absent
    strengths: Mapping[str, float]

    @property
    def alike(self) -> tuple[object, ...]:
        """What wishes have in common that are mapped in one pass."""
        strengths = tuple(sorted(self.strengths.items()))
        return id(self.mapper), tuple(self.conditions), self.absent, strengths


def _mapped(wishes: Sequence[_Wish], *, alone: bool) -> dict[_Wish, Tensor]:
    """The edited W+ ``(1, rows, width)`` of every wish; those that are alike together."""
    groups: dict[tuple[object, ...], list[_Wish]] = {}
    for one in wishes:
        groups.setdefault((id(one),) if alone else one.alike, []).append(one)
    found: dict[_Wish, Tensor] = {}
    for group in groups.values():
        first = group[0]
        conditions = {
            name: torch.cat([one.conditions[name] for one in group]) for name in first.conditions
        }  # (wishes, E)
        edited = first.mapper(
            torch.cat([one.start for one in group]),
            conditions,
            absent=first.absent,
            strengths=first.strengths,
        )  # (wishes, rows, width)
        found |= {one: edited[at : at + 1] for at, one in enumerate(group)}
    return found


def _wishes(
    problem: Problem, recipe: Recipe, start: Tensor
) -> Iterator[tuple[_Wish, _Wish | None, float]]:
    """What is asked of each domain's mapper, with a second edit and the share of that, if any."""
    several = bool(recipe.also)
    for prefix, part in parts(recipe):
        mapper = mapper_of(problem.models, part.mapper)
        if several and not any(name in mapper.attributes for name in part.conditions):
            continue  # its stages do what was asked for
        how = part.start_map
        if how is None:
            msg = (
                f"The recipe {part.method!r} starts from a mapper but does not say how; add "
                "`start_map`."
            )
            raise UserError(msg)
        first = _wish(problem, mapper, how, start, part.conditions, part.strengths, prefix=prefix)
        other, second = how.towards, None
        if other is not None:
            second = _wish(
                problem, mapper, how, start, other.conditions, other.strengths,
                prefix=TOWARDS + prefix,
            )  # fmt: skip
        yield first, second, 0.0 if other is None else other.at


def _wish(
    problem: Problem,
    mapper: Mapper,
    how: Mapped,
    start: Tensor,
    asked: Iterable[str],
    strengths: Mapping[str, float],
    *,
    prefix: str = "",
) -> _Wish:
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
    return _Wish(mapper, start, conditions, how.absent, strengths)


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
