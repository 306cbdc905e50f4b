"""Laws of generators: the shapes they say, gradients, and noise maps that are heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.testing import trial
from styleforge.testing.laws.law import Law, LawBroken

if TYPE_CHECKING:
    from styleforge.testing.subjects import ComponentSubject

_SAME = 1e-3  # of two gradients in single precision, relative


def makes_what_it_says(subject: ComponentSubject) -> None:
    """``map`` gives ``(N, width)``, ``synthesize`` pictures of the pack's size."""
    generator, size = subject.model, trial.size(subject)
    if tuple(generator.size) != size:
        msg = (
            f"{subject} makes pictures of {tuple(generator.size)}, and its pack says {size}. "
            "Correct the pack's `size`."
        )
        raise LawBroken(msg)
    with torch.no_grad():
        w = generator.map(torch.zeros(2, generator.width) + 0.1)
        trial.check_shape(subject, w, (2, generator.width))
        image = generator.synthesize(trial.latents(subject, 2), trial.noise(subject))
    trial.check_shape(subject, image, (2, 3, *size))


def is_differentiable(subject: ComponentSubject) -> None:
    """The gradient of the picture reaches W+ and at least one noise map."""
    generator = subject.model
    latent = trial.latents(subject, 1).requires_grad_()
    noise = [item.requires_grad_() for item in trial.noise(subject)]
    image = generator.synthesize(latent, noise)
    trial.check_flows(subject, image, latent)
    if noise:
        image = generator.synthesize(latent.detach(), noise)
        found = (
            torch.autograd.grad(image.square().sum(), noise, allow_unused=True)
            if image.requires_grad
            else ()
        )
        if not any(one is not None and bool(one.any()) for one in found):
            msg = (
                f"{subject} has {len(noise)} noise maps, none of which changes the picture. Use "
                "them, or say noise_shapes = ()."
            )
            raise LawBroken(msg)


def is_frozen(subject: ComponentSubject) -> None:
    """Its weights have no gradient and it is in eval mode."""
    model = subject.model
    model = getattr(model, "inner", model)
    if isinstance(model, torch.nn.Module) and (
        model.training or any(one.requires_grad for one in model.parameters())
    ):
        msg = f"{subject} can still learn; models of a pack are frozen. Do not undo it in forward."
        raise LawBroken(msg)


def is_deterministic(subject: ComponentSubject) -> None:
    """The same W+ and noise maps give the same picture again."""
    latent, noise = trial.latents(subject, 1), trial.noise(subject)
    with torch.no_grad():
        one, two = (subject.model.synthesize(latent, noise) for _ in range(2))
    trial.check_repeat(subject, one, two)


def treats_a_batch_as_each_alone(subject: ComponentSubject) -> None:
    """Two latents at once give the pictures that each gives alone."""
    latent, noise = trial.latents(subject, 2), trial.noise(subject)
    with torch.no_grad():
        alone = [subject.model.synthesize(one[None], noise) for one in latent]
        trial.check_batch(subject, subject.model.synthesize(latent, noise), alone)


def pulls_back_as_autograd_does(subject: ComponentSubject) -> None:
    """A recording, if the generator makes any, has its picture and the gradients of autograd.

    Its picture is that without a graph; with one, sums may be taken in another order.
    """
    record = getattr(subject.model, "record", None)
    latent, noise = trial.latents(subject, 1), trial.noise(subject)
    recording = record(latent, noise) if record else None
    if recording is None:
        return
    with torch.no_grad():
        trial.check_repeat(subject, subject.model.synthesize(latent, noise), recording.picture)
    latent.requires_grad_()
    noise = [one.requires_grad_() for one in noise]
    image = subject.model.synthesize(latent, noise)
    cotangents = torch.stack((torch.ones_like(image), image.detach()))  # (2, 1, 3, H, W)
    of_latent, of_noise = recording.pull_back(cotangents, (1,))
    for index, cotangent in enumerate(cotangents):
        expected, *maps = torch.autograd.grad(image, (latent, *noise), cotangent, retain_graph=True)
        pairs = [("W+", of_latent[index], expected)]
        if index == 1:
            pairs += [
                (f"noise map {number}", one[0], true)
                for number, (one, true) in enumerate(zip(of_noise, maps, strict=True))
            ]
        for what, found, true in pairs:
            trial.check_shape(subject, found, tuple(true.shape))
            off = float((found - true).norm() / true.norm().clamp_min(1e-12))
            if off > _SAME:
                msg = (
                    f"{subject}.record gives a gradient of {what} that is {off:.2g} away from that "
                    "of autograd (relative). Correct pull_back, or let record return None."
                )
                raise LawBroken(msg)


LAWS = tuple(
    Law("generator", check, slow=True)
    for check in (
        makes_what_it_says,
        is_differentiable,
        is_frozen,
        is_deterministic,
        treats_a_batch_as_each_alone,
        pulls_back_as_autograd_does,
    )
)
