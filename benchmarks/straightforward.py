"""A step of LOHO the straightforward way, to compare with: same update, no care.

It does what the released loop does at every step. The generator's weights are modulated, in the
usual layout of memory, and keep their gradients; so do those of the networks of style and
appearance, which run to their ends, while LPIPS's are frozen and end at its last layer. Every term
passes the picture and its reference through a network of its own: 12 passes. Regions are found
although they are frozen. In stage 1 style and appearance are measured to be logged. In stage 2 five
backward passes go through the generator: for the terms no rule mentions, for structure, for the
probes, for the look alone (to log it), and for everything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.published_layers import PublishedGenerator
from benchmarks.published_segmentation import PublishedSegmentation, segment
from styleforge.builtin.rules import project
from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.prepare.pixels import shrink
from styleforge.prepare.problem import Problem
from styleforge.recipe.objective import Term
from styleforge.recipe.stage import Stage
from styleforge.run.plan import Plan
from styleforge.run.references import views_of
from styleforge.run.view import View


class WholeNetwork:
    """A perceptual network that always runs to its end."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.layers = network.layers

    def __call__(self, image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """Activations by layer, and all the others computed for nothing."""
        return self.network(image, tuple(dict.fromkeys((*layers, "pool5"))))  # type: ignore[no-any-return]


class ReleasedModels(Models):
    """Models as the released code has them: see `step`.

    Args:
        models: whose pack, precision and device they have.
        frozen: a perceptual network without gradients of its weights, as LPIPS has one.
        depthwise: filters that are one depthwise convolution.
    """

    def __init__(self, models: Models, *, frozen: bool, depthwise: bool) -> None:
        super().__init__(models.pack, device=models.device, dtype=models.dtype)
        self._frozen, self._depthwise = frozen, depthwise
        self._made: dict[str, Any] = {}

    def get(self, kind: str) -> object:
        """As `Models.get`; generator and features keep the gradients of their weights."""
        if kind not in {"generator", "features"}:
            return super().get(kind)
        if kind not in self._made:
            network = self.pack.components[kind]().to(self.device, self.dtype).eval()
            network = network.to(memory_format=torch.contiguous_format)
            if kind == "generator":
                self._made[kind] = PublishedGenerator(network, depthwise=self._depthwise)
            elif self._frozen:
                self._made[kind] = network.requires_grad_(requires_grad=False)
            else:
                self._made[kind] = WholeNetwork(network)
        return self._made[kind]


@dataclass(frozen=True)
class Loop:
    """What is there before the released loop begins.

    Attributes:
        models: that keep their weights' gradients.
        perceptual: those of LPIPS.
        segmentation: finds the regions of a picture.
        logged: terms that are measured and not differentiated.
        plan: which layers are asked for; known from the first step on.
        views: of the references, by models; nothing was asked of them but their masks.
        size: of the pictures that losses see.
    """

    models: ReleasedModels
    perceptual: ReleasedModels
    segmentation: Callable[[Tensor], Any]
    logged: Sequence[Term]
    plan: Plan
    views: Mapping[ReleasedModels, Mapping[str, View]]
    size: int


def loop_of(
    problem: Problem,
    *,
    full: bool,
    logged: Sequence[Term],
    size: int = 256,
    depthwise: bool = False,
) -> Loop:
    """Models are loaded and references prepared here: that is no part of a step."""
    models, perceptual = (
        ReleasedModels(problem.models, frozen=frozen, depthwise=depthwise)
        for frozen in (False, True)
    )
    plan = Plan()
    views = {
        one: views_of(replace(problem, models=one), size, plan) for one in (models, perceptual)
    }
    segmentation: Callable[[Tensor], Any] = models.get("regions")
    if full:
        network = PublishedSegmentation().to(models.device, models.dtype)
        segmentation = partial(segment, network.eval())
    return Loop(models, perceptual, segmentation, logged, plan, views, size)


def step(
    loop: Loop,
    stage: Stage,
    forge: Forge,
    regions: dict[str, Tensor],
    latent: Tensor,
    noise: Sequence[Tensor],
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Gradients of latent and noise of one step, by the book."""
    models = loop.models
    latent = latent.detach().requires_grad_()
    maps = [item.detach().requires_grad_() for item in noise]
    image = shrink(models.get("generator").synthesize(latent, maps), loop.size)
    with torch.no_grad():
        loop.segmentation(image)

    def value(term: Term) -> Tensor:
        mine = loop.perceptual if term.loss == "lpips" else models
        view = View(
            image, mine, references={role: one.again() for role, one in loop.views[mine].items()},
            regions=regions, latent=latent, noise=maps, plan=loop.plan,
        )  # fmt: skip
        return term.weight * forge.losses[term.loss](view, **term.args)

    values = {term.label: value(term) for term in (*stage.objective, *loop.logged)}
    rule = next((use for use in stage.rules if use.rule == "project"), None)
    if rule is None:  # stage 1: everything at once
        sum((values[term.label] for term in stage.objective), torch.zeros(())).backward()
        assert latent.grad is not None
        models.get("generator").zero_grad(set_to_none=True)
        return latent.grad, tuple(torch.zeros_like(m) if m.grad is None else m.grad for m in maps)
    look = [t for t in stage.objective if t.loss in {"appearance", "style"} and not t.probe]
    simple = [t for t in stage.objective if t.label not in (*rule.of, *rule.against)]
    structure = [stage.objective[label] for label in rule.of]
    probes = [stage.objective[label] for label in rule.against]

    def backward(terms: Sequence[Term], *, last: bool = False) -> tuple[Tensor, tuple[Tensor, ...]]:
        total = sum((values[term.label] for term in terms), torch.zeros((), dtype=image.dtype))
        latent.grad = None
        for item in maps:
            item.grad = None
        total.backward(retain_graph=not last)
        assert latent.grad is not None
        zero = [torch.zeros_like(item) if item.grad is None else item.grad for item in maps]
        return latent.grad.clone(), tuple(item.clone() for item in zero)

    ours, ours_noise = backward(simple)
    shape, _ = backward(structure)
    against, _ = backward(probes)
    backward(look)
    backward([*simple, *structure], last=True)
    ruled = project({"s": shape, "a": against}, ("s",), ("a",), **rule.args)["s"]
    models.get("generator").zero_grad(set_to_none=True)
    models.get("features").network.zero_grad(set_to_none=True)
    return ours + ruled, ours_noise
