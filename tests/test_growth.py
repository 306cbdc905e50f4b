"""What a run costs as it grows, in operations of torch and passes of networks, not in seconds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

from styleforge import Job, Step
from styleforge.models.stylegan2 import Generator
from styleforge.models.vgg import VGG16
from styleforge.recipe.objective import Objective, Term
from styleforge.testing import toy

SAME = {"mask": "image.thing", "reference": "appearance", "reference_mask": "appearance.thing"}


class Work(TorchDispatchMode):
    """Counts operations of torch, and the elements that they give."""

    def __init__(self) -> None:
        super().__init__()
        self.operations = self.elements = 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        found = func(*args, **(kwargs or {}))
        self.operations += 1
        self.elements += sum(one.numel() for one in tree_leaves(found) if torch.is_tensor(one))
        return found


@pytest.fixture
def job(forge) -> Callable[..., Job]:
    """A run of LOHO's two stages on the toy, of so many steps."""

    def make(steps: int, *extra: Term, stage: int | None = None) -> Job:
        problem = toy.toy_problem(forge.models("toy"), "shape", "appearance")
        recipe = forge.recipe("toy", "toy-loho")
        stages = recipe.stages if stage is None else (recipe.stages[stage],)
        stages = tuple(
            replace(one, objective=Objective((*one.objective, *extra)), rules=()) if extra else one
            for one in stages
        )
        return Job(forge, replace(recipe, stages=stages).with_steps(steps), problem)

    return make


@pytest.fixture
def passes(monkeypatch) -> Counter[str]:
    """Counts passes of the perceptual network, and syntheses of the generator."""
    found: Counter[str] = Counter()

    def watch(cls: type, name: str, label: Callable[..., str]) -> None:
        inner = getattr(cls, name)

        def watched(self, first, *rest, **named):
            found[label(first)] += 1
            return inner(self, first, *rest, **named)

        monkeypatch.setattr(cls, name, watched)

    watch(VGG16, "forward", lambda image: "picture" if image.requires_grad else "reference")
    watch(Generator, "synthesize", lambda _: "synthesis")
    watch(Generator, "record", lambda _: "synthesis")
    return found


def steps_of(made: Job, mode: Callable[[], TorchDispatchMode], read: Callable[..., object]) -> list:
    """What was counted in each step."""
    found, stream = [], iter(made)
    while True:
        with mode() as counting:
            event = next(stream, None)
        if event is None:
            return found
        if isinstance(event, Step):
            found.append((event.stage, read(counting)))


def test_a_step_does_not_cost_more_for_those_before_it(job):
    """A new best is kept at some steps, and exploration ends at one; nothing else changes.

    The first step learns which layers are asked of which input, the last one looks thoroughly for
    terms without a gradient.
    """
    counted = steps_of(job(24), Work, lambda work: (work.operations, work.elements))
    for stage in {name for name, _ in counted}:
        own = [work for name, work in counted if name == stage]
        assert len(own) == 12
        assert max(own[6:-1]) <= max(own[1:6]), f"{stage}: {own}"


def test_flops_of_a_step_do_not_grow_either(job):
    def flops() -> FlopCounterMode:
        return FlopCounterMode(display=False)

    counted = steps_of(job(24), flops, lambda counter: counter.get_total_flops())
    for stage in {name for name, _ in counted}:
        own = [found for name, found in counted if name == stage]
        assert own[2] > 0
        assert set(own[2:-1]) == {own[2]}


def test_references_are_looked_at_once_for_a_run(job, passes):
    job(6).result()
    short = passes["reference"]
    passes.clear()
    job(30).result()
    assert passes["reference"] == short > 0


def test_a_step_draws_once(job, passes):
    few, many = [], []
    for steps, found in ((6, few), (30, many)):
        passes.clear()
        job(steps).result()
        found.append(passes["synthesis"])
    assert many[0] - few[0] == 24


def test_terms_that_share_features_share_passes(job, passes):
    """The same layers, masks and scaling, asked by three terms more."""
    again = tuple(Term(f"again.{index}", "appearance", SAME) for index in range(3))
    found = []
    for extra in (again[:1], again):
        passes.clear()
        job(12, *extra, stage=1).result()
        found.append(dict(passes))
    assert found[0] == found[1]
