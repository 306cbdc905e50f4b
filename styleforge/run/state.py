"""The state of a run: all that changes from step to step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from styleforge.run.moments import Moments
from styleforge.run.plan import Plan


@dataclass(frozen=True)
class Best:
    """The latent and noise maps with the lowest objective of the current stage.

    Example:
        >>> Best(0.5, torch.zeros(1, 8, 8), noise=()).objective
        0.5
    """

    objective: float
    latent: Tensor
    noise: tuple[Tensor, ...]


@dataclass
class State:
    """All that changes during a run. ``step`` counts within the stage, ``done`` in all stages.

    The plan belongs to it: it decides in which order gradients are summed, and so the last bit. A
    state is not ``whole`` between the optimizer's update and the count of the step. Such a state is
    not saved: a run that is resumed from it would end elsewhere.

    Example:
        >>> latent = torch.zeros(1, 8, 8)
        >>> State(latent, latent.clone(), (), spread=1.0, rng=torch.Generator()).done
        0
    """

    latent: Tensor
    start: Tensor
    noise: tuple[Tensor, ...]
    spread: float
    rng: torch.Generator
    stage: int = 0
    step: int = 0
    done: int = 0
    best: Best | None = None
    picture: Tensor | None = None  # of the last step, as the losses saw it
    regions: dict[str, Tensor] | None = None  # frozen for the stage
    history: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0
    plan: Plan = field(default_factory=Plan)
    whole: bool = True
    moments: dict[int, Moments] = field(default_factory=dict)  # latent 0, noise maps from 1


@contextmanager
def attempted(state: State) -> Iterator[None]:
    """One step: where it ends early, chance, plan and picture are as they were before it.

    A resumed run takes the step again, and must draw the same numbers and see the same picture.

    Example:
        >>> latent = torch.zeros(1, 8, 8)
        >>> rng = torch.Generator().manual_seed(0)
        >>> state = State(latent, latent.clone(), (), spread=1.0, rng=rng)
        >>> try:
        ...     with attempted(state):
        ...         first = torch.randn(1, generator=state.rng)
        ...         raise KeyboardInterrupt
        ... except KeyboardInterrupt:
        ...     again = torch.randn(1, generator=state.rng)
        >>> torch.equal(first, again)
        True
    """
    chance, layers, picture = state.rng.get_state(), dict(state.plan.layers), state.picture
    try:
        yield
    except BaseException:
        if state.whole:
            state.rng.set_state(chance)
            state.plan.layers.clear()
            state.plan.layers.update(layers)
            state.picture = picture
        raise


def moved(state: State, device: torch.device) -> State:
    """The state on another device; the same object where it is there already.

    Random numbers are drawn on the CPU everywhere, so that a seed means the same on any device.

    Example:
        >>> latent = torch.zeros(1, 8, 8)
        >>> state = State(latent, latent.clone(), (), spread=1.0, rng=torch.Generator())
        >>> moved(state, torch.device("cpu")) is state
        True
    """
    if state.latent.device == device:
        return state

    def maps(items: Sequence[Tensor]) -> tuple[Tensor, ...]:
        return tuple(item.to(device) for item in items)

    latent, noise = state.latent.to(device), maps(state.noise)
    best, picture, regions = state.best, state.picture, state.regions
    return replace(
        state,
        latent=latent,
        start=state.start.to(device),
        noise=noise,
        best=best and Best(best.objective, best.latent.to(device), maps(best.noise)),
        picture=None if picture is None else picture.to(device),
        regions=regions and {name: one.to(device) for name, one in regions.items()},
        moments={index: one.to(device) for index, one in state.moments.items()},
    )
