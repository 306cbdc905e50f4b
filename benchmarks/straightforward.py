"""A step of LOHO the straightforward way, to compare with: same update, no care.

The generator's weights are modulated, as the released codes do, in the usual layout of memory;
every term makes its own forward passes, references included, through the whole perceptual
network; weights keep their gradients; regions are found at every step although they are frozen;
and five backward passes go through the generator: for the terms no rule mentions, for structure,
for the probes, for the look alone (to log it), and for everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import torch
from torch import Tensor, nn

from benchmarks.published_layers import PublishedGenerator
from styleforge.builtin.rules import project
from styleforge.forge import Forge
from styleforge.pack.models import Models
from styleforge.prepare.pixels import shrink
from styleforge.prepare.problem import Problem
from styleforge.recipe.objective import Term
from styleforge.recipe.stage import Stage
from styleforge.run.view import Plan, View, views_of


class WholeNetwork:
    """A perceptual network that always runs to its end."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.layers = network.layers

    def __call__(self, image: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """Activations by layer, and all the others computed for nothing."""
        return self.network(image, tuple(dict.fromkeys((*layers, "pool5"))))  # type: ignore[no-any-return]


class UnfrozenModels(Models):
    """Models as the released code has them: see `step`."""

    def get(self, kind: str) -> object:
        """As `Models.get`; generator and features keep the gradients of their weights."""
        if kind not in {"generator", "features"}:
            return super().get(kind)
        if kind not in self._made:
            network = self.pack.components[kind]().to(self.device, self.dtype).eval()
            if kind == "generator":
                self._made[kind] = PublishedGenerator(network)
            else:
                self._made[kind] = WholeNetwork(network.to(memory_format=torch.contiguous_format))
        return self._made[kind]

    @cached_property
    def _made(self) -> dict[str, Any]:
        return {}


def step(
    problem: Problem,
    stage: Stage,
    forge: Forge,
    regions: dict[str, Tensor],
    latent: Tensor,
    noise: Sequence[Tensor],
    losses_at: int = 256,
) -> tuple[Tensor, tuple[Tensor, ...]]:
    """Gradients of latent and noise of one step, by the book.

    The problem's models are `UnfrozenModels`, made once: loading them is no part of a step.
    """
    models = problem.models
    latent = latent.detach().requires_grad_()
    maps = [item.detach().requires_grad_() for item in noise]
    image = shrink(models.get("generator").synthesize(latent, maps), losses_at)
    with torch.no_grad():
        models.get("regions")(image)

    def value(term: Term) -> Tensor:
        views = views_of(problem, image.shape[-1], Plan())
        view = View(
            image, models, references=views, regions=regions, latent=latent, noise=maps, plan=Plan()
        )
        return term.weight * forge.losses[term.loss](view, **term.args)

    values = {term.label: value(term) for term in stage.objective}
    rule = next((use for use in stage.rules if use.rule == "project"), None)
    if rule is None:  # stage 1: everything at once
        sum((values[term.label] for term in stage.objective), torch.zeros(())).backward()
        assert latent.grad is not None
        return latent.grad, tuple(torch.zeros_like(m) if m.grad is None else m.grad for m in maps)
    look = [t for t in stage.objective if t.loss in {"appearance", "style"} and not t.probe]
    simple = [t for t in stage.objective if t.label not in (*rule.of, *rule.against)]
    structure = [stage.objective[label] for label in rule.of]
    probes = [stage.objective[label] for label in rule.against]

    def backward(terms: Sequence[Term]) -> tuple[Tensor, tuple[Tensor, ...]]:
        total = sum((values[term.label] for term in terms), torch.zeros((), dtype=image.dtype))
        latent.grad = None
        for item in maps:
            item.grad = None
        total.backward(retain_graph=True)
        assert latent.grad is not None
        zero = [torch.zeros_like(item) if item.grad is None else item.grad for item in maps]
        return latent.grad.clone(), tuple(item.clone() for item in zero)

    ours, ours_noise = backward(simple)
    shape, _ = backward(structure)
    against, _ = backward(probes)
    backward(look)
    backward([*simple, *structure])
    ruled = project({"s": shape, "a": against}, ("s",), ("a",), **rule.args)["s"]
    models.get("generator").zero_grad(set_to_none=True)
    models.get("features").network.zero_grad(set_to_none=True)
    return ours + ruled, ours_noise
