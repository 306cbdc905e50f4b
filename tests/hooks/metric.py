"""Hooks by example: a metric that every measurement takes."""

from __future__ import annotations

# [shown]
from styleforge import hookimpl

styleforge_api = 1


def brightness_error(given):
    """How much lighter or darker the edited region is than the true one, 0 to 2."""
    region = given.domain.region
    mine, theirs = (
        (image * mask).sum() / mask.sum().clamp_min(1) / 3
        for image, mask in (
            (given.image, given.found[region]),
            (given.truth.image, given.true[region]),
        )
    )
    return (mine - theirs).abs()


brightness_error.score = "{region}_brightness_error"
brightness_error.says = "how much lighter or darker the {region} is than the true one"
brightness_error.better = "less"


@hookimpl
def register_components(register):
    register(brightness_error, name="metric/backdrop.brightness")


# [end]
