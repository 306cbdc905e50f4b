"""A triple of people as a problem, and its true answer."""

from __future__ import annotations

import numpy as np
import torch
from styleforge_portraits import world
from styleforge_portraits.triples import SIZE
from torch import Tensor

from styleforge.measure.triples import Triple
from styleforge.measure.truth import Truth
from styleforge.pack.models import Models
from styleforge.prepare.pose import match_pose
from styleforge.prepare.prepare import prepare
from styleforge.prepare.problem import Problem

STYLE = ("finer_style", "shape")  # whose style a result is said to have


def picture(person: world.Person) -> Tensor:
    """A person as ``(1, 3, H, W)`` in [-1, 1]."""
    image = world.render(person, SIZE).image
    return torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None].float() / 127.5 - 1


def truth_of(triple: Triple[world.Person]) -> Truth:
    """The true answer of a triple."""
    one, two, three = triple.pictures
    answer = world.truth(
        identity=one, shape=two, appearance=three, finer_style=three, domain=triple.domain
    )
    portrait = world.render(answer, SIZE)
    regions = {
        name: torch.from_numpy(np.ascontiguousarray(mask))[None, None].float()
        for name, mask in portrait.regions.items()
    }
    return Truth(picture(answer), regions)


def problem_of(triple: Triple[world.Person], models: Models, *, pose: bool) -> Problem:
    """The prepared references of a triple, warped to the identity's pose where asked."""
    one, two, three = (
        prepare(picture(person), models, name=f"person {index + 1}")
        for index, person in enumerate(triple.pictures)
    )
    shape = match_pose(two, one, models, triple.domain) if pose else two
    return Problem(
        models, {"identity": one, "shape": shape, "appearance": three, "finer_style": three}
    )
