"""A `Scene`: toy models with the regions and references that some terms mention, and views of it.

Everything is drawn from fixed seeds, so that what a law finds can be found again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.prepare.problem import Problem, Reference
from styleforge.recipe.expression import names_in
from styleforge.run.plan import Plan
from styleforge.run.references import views_of
from styleforge.run.view import View
from styleforge.testing import toy
from styleforge.testing.stand_in import stand_in

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Attribute, Domain
    from styleforge.recipe.objective import Term

SIZE = 256  # no loss is measured on less than the toy's picture
START = 20  # seed of the W+ that a run is said to have begun with
Noise = tuple[Tensor, ...]


@dataclass(frozen=True)
class Scene:
    """Toy models, references and a picture in the making.

    ``regions`` are the names that exist, ``roles`` the references beside the identity.
    """

    regions: tuple[str, ...]
    roles: tuple[str, ...]
    domain: str = ""
    attributes: tuple[Attribute, ...] = ()
    components: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    dtype: torch.dtype = torch.float64  # so that numbers can be compared

    @cached_property
    def models(self) -> Models:
        """The models."""
        return stand_in(
            self.regions, self.domain, self.attributes, self.components, dtype=self.dtype
        )

    @cached_property
    def problem(self) -> Problem:
        """The identity and a reference for every role."""
        return toy.toy_problem(self.models, *self.roles)

    def latents(self, count: int = 1, seed: int = 21) -> Tensor:
        """W+ ``(count, rows, width)``, every row of another person."""
        generator, rng = self.models.get("generator"), torch.Generator().manual_seed(seed)
        z = torch.randn(count * generator.rows, generator.width, generator=rng)
        with torch.no_grad():
            w = generator.map(z.to(self.models.device, self.models.dtype))
        return w.reshape(count, generator.rows, -1)

    def noise(self, seed: int = 22) -> Noise:
        """Noise maps ``(1, 1, h, w)``."""
        generator, rng = self.models.get("generator"), torch.Generator().manual_seed(seed)
        maps = (torch.randn(1, 1, *shape, generator=rng) for shape in generator.noise_shapes)
        return tuple(item.to(self.models.device, self.models.dtype) for item in maps)

    def picture(self, latent: Tensor, noise: Sequence[Tensor]) -> Tensor:
        """What the generator makes, ``(N, 3, H, W)``."""
        return self.models.get("generator").synthesize(latent, noise)

    def regions_of(self, image: Tensor) -> Mapping[str, Tensor]:
        """Hard regions of a picture, as a stage freezes them."""
        with torch.no_grad():
            return dict(View(image.detach(), self.models).regions())

    def view(
        self,
        image: Tensor,
        latent: Tensor,
        noise: Sequence[Tensor],
        regions: Mapping[str, Tensor] | None = None,
        references: Mapping[str, Reference] | None = None,
    ) -> View:
        """A fresh view of a picture; its regions are found unless they are given."""
        problem = Problem(self.models, references) if references else self.problem
        plan = Plan()
        with torch.no_grad():
            views = views_of(problem, SIZE, plan)
        return View(
            image,
            self.models,
            references=views,
            regions=regions,
            latent=latent,
            start=self.latents(seed=START),
            noise=noise,
            plan=plan,
        )


def scene_of(
    terms: Iterable[Term],
    domain: Domain | None = None,
    attributes: Iterable[Attribute] = (),
    components: Mapping[str, Callable[[], Any]] | None = None,
) -> Scene:
    """The scene in which everything exists that terms and a domain mention."""
    attributes = tuple(attributes)
    regions = [domain.region, *domain.keep] if domain else []
    roles = [one.role for one in attributes]
    for term in terms:
        for key, value in term.args.items():
            if not isinstance(value, str):
                continue
            named = _names_in(value)
            regions += [region for _, region in named]
            roles += [role for role, _ in named]
            if key == "region":
                regions.append(value)
            if key.endswith("reference") and value.isidentifier():
                roles.append(value)
    own = ("identity", "image", "")
    return Scene(
        tuple(dict.fromkeys(regions)) or ("thing",),
        tuple(role for role in dict.fromkeys(roles) if role not in own),
        domain.name if domain else "",
        attributes,
        components or {},
    )


def _names_in(value: str) -> tuple[tuple[str, str], ...]:
    """Roles and regions of a mask expression; none where a string is no mask."""
    try:
        return names_in(value)
    except UserError:
        return ()
