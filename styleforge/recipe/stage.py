"""A stage of an optimization: what is minimised, what moves, for how long, under which rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from styleforge.errors import UserError
from styleforge.recipe.limits import TERMS, Args, Name, Names, Rate, Share
from styleforge.recipe.objective import Objective

Coordinates = Literal["w", "whitened", "bent"]


@dataclass(frozen=True, kw_only=True)
class RuleUse:
    """A gradient rule as a stage applies it.

    The gradient of the terms ``of`` is changed with regard to the gradient of the terms
    ``against``, on the parameters ``on`` (``latent``, ``noise``).

    Example:
        >>> RuleUse(rule="project", of=("shape",), against=("look",)).on
        ('latent',)
    """

    rule: Name
    of: Names
    against: Names = ()
    on: Names = ("latent",)
    args: Args = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """Learning rate and exploration noise over a run or a stage.

    With t in [0, 1) over the scope, the rate is ``lr`` times a linear ramp up over the first
    ``rampup`` and a cosine ramp down over the last ``rampdown`` (StyleGAN2's projector, as LOHO
    uses it). Gaussian noise of scale ``exploration`` times the spread of the latent space, times
    ``max(0, 1 - t / explore_until) ** 2``, is added to the latent before every forward pass.

    ``coordinates`` are those of W+ in which the optimizer steps: ``w`` as published, ``whitened``
    along the principal directions of the generator's latents in units of their deviations, or
    ``bent``, the same before the last activation of the mapping network
    (`styleforge.pack.whitening`).

    ``lr``, ``exploration`` and ``coordinates`` are the pack's where None: how far a step goes,
    and how much noise W+ bears, depend on the generator. With an ``lr`` of its own and no
    ``coordinates``, a stage steps in ``w``.

    Example:
        >>> Schedule(lr=0.05, rampup=0.0, scope="stage").rampdown
        0.25
    """

    lr: Rate | None = None
    rampup: Share = 0.05
    rampdown: Share = 0.25
    exploration: Rate | None = None
    explore_until: Rate = 0.75
    scope: Literal["run", "stage"] = "run"
    coordinates: Coordinates | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """Steps under one objective.

    ``regions`` says when the regions of the picture in the making are found: ``live`` at every
    step, ``frozen`` once, from the last picture of the stage before (the published method).
    A stage that is to be ``fitted`` has published weights, which were found with other networks:
    the pack multiplies them by its `calibration` and adds the terms of its `prior`.

    ``size`` is the width of the pictures that this stage's losses see, in pixels; the recipe's
    ``loss_size`` where None. A stage at half the width takes a quarter of the time. A generator
    whose skip image is its picture draws no further than that, so what only finer layers read does
    not move. Distances in masks (``dilate``) are pixels of this width.

    Example:
        >>> from styleforge import Objective, Term
        >>> look = Objective((Term("look", "appearance", {"mask": "image.lips"}),))
        >>> Stage(name="lips.look", steps=100, objective=look, moves=("latent",)).steps
        100
    """

    name: Name
    steps: Annotated[int, Field(le=1_000_000)]
    objective: Objective
    moves: Annotated[tuple[Literal["latent", "noise"], ...], Field(max_length=2)] = (
        "latent",
        "noise",
    )
    rules: Annotated[tuple[RuleUse, ...], Field(max_length=TERMS)] = ()
    regions: Literal["live", "frozen"] = "frozen"
    schedule: Schedule = Schedule()
    normalize_noise: bool = True
    fitted: bool = False
    size: Annotated[int, Field(ge=8, le=8192)] | None = None

    def __post_init__(self) -> None:
        if self.steps < 0:
            msg = f"Stage {self.name!r} was given {self.steps} steps; give it 0 or more."
            raise UserError(msg)
        if not self.moves:
            msg = f"Stage {self.name!r} moves nothing; name 'latent', 'noise' or both in `moves`."
            raise UserError(msg)
        labels = set(self.objective.labels)
        for use in self.rules:
            for label in (*use.of, *use.against):
                if label not in labels:
                    msg = (
                        f"Rule {use.rule!r} of stage {self.name!r} names the term {label!r}, but "
                        f"the stage has {', '.join(sorted(labels)) or 'no terms'}."
                    )
                    raise UserError(msg)
