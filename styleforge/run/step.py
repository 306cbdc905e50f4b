"""One step of an optimization: losses, gradients by group, rules.

Each group's gradient is taken at the picture (and directly at latent and noise, where a term looks
at them) and pulled back through the generator once, only for the parameters that need it. Networks
are frozen, so no gradient of a weight is ever computed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from styleforge.plugins.registry import Registry
from styleforge.recipe.stage import Stage
from styleforge.run.asked import Asked, Gradients, differentiate
from styleforge.run.drawing import Draw, Drawing
from styleforge.run.groups import Group
from styleforge.run.guards import apply_rule, check_update
from styleforge.run.view import View


@dataclass(frozen=True)
class StepOutcome:
    """Gradients by parameter, losses by label (unweighted), the weighted sum, and cosines.

    ``idle`` are the labels of terms whose losses have no gradient.

    Example:
        >>> StepOutcome(gradients={}, losses={"look": 0.5}, objective=0.5, cosines={}).objective
        0.5
    """

    gradients: Gradients
    losses: Mapping[str, float]
    objective: float
    cosines: Mapping[str, tuple[float, float]]
    idle: tuple[str, ...] = ()


def evaluate(
    stage: Stage,
    groups: Sequence[Group],
    losses: Registry[Callable[..., Tensor]],
    rules: Registry[Callable[..., dict[str, Tensor]]],
    draw: Draw,
    view_of: Callable[[Tensor, Tensor, Sequence[Tensor]], View],
    latent: Tensor,
    noise: Sequence[Tensor],
    *,
    thorough: bool = False,
    along: Callable[[Tensor], Tensor] | None = None,
) -> tuple[StepOutcome, Tensor]:
    """Losses and ruled gradients at a latent.

    Args:
        stage: the terms, what moves, and the rules.
        groups: of the stage's terms, from `styleforge.run.groups.make_groups`.
        losses: where terms find their losses.
        rules: where the stage finds its rules.
        draw: latent and noise to the `Drawing` of the picture ``(N, 3, H, W)`` that the losses see.
        view_of: makes the view of a picture, its latent and its noise maps.
        latent: W+ ``(N, rows, width)``.
        noise: noise maps ``(1, 1, h, w)``.
        thorough: look for losses whose gradients are 0 everywhere, which costs a gradient of each.
        along: the latent's gradient to that by the coordinates in which it moves; rules see that.

    Returns:
        The outcome and the picture, detached.

    Raises:
        PluginError: if a loss or a rule raises, or gives what it should not.
        Diverged: if the losses are finite and the update is not.

    Example:
        >>> from functools import partial
        >>> from styleforge.run.drawing import draw
        >>> from styleforge.run.groups import make_groups
        >>> from styleforge.run.plan import Plan
        >>> from styleforge.run.references import views_of
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> views, generator = views_of(problem, 32, Plan()), problem.models.get("generator")
        >>> def view_of(picture, latent, noise):
        ...     return View(picture, problem.models, references=views, latent=latent, noise=noise)
        >>> stage = forge.stages["toy.structure"]
        >>> groups, latent = make_groups(stage, forge.rules), torch.zeros(1, 8, 8)
        >>> noise = [torch.zeros(1, 1, *shape) for shape in generator.noise_shapes]
        >>> outcome, picture = evaluate(
        ...     stage, groups, forge.losses, forge.rules, partial(draw, generator, 32), view_of,
        ...     latent, noise,
        ... )
        >>> outcome.gradients["latent"][0].shape
        torch.Size([1, 8, 8])
    """
    parameters: dict[str, tuple[Tensor, ...]] = {
        "latent": (latent.detach().requires_grad_("latent" in stage.moves),),
        "noise": tuple(item.detach().requires_grad_("noise" in stage.moves) for item in noise),
    }
    drawing = draw(parameters)
    leaf = drawing.picture.requires_grad_()  # (N, 3, H, W)
    # The graph of the losses is gone before the way back through the generator begins.
    asked = differentiate(stage, groups, losses, view_of, leaf, parameters, thorough=thorough)
    pulled = _pull_back(drawing, parameters, groups, asked)
    if along is not None:
        for one in pulled:
            if "latent" in one:
                one["latent"] = tuple(along(item) for item in one["latent"])
    objective = sum(
        term.weight * asked.losses[term.label] for term in stage.objective if not term.probe
    )
    gradients, cosines = _apply_rules(stage, groups, rules, pulled)
    if asked.finite:  # else the losses are to blame
        check_update((one for tensors in gradients.values() for one in tensors), stage)
    return StepOutcome(gradients, asked.losses, objective, cosines, asked.idle), leaf.detach()


def _pull_back(
    drawing: Drawing,
    parameters: Mapping[str, tuple[Tensor, ...]],
    groups: Sequence[Group],
    asked: Asked,
) -> list[Gradients]:
    """Every group's gradient by parameter, through the generator."""
    pulled: list[Gradients] = [
        {
            name: own.get(name, tuple(torch.zeros_like(item) for item in parameters[name]))
            for name in group.parameters
        }
        for group, own in zip(groups, asked.direct, strict=True)
    ]
    through = {
        index: cotangent
        for index, (group, cotangent) in enumerate(zip(groups, asked.cotangents, strict=True))
        if cotangent is not None and any(parameters[name] for name in group.parameters)
    }
    wanted = [groups[index].parameters for index in through]
    found = drawing.pull_back([*through.values()], wanted)
    for index, gradients in zip(through, found, strict=True):
        for name, tensors in gradients.items():
            pulled[index][name] = tuple(
                have if grad is None else have + grad
                for have, grad in zip(pulled[index][name], tensors, strict=True)
            )
    return pulled


