"""One loop for all trainings: a budget of time or steps, checkpoints, reports, resuming."""

from __future__ import annotations

import json
import math
import signal
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from tqdm import tqdm

from styleforge.errors import UserError, printable
from styleforge.files import write_whole
from styleforge.models.declared import Unfit, check_numbers
from styleforge.models.tensors import load_content

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import nn

_SHOWN = 300  # characters of what a reader says


@dataclass
class Draw:
    """The two sources of chance of a training, both saved with it."""

    rng: np.random.Generator
    noise: torch.Generator

    @classmethod
    def seeded(cls, seed: int) -> Draw:
        """Fresh sources from one seed."""
        return cls(np.random.default_rng(seed), torch.Generator().manual_seed(seed))


@dataclass(frozen=True)
class Budget:
    """How long a training lasts in all, earlier runs included: minutes, or steps when given."""

    minutes: float = 10.0
    steps: int | None = None
    report_every: float = 300.0  # seconds
    save_every: float = 150.0  # seconds
    export_early: bool = False  # write weights and card with every report

    def share(self, state: State) -> float:
        """The part of the budget that is used, in [0, 1]."""
        if self.steps is not None:
            return min(state.steps / self.steps, 1.0)
        return min(state.seconds / (60 * self.minutes), 1.0) if self.minutes > 0 else 1.0


@dataclass
class State:
    """How far a training is."""

    steps: int = 0
    seconds: float = 0.0
    pictures: int = 0
    figures: dict[str, Any] = field(default_factory=dict)


class Trainer(Protocol):
    """What a training must offer to be run."""

    name: str

    def modules(self) -> Mapping[str, nn.Module]:
        """Networks whose weights are saved."""
        ...

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Optimisers whose state is saved."""
        ...

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update at this part of the budget; returns figures, ``pictures`` among them."""
        ...

    def report(self, folder: Path) -> dict[str, float]:
        """Held-out figures; may write a picture sheet."""
        ...

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the weights and their card, where the pack reads them if no folder is named."""
        ...


def run(
    trainer: Trainer,
    folder: Path,
    budget: Budget,
    seed: int = 0,
    stop_at: float = 1.0,
    weights: Path | None = None,
) -> State:
    """Train until the budget (or its part ``stop_at``) is used; resumes what ``folder`` holds.

    The weights go to the folder ``weights``, or to the pack's own.
    SIGTERM and Ctrl-C write a checkpoint first. What is not finite is never written.

    Raises:
        UserError: if the folder holds a training of another network, or something else; if
            weights become NaN or infinite, and the checkpoint before is kept.
    """
    folder.mkdir(parents=True, exist_ok=True)
    draw, state = Draw.seeded(seed), State()
    file = folder / f"{trainer.name}.pt"
    if file.exists():
        _restore(trainer, file, draw, state)
    stopping: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: stopping.append(number))
    clock = saved = reported = time.monotonic()
    means: dict[str, float] = {}
    bar = tqdm(desc=trainer.name, initial=state.steps, mininterval=10.0)
    try:
        while budget.share(state) < stop_at and not stopping:
            figures = trainer.step(draw, budget.share(state))
            state.steps += 1
            state.pictures += int(figures.pop("pictures", 0))
            if not all(map(math.isfinite, figures.values())):
                _check(trainer, file, state)
            for key, value in figures.items():
                means[key] = value if key not in means else 0.98 * means[key] + 0.02 * value
            now = time.monotonic()
            state.seconds, clock = state.seconds + now - clock, now
            bar.update()
            bar.set_postfix({k: f"{v:.4f}" for k, v in means.items()}, refresh=False)
            if now - reported > budget.report_every:
                _report(trainer, folder, state, means)
                if budget.export_early:
                    _check(trainer, file, state)
                    trainer.export(state, weights)
                reported = time.monotonic()
            if now - saved > budget.save_every:
                _save(trainer, file, draw, state)
                saved = time.monotonic()
    except KeyboardInterrupt:
        stopping.append(signal.SIGINT)
    finally:
        signal.signal(signal.SIGTERM, before)
        bar.close()
    _save(trainer, file, draw, state)
    if not stopping:
        _report(trainer, folder, state, means)
        trainer.export(state, weights)
    return state


def _report(trainer: Trainer, folder: Path, state: State, means: dict[str, float]) -> None:
    figures = trainer.report(folder)
    state.figures.update(figures)
    line: dict[str, float] = {"steps": state.steps, "seconds": round(state.seconds)}
    line["pictures"] = state.pictures
    line |= {key: round(value, 5) for key, value in (means | figures).items()}
    with (folder / f"{trainer.name}.jsonl").open("a") as log:
        log.write(json.dumps(line) + "\n")
    tqdm.write(json.dumps(line))


def _check(trainer: Trainer, file: Path, state: State) -> None:
    """Refuse to go on with weights that are not finite: every step after would keep them so."""
    try:
        for one in trainer.modules().values():
            check_numbers(one.state_dict())
    except Unfit as error:
        kept = "no checkpoint was written before"
        if file.exists():
            kept = f"the checkpoint before is kept in {file}, and training goes on from it"
        msg = (
            f"The training of {trainer.name} stopped at step {state.steps}: {error}. Nothing of it "
            f"is written; {kept}. If it stops again, lower the learning rate, or begin with "
            "another seed."
        )
        raise UserError(msg) from error


def _save(trainer: Trainer, file: Path, draw: Draw, state: State) -> None:
    _check(trainer, file, state)
    content = {
        "modules": {name: one.state_dict() for name, one in trainer.modules().items()},
        "optimizers": {name: one.state_dict() for name, one in trainer.optimizers().items()},
        "rng": json.dumps(draw.rng.bit_generator.state),
        "noise": draw.noise.get_state(),
        "state": {"steps": state.steps, "seconds": state.seconds, "pictures": state.pictures},
    }
    write_whole(file, lambda partial: torch.save(content, partial))


def _restore(trainer: Trainer, file: Path, draw: Draw, state: State) -> None:
    try:
        content = load_content(file)
        for name, one in trainer.modules().items():
            check_numbers(content["modules"][name])
            one.load_state_dict(content["modules"][name])
        for name, optimizer in trainer.optimizers().items():
            if name in content["optimizers"]:
                optimizer.load_state_dict(content["optimizers"][name])
        draw.rng.bit_generator.state = json.loads(content["rng"])
        draw.noise.set_state(content["noise"])
        for key, value in content["state"].items():
            setattr(state, key, value)
    except Exception as error:  # whatever a file that was changed makes a reader do
        reason = printable((str(error) or type(error).__name__).splitlines()[0], _SHOWN)
        msg = (
            f"{file} is not a training that can be gone on with ({reason}); choose another folder, "
            "or the settings that it was begun with."
        )
        raise UserError(msg) from error
