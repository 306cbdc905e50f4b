"""The engine: a recipe and a problem to a stream of events.

`optimize` is a generator. It holds everything a run needs to go on in a `State`, so that a run
can be stopped (the best so far is kept), written down and resumed to the same end.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.errors import Diverged, PluginError, UserError
from styleforge.losses.noise import normalize_noise
from styleforge.pack.precision import computing_in
from styleforge.pack.whitening import Whitening, whitening_of
from styleforge.prepare.problem import Problem
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import Stage
from styleforge.run.asked import Gradients
from styleforge.run.events import Note, StageStarted, Step
from styleforge.run.groups import Group, make_groups
from styleforge.run.guards import ADVICE, named
from styleforge.run.idle import sentence
from styleforge.run.moments import adam_step
from styleforge.run.schedule import exploration, learning_rate
from styleforge.run.sight import Sight, sight_of
from styleforge.run.state import Best, State, attempted
from styleforge.run.step import StepOutcome, evaluate
from styleforge.run.view import View

if TYPE_CHECKING:
    from styleforge.forge import Forge


def optimize(
    problem: Problem,
    recipe: Recipe,
    state: State,
    forge: Forge,
    *,
    stop: Callable[[], bool] | None = None,
    preview_every: int = 0,
    show: Callable[[State], Tensor] | None = None,
) -> Iterator[Note | StageStarted | Step]:
    """Run a recipe's stages, yielding events; ``state`` is advanced in place.

    The first three are what `styleforge.run.set_up.set_up` returns.

    Args:
        problem: the prepared references and models.
        recipe: what to minimise, how and for how long.
        state: where to begin, or to go on.
        forge: where losses and rules are looked up.
        stop: asked before every step; once it says yes the generator returns.
        preview_every: attach a picture to the first step, the last and every so many; 0 for none.
        show: makes that picture; what the losses saw where left out.

    Raises:
        Diverged: if a loss becomes NaN or infinite; the state still holds the best so far.
        PluginError: if a loss, a rule or a model does what it should not; likewise.

    Example:
        >>> from styleforge.run.set_up import set_up
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> recipe = forge.recipe("toy", "toy-look").with_steps(2)
        >>> problem, recipe, state = set_up(problem, recipe, forge.components)
        >>> [type(event).__name__ for event in optimize(problem, recipe, state, forge)]
        ['StageStarted', 'Step', 'Step']
    """
    if not recipe.stages:
        return
    run, previews = _Run(problem, recipe, forge, state), _Previews(preview_every, show)
    sight: Sight | None = None
    clock, before, first = time.perf_counter(), state.seconds, state.done
    for index in range(state.stage, len(recipe.stages)):
        stage = recipe.stages[index]
        if sight is None or sight.size != (stage.size or recipe.loss_size):
            sight = sight_of(problem, recipe, stage, state)
        if index != state.stage or state.step == 0:
            if state.done and stop is not None and stop():
                return  # before the next stage forgets the best of this one
            run.enter(index, stage, sight)
        yield StageStarted(
            stage=stage.name, index=index, count=len(recipe.stages), steps=stage.steps
        )
        if sight.note:
            yield Note(sight.note)
        groups = make_groups(stage, forge.rules)
        idle: set[str] = set()
        while state.step < stage.steps:
            if stop is not None and stop():
                return
            with attempted(state):
                outcome, lr = run.advance(stage, groups, sight)
            elapsed = time.perf_counter() - clock
            state.seconds = before + elapsed
            for label in sorted(set(outcome.idle) - idle):
                yield Note(sentence(forge.losses, stage.objective[label], stage.name))
            idle |= set(outcome.idle)
            picture, said = previews.of(state, ends={first + 1, recipe.steps})
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
                preview=picture,
            )
            yield from said


@dataclass
class _Previews:
    """Pictures for who watches a run: of the first step there is, every so many, and the last."""

    every: int  # 0: none
    show: Callable[[State], Tensor] | None

    def of(self, state: State, ends: set[int]) -> tuple[Tensor | None, tuple[Note, ...]]:
        """The picture ``(1, 3, H, W)`` of a step, or why there is none: the run is worth more."""
        if not self.every or (state.done not in ends and state.done % self.every):
            return None, ()
        try:
            return state.picture if self.show is None else self.show(state), ()
        except UserError as error:
            self.every = 0
            return None, (Note(f"{error} The run goes on without previews."),)


@dataclass(frozen=True)
class _Run:
    """What stays the same during a run, and the state that is advanced."""

    problem: Problem
    recipe: Recipe
    forge: Forge
    state: State

    def enter(self, index: int, stage: Stage, sight: Sight) -> None:
        """Begin a stage: its own best, and the regions it freezes."""
        state = self.state
        generator = self.problem.models.get("generator")
        if state.picture is not None and state.picture.shape[-1] != sight.width_of(generator):
            state.picture = None  # it was seen at another width
        state.stage, state.step, state.best = index, 0, None
        state.regions = None
        if stage.regions == "frozen" and stage.steps:
            with torch.no_grad():
                if state.picture is None:
                    now = {"latent": (state.latent,), "noise": tuple(state.noise)}
                    state.picture = sight.draw(generator, now).picture
                state.regions = dict(View(state.picture, self.problem.models).regions())

    def view_of(
        self, sight: Sight, picture: Tensor, latent: Tensor, noise: Sequence[Tensor]
    ) -> View:
        """The view of the picture in the making."""
        return View(
            picture,
            self.problem.models,
            references=sight.views,
            regions=self.state.regions,
            latent=latent,
            start=self.state.start,
            noise=noise,
            plan=self.state.plan,
            described=self.problem.described,
        )

    def advance(
        self, stage: Stage, groups: Sequence[Group], sight: Sight
    ) -> tuple[StepOutcome, float]:
        """One step: perturb, measure, apply the rules, update, normalise the noise maps."""
        state, schedule = self.state, stage.schedule
        over_run = schedule.scope == "run"
        t = state.done / self.recipe.steps if over_run else state.step / stage.steps
        lr = learning_rate(schedule, t)
        sigma = exploration(schedule, t, state.spread)
        white = self._whitening(stage)
        latent = state.latent
        if sigma > 0:
            jitter = torch.randn(latent.shape, generator=state.rng)
            latent = latent + sigma * jitter.to(latent.device, latent.dtype)
        with computing_in(self.recipe.precision, self.problem.models.device):
            outcome, state.picture = evaluate(
                stage,
                groups,
                self.forge.losses,
                self.forge.rules,
                partial(sight.draw, self.problem.models.get("generator")),
                partial(self.view_of, sight),
                latent,
                state.noise,
                thorough=state.step == stage.steps - 1,
                along=None if white is None else partial(white.gradient, latent),
            )
        self._check_finite(outcome.losses, stage)
        if state.best is None or outcome.objective <= state.best.objective:
            kept = tuple(item.clone() for item in state.noise)
            state.best = Best(outcome.objective, latent.clone(), kept)
        state.whole = False
        self._update(outcome.gradients, lr, white)
        if stage.normalize_noise:
            for item in state.noise:
                item.copy_(normalize_noise(item))
        state.step += 1
        state.done += 1
        before = {f"cos {key}": value[0] for key, value in outcome.cosines.items()}
        state.history.append({**outcome.losses, **before})
        state.whole = True
        return outcome, lr

    def _whitening(self, stage: Stage) -> Whitening | None:
        """The coordinates in which a stage moves the latent; None for W itself."""
        where = stage.schedule.coordinates
        if where in {None, "w"} or "latent" not in stage.moves:
            return None
        return whitening_of(self.problem.models, bent=where == "bent")

    def _update(self, gradients: Gradients, lr: float, white: Whitening | None) -> None:
        state = self.state
        before = state.latent.clone()
        if white is not None:  # Adam's step does not depend on where it starts
            state.latent.zero_()
        latent, noise = gradients.get("latent", ()), gradients.get("noise", ())
        found = dict(enumerate(latent)) | dict(enumerate(noise, 1))
        adam_step((state.latent, *state.noise), found, state.moments, lr)
        if white is not None:
            state.latent.copy_(white.moved(before, state.latent))

    def _check_finite(self, losses: Mapping[str, float], stage: Stage) -> None:
        bad = [label for label, value in losses.items() if not math.isfinite(value)]
        if not bad:
            return
        state, models = self.state, self.problem.models
        where = f"at step {state.step} of stage {stage.name!r}"
        if state.picture is not None and not bool(torch.isfinite(state.picture).all()):
            of = f", from {models.owner}," if models.owner else ""
            msg = (
                f"The generator of the pack {models.pack.name!r}{of} drew NaN or infinite values "
                f"{where}."
            )
            raise PluginError(msg)
        terms = [term for term in stage.objective if term.label in bad]
        msg = (
            f"The loss {', '.join(bad)} became NaN or infinite {where}: "
            f"{named(self.forge.losses, terms)}; {ADVICE}"
        )
        raise Diverged(msg)
