"""Views of a problem's references, which live as long as a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.prepare import masks
from styleforge.prepare.pixels import shrink
from styleforge.run.plan import Plan
from styleforge.run.view import View

if TYPE_CHECKING:
    from styleforge.prepare.problem import Problem


def views_of(problem: Problem, size: int, plan: Plan) -> dict[str, View]:
    """Views of all references of a problem, no wider than ``size``; they live as long as a run.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> problem = toy.toy_problem(Models(toy.toy_pack()), "shape")
        >>> list(views_of(problem, 256, Plan()))
        ['identity', 'shape']
    """
    views: dict[str, View] = {}
    for role, reference in problem.references.items():
        soft = torch.cat(tuple(reference.regions.values()), dim=1)  # (1, R, H, W)
        image, soft = shrink(reference.image, size), shrink(soft, size)
        names = tuple(reference.regions)
        views[role] = View(
            image,
            problem.models,
            role=role,
            references=views,
            regions=masks.region_map(names, masks.hard(soft)),
            soft_regions=masks.region_map(names, soft),
            plan=plan,
            described=problem.described,
        )
    return views