def _apply_rules(
    stage: Stage,
    groups: Sequence[Group],
    rules: Registry[Callable[..., dict[str, Tensor]]],
    pulled: Sequence[Gradients],
) -> tuple[Gradients, dict[str, tuple[float, float]]]:
    """Rules in the stage's order on every parameter, then the sum of what is minimised."""
    total: Gradients = {}
    cosines: dict[str, tuple[float, float]] = {}
    for name in stage.moves:
        having = [i for i, group in enumerate(groups) if name in group.parameters]
        tensors = max((len(pulled[i][name]) for i in having), default=0)
        summed = []
        for k in range(tensors):
            by_group = {groups[i].label: pulled[i][name][k] for i in having}
            for use in stage.rules:
                if name not in use.on:
                    continue
                of = _labels(groups, use.of, by_group)
                against = _labels(groups, use.against, by_group)
                if not of:
                    continue
                before = dict(by_group)
                by_group = apply_rule(rules, use, by_group, of, against)
                if against and name == "latent":
                    key = f"{'+'.join(use.of)}|{'+'.join(use.against)}"
                    cosines[key] = (_cosine(before, of, against), _cosine(by_group, of, against))
            kept = [by_group[groups[i].label] for i in having if not groups[i].probe]
            if kept:  # where only probes look at a parameter, nothing there is minimised
                summed.append(torch.stack(kept).sum(dim=0))
        total[name] = tuple(summed)
    return total, cosines


def _labels(
    groups: Sequence[Group], terms: Sequence[str], having: Mapping[str, Tensor]
) -> tuple[str, ...]:
    return tuple(
        group.label
        for group in groups
        if group.label in having and any(term.label in terms for term in group.terms)
    )


def _cosine(gradients: Mapping[str, Tensor], of: Sequence[str], against: Sequence[str]) -> float:
    first = torch.stack([gradients[label] for label in of]).sum(dim=0).flatten()
    second = torch.stack([gradients[label] for label in against]).sum(dim=0).flatten()
    return float(torch.nn.functional.cosine_similarity(first, second, dim=0, eps=1e-30))
