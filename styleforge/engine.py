"""The engine: a recipe and a problem to a stream of events.

`optimize` is a generator. It holds everything a run needs to go on in a `State`, so that a run
can be stopped (the best so far is kept), written down and resumed to the same end.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.events import StageStarted, Step
from styleforge.losses.noise import normalize_noise
from styleforge.problem import Problem, shrink
from styleforge.recipe import Recipe
from styleforge.schedule import exploration, learning_rate
from styleforge.stage import Stage
from styleforge.step import Gradients, Group, StepOutcome, evaluate, make_groups
from styleforge.view import Plan, View

if TYPE_CHECKING:
    from styleforge.forge import Forge

MEAN_SAMPLES = 10_000  # latents behind the mean latent and the spread, as published


class Diverged(UserError):
    """A loss became NaN or infinite."""


@dataclass(frozen=True)
class Best:
    """The latent and noise maps with the lowest objective of the current stage."""

    objective: float
    latent: Tensor
    noise: tuple[Tensor, ...]


@dataclass
class State:
    """All that changes during a run. ``step`` counts within the stage, ``done`` in all stages.

    The plan belongs to it: it decides in which order gradients are summed, and so the last bit.
    """

    latent: Tensor
    start: Tensor
    noise: tuple[Tensor, ...]
    spread: float
    rng: torch.Generator
    optimizer: torch.optim.Adam
    stage: int = 0
    step: int = 0
    done: int = 0
    best: Best | None = None
    picture: Tensor | None = None  # of the last step, as the losses saw it
    regions: dict[str, Tensor] | None = None  # frozen for the stage
    history: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0
    plan: Plan = field(default_factory=Plan)


def begin(problem: Problem, recipe: Recipe) -> State:
    """The state before the first step: start latent, noise maps and random numbers."""
    models = problem.models
    generator = models.get("generator")
    rng = torch.Generator().manual_seed(recipe.seed)
    mean, spread = mean_latent(generator, rng, models.dtype, models.device)
    noise = tuple(
        torch.randn(1, 1, *shape, generator=rng).to(models.device, models.dtype)
        for shape in generator.noise_shapes
    )
    latent = mean.expand(1, generator.rows, -1).clone()
    if recipe.start == "inverter":
        latent = models.get("inverter")(problem.identity.image).clone()
        for role, rows in recipe.start_rows.items():
            if role in problem.references:
                other = models.get("inverter")(problem.references[role].image)
                latent[:, list(rows)] = other[:, list(rows)]
    latent = latent.detach().to(models.device, models.dtype)
    return State(latent, latent.clone(), noise, spread, rng, make_optimizer(latent, noise))


def make_optimizer(latent: Tensor, noise: Sequence[Tensor]) -> torch.optim.Adam:
    """Adam with default betas over latent and noise maps; rates are set at every step."""
    groups = [{"params": [latent]}, {"params": list(noise)}]
    return torch.optim.Adam(groups, lr=0.0, foreach=False)


def mean_latent(
    generator: object,
    rng: torch.Generator,
    dtype: torch.dtype,
    device: torch.device,
) -> tuple[Tensor, float]:
    """Mean of mapped latents ``(1, 1, width)``, and their spread.

    The spread is sqrt(sum((w - mean)^2) / samples), one number over all dimensions, as in the
    projector of StyleGAN2 and in LOHO's code.
    """
    with torch.no_grad():
        z = torch.randn(MEAN_SAMPLES, generator.width, generator=rng).to(device, dtype)  # type: ignore[attr-defined]
        w = generator.map(z)  # type: ignore[attr-defined]
        mean = w.mean(dim=0)
        spread = float(((w - mean).square().sum() / MEAN_SAMPLES).sqrt())
    return mean[None, None], spread


def optimize(
    problem: Problem,
    recipe: Recipe,
    forge: Forge,
    *,
    state: State | None = None,
    stop: Callable[[], bool] | None = None,
    preview_every: int = 0,
) -> Iterator[StageStarted | Step]:
    """Run a recipe's stages, yielding events; ``state`` is advanced in place.

    Args:
        problem: the prepared references and models.
        recipe: what to minimise, how and for how long.
        forge: where losses and rules are looked up.
        state: where to begin, from `begin` by default.
        stop: asked before every step; once it says yes the generator returns.
        preview_every: attach a picture to every so many steps; 0 for none.

    Raises:
        UserError: if a loss becomes NaN or infinite; the state still holds the best so far.
    """
    state = begin(problem, recipe) if state is None else state
    with torch.no_grad():
        views = problem.views(recipe.loss_size, state.plan)
    run = _Run(problem, recipe, forge, state, views)
    clock, before, first = time.perf_counter(), state.seconds, state.done
    for index in range(state.stage, len(recipe.stages)):
        stage = recipe.stages[index]
        if index != state.stage or state.step == 0:
            if state.done and stop is not None and stop():
                return  # before the next stage forgets the best of this one
            run.enter(index, stage)
        yield StageStarted(
            stage=stage.name, index=index, count=len(recipe.stages), steps=stage.steps
        )
        groups = make_groups(stage, forge.rules)
        while state.step < stage.steps:
            if stop is not None and stop():
                return
            outcome, lr = run.advance(stage, groups)
            elapsed = time.perf_counter() - clock
            state.seconds = before + elapsed
            wanted = preview_every and (
                state.done % preview_every == 0 or state.done == recipe.steps
            )
            yield Step(
                stage=stage.name,
                step=state.step,
                steps=stage.steps,
                done=state.done,
                total=recipe.steps,
                losses=outcome.losses,
                objective=outcome.objective,
                cosines=outcome.cosines,
                lr=lr,
                seconds=state.seconds,
                left=elapsed / (state.done - first) * (recipe.steps - state.done),
                preview=state.picture if wanted else None,
            )


@dataclass(frozen=True)
class _Run:
    """What stays the same during a run, and the state that is advanced."""

    problem: Problem
    recipe: Recipe
    forge: Forge
    state: State
    views: dict[str, View]

    def enter(self, index: int, stage: Stage) -> None:
        """Begin a stage: its own best, and the regions it freezes."""
        state = self.state
        state.stage, state.step, state.best = index, 0, None
        if stage.fresh_optimizer:
            state.optimizer = make_optimizer(state.latent, state.noise)
        state.regions = None
        if stage.regions == "frozen" and stage.steps:
            with torch.no_grad():
                if state.picture is None:
                    state.picture = self.synthesize(state.latent, state.noise)
                state.regions = dict(View(state.picture, self.problem.models).regions())

    def synthesize(self, latent: Tensor, noise: Sequence[Tensor]) -> Tensor:
        """The picture that the losses see, reduced by box mean as published."""
        generator = self.problem.models.get("generator")
        return shrink(generator.synthesize(latent, noise), self.recipe.loss_size)

    def view_of(self, picture: Tensor, latent: Tensor, noise: Sequence[Tensor]) -> View:
        """The view of the picture in the making."""
        return View(
            picture,
            self.problem.models,
            references=self.views,
            regions=self.state.regions,
            latent=latent,
            start=self.state.start,
            noise=noise,
            plan=self.state.plan,
        )

    def advance(self, stage: Stage, groups: Sequence[Group]) -> tuple[StepOutcome, float]:
        """One step: perturb, measure, apply the rules, update, normalise the noise maps."""
        state, schedule = self.state, stage.schedule
        over_run = schedule.scope == "run"
        t = state.done / self.recipe.steps if over_run else state.step / stage.steps
        lr = learning_rate(schedule, t)
        sigma = exploration(schedule, t, state.spread)
        latent = state.latent
        if sigma > 0:
            jitter = torch.randn(latent.shape, generator=state.rng)
            latent = latent + sigma * jitter.to(latent.device, latent.dtype)
        outcome, state.picture = evaluate(
            stage,
            groups,
            self.forge.losses,
            self.forge.rules,
            self.synthesize,
            self.view_of,
            latent,
            state.noise,
        )
        _check_finite(outcome.losses, stage, state)
        if state.best is None or outcome.objective <= state.best.objective:
            kept = tuple(item.clone() for item in state.noise)
            state.best = Best(outcome.objective, latent.clone(), kept)
        noise_lr = lr if schedule.noise_lr is None else lr * schedule.noise_lr / schedule.lr
        self._update(outcome.gradients, lr, noise_lr)
        if stage.normalize_noise:
            for item in state.noise:
                item.copy_(normalize_noise(item))
        state.step += 1
        state.done += 1
        before = {f"cos {key}": value[0] for key, value in outcome.cosines.items()}
        state.history.append({**outcome.losses, **before})
        return outcome, lr

    def _update(self, gradients: Gradients, lr: float, noise_lr: float) -> None:
        state = self.state
        for name, tensors in (("latent", (state.latent,)), ("noise", state.noise)):
            found = gradients.get(name) or (None,) * len(tensors)
            for tensor, grad in zip(tensors, found, strict=True):
                tensor.grad = grad
        for group, rate in zip(state.optimizer.param_groups, (lr, noise_lr), strict=True):
            group["lr"] = rate
        state.optimizer.step()
        state.optimizer.zero_grad()


def _check_finite(losses: Mapping[str, float], stage: Stage, state: State) -> None:
    bad = [label for label, value in losses.items() if not math.isfinite(value)]
    if bad:
        msg = (
            f"The loss {', '.join(bad)} became NaN or infinite at step {state.step} of stage "
            f"{stage.name!r}. The best result so far is kept; lower the learning rate or the "
            "weight of that term."
        )
        raise Diverged(msg)
