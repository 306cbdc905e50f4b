"""Laws of losses about regions: only the one that a term names counts; an empty one is no harm."""

from __future__ import annotations

import torch

from styleforge.testing.laws.law import LawBroken
from styleforge.testing.laws.measuring import (
    call,
    check_gradients,
    flat_regions,
    number,
    own_mask,
    same,
    start,
)
from styleforge.testing.subjects import LossSubject


def is_local(subject: LossSubject) -> None:
    """Pixels outside the mask that the term names do not change the loss."""
    latent, noise = start(subject)
    image = subject.scene.picture(latent, noise)
    regions = subject.scene.regions_of(image)
    view = subject.scene.view(image, latent, noise, regions)
    inside = (view.mask(own_mask(subject)) > 0).to(image)
    rng = torch.Generator().manual_seed(23)
    other = torch.rand(image.shape, generator=rng).to(image) * 2 - 1
    changed = image * inside + other * (1 - inside)
    one = call(subject, view)
    two = call(subject, subject.scene.view(changed, latent, noise, regions))
    if not same(one, two):
        msg = (
            f"{subject} went from {number(one):.6g} to {number(two):.6g} when pixels outside its "
            f"mask {own_mask(subject)!r} were changed; it was to stay the same. Multiply the "
            "picture by the mask before a network sees it, and average over the mask only."
        )
        raise LawBroken(msg)


def survives_empty_masks(subject: LossSubject) -> None:
    """Regions that are empty, or the whole picture, give finite values and gradients."""
    latent, noise = start(subject)
    provider = subject.scene.models.get("regions")
    reference = subject.scene.problem.references
    for kind in ("empty", "everywhere"):
        for where in ("picture", "references", "both"):
            leaf = subject.scene.picture(latent, noise).detach().requires_grad_()
            flat = flat_regions(provider.names, leaf, kind)
            own = subject.scene.regions_of(leaf) if where == "references" else flat
            theirs = reference
            if where != "picture":
                theirs = {
                    role: type(one)(image=one.image, regions=flat, source=role)
                    for role, one in reference.items()
                }
            case = f"regions that are {kind} in the {where}".replace("the both", "all pictures")
            view = subject.scene.view(leaf, latent, noise, own, theirs)
            value = call(subject, view)
            if not bool(torch.isfinite(value).all()):
                msg = (
                    f"{subject} is {number(value)} for {case}; a finite number was expected. "
                    "Divide by the mask's area only where it is above zero "
                    "(styleforge.losses.masking.masked_mean does)."
                )
                raise LawBroken(msg)
            if value.requires_grad:
                found = torch.autograd.grad(value, leaf, allow_unused=True)[0]
                check_gradients(subject, () if found is None else (found,), case)


def has_mask(subject: LossSubject) -> bool:
    """Whether the term names a mask."""
    return bool(own_mask(subject))
