"""Hooks by example: a loss, and an attribute that asks for it."""

from __future__ import annotations

# [shown]
from styleforge import Attribute, Objective, Term, hookimpl

styleforge_api = 1


def shade(view, *, reference, mask, reference_mask):
    """Squared difference of how much lighter the upper half of a region is than the lower."""
    theirs = view.reference(reference)
    there = falls(theirs.image, theirs.mask(reference_mask)).detach()
    return (falls(view.image, view.mask(mask)) - there).square().mean()


def falls(image, mask):
    """Mean of the upper half less mean of the lower, inside a mask ``(N, 1, H, W)``."""
    half = image.shape[-2] // 2
    upper, lower = (
        (image[:, :, rows] * mask[:, :, rows]).sum((1, 2, 3))
        / (3 * mask[:, :, rows].sum((1, 2, 3))).clamp_min(1)
        for rows in (slice(half), slice(half, None))
    )
    return upper - lower


@hookimpl
def register_losses(register):
    register(shade, name="backdrop.shade")


@hookimpl
def register_attributes(register):
    masks = {"mask": "image.background", "reference_mask": "shade.background"}
    term = Term("backdrop.shade", "backdrop.shade", {"reference": "shade", **masks}, 10.0)
    register(
        Attribute(
            name="backdrop.shade",
            title="Shade",
            help="Whether the light comes from above or from below.",
            objective=Objective((term,)),
        )
    )


# [end]
