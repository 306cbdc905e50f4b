"""How the laws of losses measure one: its value, its slope, the mask that it names."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.testing.laws.law import LawBroken
from styleforge.testing.scene import Noise

if TYPE_CHECKING:
    from styleforge.testing.subjects import LossSubject

SAME = 1e-9  # of the value, in double precision


def start(subject: LossSubject) -> tuple[Tensor, Noise]:
    """W+ of shape ``(1, rows, channels)`` and the noise maps at which a loss is measured."""
    return subject.scene.latents(), subject.scene.noise()


def regions_at_start(subject: LossSubject) -> dict[str, Tensor]:
    """The regions of the picture at the start, which a stage would freeze."""
    return dict(subject.scene.regions_of(subject.scene.picture(*start(subject))))


def value_of(subject: LossSubject, latent: Tensor, noise: Noise, regions: object = None) -> Tensor:
    """The loss of the picture that the toy generator draws from W+ and noise maps."""
    image = subject.scene.picture(latent, noise)
    return call(subject, subject.scene.view(image, latent, noise, regions))  # type: ignore[arg-type]


def call(subject: LossSubject, view: object) -> Tensor:
    """The loss of a view, with the arguments of the subject's term."""
    return subject.loss(view, **subject.args)  # type: ignore[no-any-return]


def measure(subject: LossSubject) -> Tensor:
    """The loss at the start."""
    return value_of(subject, *start(subject), regions_at_start(subject))


def slope(subject: LossSubject, latent: Tensor, noise: Noise) -> tuple[Tensor, list[Tensor]]:
    """Value and gradients with respect to W+ and every noise map."""
    inputs = [item.detach().clone().requires_grad_() for item in (latent, *noise)]
    value = value_of(subject, inputs[0], tuple(inputs[1:]), regions_at_start(subject))
    if not isinstance(value, Tensor) or not value.requires_grad:
        return torch.as_tensor(value), [torch.zeros_like(item) for item in inputs]
    found = torch.autograd.grad(value.sum(), inputs, allow_unused=True)
    return value, [
        torch.zeros_like(item) if grad is None else grad
        for item, grad in zip(inputs, found, strict=True)
    ]


def check_gradients(subject: LossSubject, gradients: Iterable[Tensor], case: str) -> None:
    """Refuse gradients that are not finite.

    Raises:
        LawBroken: they hold NaN or infinite numbers.
    """
    for one in gradients:
        if not bool(torch.isfinite(one).all()):
            msg = (
                f"{subject} has a gradient with NaN or infinite numbers for {case}. Look for a "
                "root or a norm at 0 and for 0 / 0; torch.linalg.vector_norm and clamp_min help."
            )
            raise LawBroken(msg)


def flat_regions(names: tuple[str, ...], image: Tensor, kind: str) -> dict[str, Tensor]:
    """All regions empty but the rest, or each of them everywhere."""
    one, zero = torch.ones_like(image[:, :1]).detach(), torch.zeros_like(image[:, :1]).detach()
    rest, *others = names
    if kind == "empty":
        return {rest: one} | dict.fromkeys(others, zero)
    return {rest: zero} | dict.fromkeys(others, one)


def number(value: Tensor) -> float:
    """A scalar tensor as a number for a message."""
    return float(value.detach())


def own_mask(subject: LossSubject) -> str:
    """The mask that limits the picture: the argument ``mask``, or ``where``."""
    args = {**_defaults(subject.loss), **subject.args}
    return str(args.get("mask") or args.get("where") or "")


def _defaults(loss: object) -> dict[str, object]:
    """The loss's arguments that have a default."""
    try:
        parameters = inspect.signature(loss).parameters.values()  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return {}
    return {one.name: one.default for one in parameters if one.default is not one.empty}


def same(one: Tensor, two: Tensor) -> bool:
    """Whether two values agree up to rounding in double precision."""
    return bool(torch.allclose(one, two, rtol=SAME, atol=1e-12))
