"""Laws of losses: numbers with a gradient that leads down."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.recipe.objective import Term
from styleforge.testing.laws.law import Law, LawBroken
from styleforge.testing.laws.loss_regions import has_mask, is_local, survives_empty_masks
from styleforge.testing.laws.measuring import (
    SAME,
    call,
    check_gradients,
    measure,
    number,
    regions_at_start,
    same,
    slope,
    start,
    value_of,
)
from styleforge.testing.laws.words import check_json
from styleforge.testing.scene import START

if TYPE_CHECKING:
    from styleforge.testing.subjects import LossSubject

STEPS = 4  # of descent
HALVINGS = 30
PAIRS = 3  # of directions in which a picture leaves its reference
AWAY = 1e-3  # in W+


def has_a_case(subject: LossSubject) -> None:
    """It is known with which arguments to call the loss."""
    if subject.term is None:
        msg = (
            f"{subject} has arguments without defaults, and no term of a registered stage or "
            "attribute says what to give it. Name one in `styleforge_cases` of the plugin's "
            f"module, or in `cases` of the test class: (Term('tried', {subject.name!r}, "
            "{...}),)."
        )
        raise LawBroken(msg)


def is_one_number(subject: LossSubject) -> None:
    """The loss is a finite scalar."""
    value: Any = measure(subject)
    if not isinstance(value, Tensor):
        msg = f"{subject} gave a {type(value).__name__}; a scalar tensor was expected."
        raise LawBroken(msg)
    if value.shape != ():
        msg = (
            f"{subject} gave a tensor of shape {tuple(value.shape)}; a scalar of shape () was "
            "expected. Take the mean over pixels and batch."
        )
        raise LawBroken(msg)
    if not bool(torch.isfinite(value)):
        msg = (
            f"{subject} is {number(value)} for an ordinary picture; a finite number was expected. "
            "Look for a division by zero, a logarithm or a root of 0."
        )
        raise LawBroken(msg)


def is_differentiable(subject: LossSubject) -> None:
    """The loss has a finite gradient that is not zero everywhere."""
    value, gradients = slope(subject, *start(subject))
    if not value.requires_grad:
        msg = (
            f"{subject} does not depend on the picture, W+ or the noise maps in a way that can be "
            "differentiated. Compute it with torch from view.image, view.latent or view.noise, "
            "without .detach(), .item(), numpy or comparisons."
        )
        raise LawBroken(msg)
    check_gradients(subject, gradients, "an ordinary picture")
    if not any(bool(one.any()) for one in gradients):
        msg = (
            f"{subject} has a gradient of zero everywhere, so it would change nothing. Look for "
            "rounding, a hard mask as the only thing that depends on the picture, or a clamp."
        )
        raise LawBroken(msg)


def descends(subject: LossSubject) -> None:
    """A few steps along the negative gradient, through the toy generator, lower the loss."""
    latent, noise = start(subject)
    before = first = math.inf
    for step in range(STEPS):
        value, gradients = slope(subject, latent, noise)
        before = number(value)
        first = before if step == 0 else first
        length = math.sqrt(sum(float(one.square().sum()) for one in gradients))
        if length == 0:
            return  # nothing to descend: `is_differentiable` speaks of zero gradients
        rate = 0.1 / length
        for _ in range(HALVINGS):
            moved = latent - rate * gradients[0]
            shaken = tuple(
                item - rate * one for item, one in zip(noise, gradients[1:], strict=True)
            )
            after = number(value_of(subject, moved, shaken, regions_at_start(subject)))
            if after < before:
                latent, noise = moved, shaken
                break
            rate /= 2
        else:
            if step and before < first:
                return  # at the bottom
            msg = (
                f"{subject} is {before:.6g} and no step along its negative gradient, however "
                "short, lowers it. The gradient is not that of the value: look for .detach(), a "
                "custom backward, or random numbers."
            )
            raise LawBroken(msg)


def is_least_at_its_reference(subject: LossSubject) -> None:
    """A loss with ``distance = True`` is least where the picture is its reference, W+ its start."""
    scene = subject.scene
    latent, noise = scene.latents(seed=START), scene.noise()
    image = scene.picture(latent, noise)
    regions = scene.regions_of(image)
    pair = {
        role: type(one)(image=image, regions=regions, source=role)
        for role, one in scene.problem.references.items()
    }
    least = number(call(subject, scene.view(image, latent, noise, regions, pair)))
    for seed in range(PAIRS):
        rng = torch.Generator().manual_seed(seed)
        away = torch.randn(latent.shape, generator=rng).to(latent)
        for length in (AWAY, -AWAY):  # a slope leads down on one of the two sides
            moved = latent + length * away
            other = scene.view(scene.picture(moved, noise), moved, noise, regions, pair)
            found = number(call(subject, other))
            if found < least - SAME * abs(least):
                msg = (
                    f"{subject} says that it is a distance. It is {least:.6g} for a picture and "
                    f"the same picture as reference, and {found:.6g} for one a little different; "
                    "no less was expected. Measure both pictures in the same way, or drop the "
                    "claim."
                )
                raise LawBroken(msg)


def treats_a_batch_as_each_alone(subject: LossSubject) -> None:
    """The loss of two pictures at once is the mean of the two alone."""
    noise = subject.scene.noise()
    latent = subject.scene.latents(2)
    regions = subject.scene.regions_of(subject.scene.picture(latent, noise))
    together = value_of(subject, latent, noise, regions)
    alone = []
    for index in range(2):
        mine = {name: mask[index : index + 1] for name, mask in regions.items()}
        alone.append(value_of(subject, latent[index : index + 1], noise, mine))
    expected = (alone[0] + alone[1]) / 2
    if together.numel() != 1 or not same(together, expected):
        got = f"{number(together):.6g}" if together.numel() == 1 else f"{together.numel()} numbers"
        own = " and ".join(f"{number(one):.6g}" for one in alone)
        msg = (
            f"{subject} gave {got} for a batch of two pictures whose own losses are {own}; their "
            f"mean, {number(expected):.6g}, was expected. Reduce every picture by itself, then "
            "take the mean over the batch."
        )
        raise LawBroken(msg)


def is_deterministic(subject: LossSubject) -> None:
    """The same picture has the same loss again."""
    one, two = measure(subject), measure(subject)
    if not torch.equal(one, two):
        msg = (
            f"{subject} gave {number(one):.9g} and then {number(two):.9g} for the same picture; "
            "the same number was expected. Draw random numbers from a generator of fixed seed."
        )
        raise LawBroken(msg)


def leaves_the_view_alone(subject: LossSubject) -> None:
    """Measuring changes neither the picture nor the references, W+ or noise maps."""
    latent, noise = start(subject)
    image = subject.scene.picture(latent, noise)
    view = subject.scene.view(image, latent, noise, regions_at_start(subject))
    having = {"picture": image, "W+": latent, "first noise map": noise[0]}
    having |= {f"reference {role!r}": one.image for role, one in view.references.items()}
    copies = {name: one.clone() for name, one in having.items()}
    call(subject, view)
    for name, one in having.items():
        if not torch.equal(one, copies[name]):
            msg = (
                f"{subject} changed the {name} that it was given; other losses see the same "
                "tensors. Use operations that make new tensors instead of those in place."
            )
            raise LawBroken(msg)


def round_trips(subject: LossSubject) -> None:
    """The term is the same after it was written as JSON and read back."""
    check_json(subject, Term, subject.term)


def _has_case(subject: LossSubject) -> bool:
    return subject.term is not None


def _is_a_distance(subject: LossSubject) -> bool:
    return subject.term is not None and subject.distance


LAWS = (
    Law("loss", has_a_case),
    *(
        Law("loss", check, _has_case)
        for check in (
            is_one_number,
            is_differentiable,
            descends,
            survives_empty_masks,
            treats_a_batch_as_each_alone,
            is_deterministic,
            leaves_the_view_alone,
            round_trips,
        )
    ),
    Law("loss", is_local, has_mask),
    Law("loss", is_least_at_its_reference, _is_a_distance),
)
