"""Laws of what plugins register by itself: regions, compositions, starts, metrics, conditions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch

from styleforge.builtin.inpainters import telea
from styleforge.errors import UserError
from styleforge.measure.numbers import finite
from styleforge.measure.truth import Truth, comparison
from styleforge.pack.models import Models
from styleforge.pack.taxonomy import IBUG68
from styleforge.prepare.problem import Reference
from styleforge.recipe.domain import Domain
from styleforge.recipe.recipe import Compose, Recipe
from styleforge.run.start import mean_latent
from styleforge.testing import toy, trial
from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.testing.subjects import ComponentSubject

TOLERANCE = 1e-3
PLAIN = ("", "1", "red")  # values that a reader of conditions may well refuse


class _Landmarks:
    """Landmarks in iBUG's order on a ring around the middle, for finders that go by a face's."""

    def __call__(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to landmarks ``(N, 68, 2)`` in pixels."""
        turn = torch.linspace(0, 2 * torch.pi, IBUG68.count)
        ring = torch.stack((turn.cos(), turn.sin()), dim=1) * 0.3 + 0.5
        return (ring * image.shape[-1]).to(image).expand(len(image), -1, -1)


def finds_a_mask(subject: ComponentSubject) -> None:
    """Pictures give masks ``(N, 1, H, W)`` in [0, 1], the same again, a batch as each alone."""
    pack = subject.item
    components = {**pack.components, "landmarks": _Landmarks}
    models = Models(replace(pack, components=components, landmark_layout=IBUG68.name))
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
            one, two = (finite(subject.model(given), str(subject), LawBroken) for _ in range(2))
        if one != two:
            msg = f"{subject} gave {one} and then {two} for one picture; fix its seed."
            raise LawBroken(msg)
        if not torch.equal(image, before):
            msg = f"{subject} changed the picture that it was given. Work on a copy."
            raise LawBroken(msg)


def reads_its_values(subject: ComponentSubject) -> None:
    """Each of its ``examples`` gives a reference or ``(1, E)``; what it cannot read it refuses."""
    examples = tuple(getattr(subject.model, "examples", ()))
    read = [value for value in (*examples, *PLAIN) if _reads(subject, value, value in examples)]
    if not read:
        msg = (
            f"{subject} read none of {', '.join(map(repr, PLAIN))}, and says no value that it "
            "reads. Give it an attribute `examples`, such as ('autumn',)."
        )
        raise LawBroken(msg)


def _reads(subject: ComponentSubject, value: str, promised: bool) -> bool:
    """Whether a value is read; what is refused is refused in a sentence."""
    models = subject.models
    identity = toy.toy_problem(models).identity
    try:
        with torch.no_grad():
            one, two = (subject.model(value, identity, "thing", models) for _ in range(2))
    except UserError as error:
        if promised:
            msg = f"{subject} refused {value!r}, which is one of its examples: {error}"
            raise LawBroken(msg) from error
        return False
    if isinstance(one, Reference):
        trial.check_shape(subject, one.image, tuple(identity.image.shape))
        if "thing" not in one.regions:
            msg = f"{subject} gave for {value!r} a reference without the region that is styled."
            raise LawBroken(msg)
        trial.check_repeat(subject, one.image, two.image)
    else:
        trial.check_shape(subject, one, (1, None))
        trial.check_repeat(subject, one, two)
    return True


def maps_latents(subject: ComponentSubject) -> None:
    """W+ and an embedding for each attribute give W+ as large, the same again; strength 0 none."""
    models, mapper = _with_mapper(subject)
    latent = trial.latents(subject, 2, models)
    encoder = getattr(mapper, "encoder", None) or models.get("embedding")
    rng = torch.Generator().manual_seed(0)
    asked = {
        name: torch.randn(1, encoder.width, generator=rng).to(latent) for name in mapper.attributes
    }
    for absent in ("zero", "published"):
        with torch.no_grad():
            one, two = (mapper(latent, asked, absent=absent, strengths={}) for _ in range(2))
        trial.check_shape(subject, one, tuple(latent.shape))
        trial.check_repeat(subject, one, two)
    with torch.no_grad():
        still = mapper(latent, asked, absent="zero", strengths=dict.fromkeys(asked, 0.0))
    off = float((still - latent).abs().max())
    if off > TOLERANCE:
        msg = (
            f"{subject} moved W+ by {off:.3g} at strength 0; nothing was to move. Multiply each "
            "attribute's step by its strength."
        )
        raise LawBroken(msg)


def _with_mapper(subject: ComponentSubject) -> tuple[Models, Any]:
    """The mapper, loaded, and the models of a pack that it is for."""
    if subject.registered is None:
        return subject.models, subject.model
    packs = getattr(subject.registered, "packs", ())
    known = [name for name in packs if name in subject.forge.packs]
    models = subject.forge.models(known[0]) if known else subject.models
    return models, subject.registered(models)


def _can_be_tried(subject: ComponentSubject) -> bool:
    """Whether the pack that a mapper was trained for is here; the toy's, where none is named."""
    packs = getattr(subject.registered, "packs", ())
    return not packs or any(name in subject.forge.packs for name in packs)


LAWS = (
    Law("added_region", finds_a_mask, slow=True),
    Law("compose", composes_a_picture, slow=True),
    Law("start", starts_with_a_latent, slow=True),
    Law("metric", gives_a_number, slow=True),
    Law("condition", reads_its_values, slow=True),
    Law("mapper", maps_latents, _can_be_tried, slow=True),
)
