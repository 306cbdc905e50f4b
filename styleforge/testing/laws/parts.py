"""Laws of what plugins register by itself: regions, compositions, starts, metrics."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from styleforge.builtin.inpainters import telea
from styleforge.measure.truth import Truth, comparison
from styleforge.pack.pack import Models
from styleforge.recipe.domain import Domain
from styleforge.recipe.recipe import Compose, Recipe
from styleforge.run.start import mean_latent
from styleforge.testing import toy, trial
from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.testing.subjects import ComponentSubject

TOLERANCE = 1e-3
POINTS = 68  # landmarks in iBUG's order


class _Landmarks:
    """68 landmarks on a ring around the middle, for finders that go by a face's."""

    def __call__(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to landmarks ``(N, 68, 2)`` in pixels."""
        turn = torch.linspace(0, 2 * torch.pi, POINTS)
        ring = torch.stack((turn.cos(), turn.sin()), dim=1) * 0.3 + 0.5
        return (ring * image.shape[-1]).to(image).expand(len(image), -1, -1)


def finds_a_mask(subject: ComponentSubject) -> None:
    """Pictures give masks ``(N, 1, H, W)`` in [0, 1], the same again, a batch as each alone."""
    pack = subject.item
    models = Models(replace(pack, components={**pack.components, "landmarks": _Landmarks}))
    image, find = trial.pictures(subject), subject.model
    with torch.no_grad():
        found = trial.check_shape(subject, find(image, models), (2, 1, *image.shape[-2:]))
        trial.check_repeat(subject, found, find(image, models))
        trial.check_batch(subject, found, [find(one[None], models) for one in image])
    if float(found.min()) < -TOLERANCE or float(found.max()) > 1 + TOLERANCE:
        msg = (
            f"{subject} gave values from {float(found.min()):.3g} to {float(found.max()):.3g}; a "
            "mask in [0, 1] was expected. End it with a sigmoid or a clamp."
        )
        raise LawBroken(msg)


def composes_a_picture(subject: ComponentSubject) -> None:
    """The generator's picture and its regions give a picture ``(1, 3, H, W)``, the same again."""
    problem = toy.toy_problem(subject.models, "shape")
    domain = Domain(name="toy", title="Toy", help="Toy.", region="thing", keep=("keep",))
    drawn, how = problem.role("shape"), Compose(mode=subject.name.partition("/")[2])
    with torch.no_grad():
        one, two = (
            subject.model(drawn.image, drawn.regions, problem.identity, domain, how, telea)
            for _ in range(2)
        )
    trial.check_shape(subject, one, tuple(drawn.image.shape))
    trial.check_repeat(subject, one, two)
    if float(one.abs().max()) > 1 + TOLERANCE:
        msg = f"{subject} gave a picture beyond [-1, 1]. End it with a clamp."
        raise LawBroken(msg)


def starts_with_a_latent(subject: ComponentSubject) -> None:
    """A problem and the mean latent give W+ ``(1, rows, width)``, the same again."""
    models = subject.models
    generator, problem = models.get("generator"), toy.toy_problem(models)
    recipe = Recipe(domain="toy", method="law", stages=())
    mean, _ = mean_latent(generator, torch.Generator().manual_seed(0), models.dtype, models.device)
    with torch.no_grad():
        one, two = (subject.model(problem, recipe, mean) for _ in range(2))
    trial.check_shape(subject, one, (1, generator.rows, generator.width))
    trial.check_repeat(subject, one, two)


def gives_a_number(subject: ComponentSubject) -> None:
    """A result beside the truth gives a finite number, the same again, and is not changed."""
    problem = toy.toy_problem(subject.models)
    drawn = problem.role("shape")
    truth = Truth(drawn.image, drawn.regions)
    for image in (problem.identity.image, drawn.image):
        given = comparison(image, truth, problem, toy.TOY, ("finer_style", "shape"))
        before = image.clone()
        with torch.no_grad():
            one, two = (_number(subject, subject.model(given)) for _ in range(2))
        if one != two:
            msg = f"{subject} gave {one} and then {two} for one picture; fix its seed."
            raise LawBroken(msg)
        if not torch.equal(image, before):
            msg = f"{subject} changed the picture that it was given. Work on a copy."
            raise LawBroken(msg)


def _number(subject: ComponentSubject, found: Any) -> float | None:
    if found is None:  # it has nothing to say of the toy
        return None
    try:
        number = float(found)
    except (TypeError, ValueError, RuntimeError) as error:
        msg = f"{subject} gave a {type(found).__name__}; a number was expected. End it with float."
        raise LawBroken(msg) from error
    if not math.isfinite(number):
        msg = f"{subject} gave {number}; a finite number was expected. Clamp what it divides by."
        raise LawBroken(msg)
    return number


LAWS = (
    Law("added_region", finds_a_mask, slow=True),
    Law("compose", composes_a_picture, slow=True),
    Law("start", starts_with_a_latent, slow=True),
    Law("metric", gives_a_number, slow=True),
)
