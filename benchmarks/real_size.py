"""A stage of LOHO on models of real size with random weights, as several benchmarks run it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from benchmarks import straightforward
from styleforge.forge import Forge
from styleforge.methods.loho import Loho
from styleforge.models.stylegan2 import Generator
from styleforge.models.vgg import VGG16
from styleforge.pack.pack import Pack
from styleforge.pack.precision import computing_in
from styleforge.prepare.pixels import shrink
from styleforge.recipe.objective import Term
from styleforge.recipe.precision import Precision
from styleforge.recipe.stage import Stage
from styleforge.run.drawing import Drawing, Parameters, draw
from styleforge.run.groups import make_groups
from styleforge.run.plan import Plan
from styleforge.run.references import views_of
from styleforge.run.start import begin
from styleforge.run.step import StepOutcome, evaluate
from styleforge.run.view import View
from styleforge.testing import toy, toy_models

NARROW = {4: 256, 8: 256, 16: 256, 32: 192, 64: 96, 128: 64, 256: 32}  # the portraits pack's
LOSSES_AT = 256  # pixels


def bench_pack(*, full: bool, size: int) -> Pack:
    """Models of real size with random weights: StyleGAN2 config F and VGG16, or narrow ones."""
    channels = None if full else {side: NARROW.get(side, 32) for side in _sides(size)}
    widths = (64, 128, 256, 512, 512) if full else (16, 32, 64, 128, 128)

    def generator() -> Generator:
        torch.manual_seed(0)
        return Generator(size, channels=channels)

    def features() -> VGG16:
        torch.manual_seed(1)
        return VGG16(widths)

    def lpips() -> toy_models.ToyLpips:
        layers = zip(toy_models.LPIPS_LAYERS, widths, strict=True)
        return toy_models.ToyLpips({name: torch.ones(width) for name, width in layers})

    return Pack(
        name="bench",
        title="Benchmark",
        help="Random weights.",
        licence="Apache-2.0",
        components={
            "generator": generator,
            "features": features,
            "lpips": lpips,
            "regions": toy_models.regions,
        },
        size=(size, size),
    )


def _sides(size: int) -> list[int]:
    return [2**level for level in range(2, size.bit_length())]


@dataclass
class Bench:
    """A stage of LOHO on the benchmark's models."""

    stage: Stage
    forge: Forge
    problem: Any
    regions: dict[str, Tensor]
    latent: Tensor
    noise: tuple[Tensor, ...]
    start: Tensor
    precision: Precision
    plan: Plan
    views: dict[str, View]
    full: bool
    logged: Sequence[Term]  # by the released code, which does not differentiate them
    depthwise: bool = False  # filters of the released code

    def view_of(self, picture: Tensor, latent: Tensor, noise: Any) -> View:
        """The view that the losses see."""
        return View(
            picture, self.problem.models, references=self.views, regions=self.regions,
            latent=latent, start=self.start, noise=noise, plan=self.plan,
        )  # fmt: skip

    def draw(self, parameters: Parameters) -> Drawing:
        """The picture, reduced as published."""
        return draw(self.problem.models.get("generator"), LOSSES_AT, parameters)

    def ours(self, precision: Precision | None = None) -> StepOutcome:
        """A step of the engine."""
        groups = make_groups(self.stage, self.forge.rules)
        with computing_in(precision or self.precision, self.latent.device):
            outcome, _ = evaluate(
                self.stage, groups, self.forge.losses, self.forge.rules, self.draw, self.view_of,
                self.latent, self.noise,
            )  # fmt: skip
        return outcome

    def theirs(self) -> tuple[Tensor, tuple[Tensor, ...]]:
        """A step without care."""
        return straightforward.step(
            self.careless, self.stage, self.forge, self.regions, self.latent, self.noise
        )

    @cached_property
    def careless(self) -> straightforward.Loop:
        """What the released loop has before it begins."""
        return straightforward.loop_of(
            self.problem,
            full=self.full,
            logged=self.logged,
            size=LOSSES_AT,
            depthwise=self.depthwise,
        )


def bench(*, size: int, full: bool, stage: int, precision: Precision, device: str) -> Bench:
    """Models, references and the stage."""
    forge = Forge(plugins=())
    forge.use(toy)
    pack = bench_pack(full=full, size=size)
    forge.packs.add(forge.packs.entry(pack, None, "bench", "bench", replace=False))
    models = forge.models("bench", device=device)
    problem = toy.toy_problem(models)
    loho = Loho("toy", "thing", "identity.keep", "published")
    logged = (loho.appearance(), loho.finer_style(), *loho.probes()) if stage == 1 else ()
    looked_at = (
        loho.structure_stage("structure")
        if stage == 1
        else loho.look_stage("look", (loho.orthogonal(per="row"), loho.off_noise()))
    )
    state = begin(problem, forge.recipe("toy", pack="bench", loss_size=LOSSES_AT))
    plan = Plan()
    with torch.no_grad():
        views = views_of(problem, LOSSES_AT, plan)
        image = models.get("generator").synthesize(state.latent, state.noise)
        regions = dict(View(shrink(image, LOSSES_AT), models).regions())
    return Bench(
        looked_at, forge, problem, regions, state.latent, tuple(state.noise), state.start,
        precision, plan, views, full, logged,
    )  # fmt: skip
