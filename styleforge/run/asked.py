"""What the terms of a stage ask of a picture: losses, and each group's gradient at the picture.

A group's graph is gone before the next group is measured; features of the picture stay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from styleforge.plugins.registry import Registry
from styleforge.recipe.stage import Stage
from styleforge.run.groups import Group
from styleforge.run.guards import check_terms, measure
from styleforge.run.idle import backward_fault, without_gradient
from styleforge.run.view import View

Gradients = dict[str, tuple[Tensor, ...]]  # parameter -> its tensors (one latent, many noise maps)


@dataclass(frozen=True)
class Asked:
    """Losses by label, and gradients by group, in the groups' order.

    Example:
        >>> Asked({"look": 0.5}, (None,), ({},), idle=()).finite
        True
    """

    losses: Mapping[str, float]
    cotangents: Sequence[Tensor | None]  # at the picture
    direct: Sequence[Gradients]  # at latent and noise maps, where terms look at them
    idle: tuple[str, ...]

    @property
    def finite(self) -> bool:
        """Whether every loss is a number."""
        return all(math.isfinite(value) for value in self.losses.values())


def differentiate(
    stage: Stage,
    groups: Sequence[Group],
    losses: Registry[Callable[..., Tensor]],
    view_of: Callable[[Tensor, Tensor, Sequence[Tensor]], View],
    leaf: Tensor,
    parameters: Mapping[str, tuple[Tensor, ...]],
    *,
    thorough: bool,
) -> Asked:
    """Measure all terms, and differentiate each group at the picture.

    Args:
        stage: the terms.
        groups: of them, from `styleforge.run.groups.make_groups`.
        losses: where terms find their losses.
        view_of: makes the view of a picture, its latent and its noise maps.
        leaf: the picture ``(N, 3, H, W)``, a leaf that requires gradients.
        parameters: ``latent`` and ``noise``; leaves too.
        thorough: look for losses whose gradients are 0 everywhere, which costs a gradient of each.

    Raises:
        PluginError: if a loss raises, or gives what it should not.
        Diverged: if a gradient of finite losses is not finite.

    Example:
        >>> from styleforge import Objective, Stage, Term
        >>> from styleforge.run.groups import make_groups
        >>> from styleforge.testing import toy
        >>> from styleforge.run.plan import Plan
        >>> from styleforge.run.references import views_of
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> views = views_of(problem, 32, Plan())
        >>> picture = torch.zeros(1, 3, 32, 32, requires_grad=True)
        >>> def view_of(picture, latent, noise):
        ...     return View(picture, problem.models, references=views)
        >>> term = Term("hold", "pixels", {"reference": "identity", "mask": "identity.keep"})
        >>> stage = Stage(name="hold", steps=1, objective=Objective((term,)))
        >>> parameters = {"latent": (torch.zeros(1, 8, 8, requires_grad=True),), "noise": ()}
        >>> groups = make_groups(stage, forge.rules)
        >>> asked = differentiate(
        ...     stage, groups, forge.losses, view_of, picture, parameters, thorough=False
        ... )
        >>> list(asked.losses), asked.cotangents[0].shape
        (['hold'], torch.Size([1, 3, 32, 32]))
    """
    measured: dict[str, float] = {}
    cotangents: list[Tensor | None] = []
    direct: list[Gradients] = []
    idle: list[str] = []
    with torch.enable_grad():
        inputs = (leaf, *parameters["latent"], *parameters["noise"])
        view = view_of(leaf, parameters["latent"][0], parameters["noise"])
        for group in groups:
            values: dict[str, Tensor] = {}  # whose graph lives as long as the group is looked at
            total = torch.zeros((), dtype=leaf.dtype, device=leaf.device)
            for term in group.terms:
                values[term.label] = measure(losses, term, view)
                total = total + term.weight * values[term.label]
            try:
                cotangent, own = _at_picture(total, leaf, parameters, group.parameters)
            except Exception as error:
                raise backward_fault(error, group.terms, values, inputs, losses) from error
            if math.isfinite(float(total.detach())):  # else the losses are to blame
                found = [one for tensors in own.values() for one in tensors]
                found += [] if cotangent is None else [cotangent]
                check_terms(found, stage, losses, values, inputs)
            idle += without_gradient(group.terms, values, inputs, thorough=thorough)
            measured |= {label: float(value.detach()) for label, value in values.items()}
            cotangents.append(cotangent)
            direct.append(own)
        with torch.no_grad():
            for term in stage.objective:
                if term.label not in measured:
                    measured[term.label] = float(measure(losses, term, view))
    return Asked(measured, cotangents, direct, tuple(idle))


def _at_picture(
    total: Tensor,
    leaf: Tensor,
    parameters: Mapping[str, tuple[Tensor, ...]],
    wanted: Sequence[str],
) -> tuple[Tensor | None, Gradients]:
    """A group's gradient at the picture, and what it owes directly to latent and noise."""
    if not total.requires_grad:
        return None, {}
    inputs = [leaf, *(item for name in wanted for item in parameters[name])]
    found = torch.autograd.grad(total, inputs, retain_graph=True, allow_unused=True)
    own: Gradients = {}
    at = 1
    for name in wanted:
        count = len(parameters[name])
        own[name] = tuple(
            torch.zeros_like(item) if grad is None else grad
            for item, grad in zip(parameters[name], found[at : at + count], strict=True)
        )
        at += count
    return found[0], own
