"""Training of the generator: the rendered picture of a known person is the target.

Progressive (32, 64, 128, 256 px: Karras et al. 2018, section 2, here by stopping the skip
synthesis early), supervised by L1 on Laplacian bands. 1x1 heads on the last features predict the
coefficient maps of the world, which shows the network shapes that colours happen to hide; they
are thrown away afterwards.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from styleforge.pack.precision import autocast
from styleforge_portraits import world
from styleforge_portraits.models.detail import carried_noise
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.carrying import carry_detail, hidden_part
from styleforge_portraits.training.constraints import hide_rest, silence_above, wake_noise
from styleforge_portraits.training.factor_response import factor_response
from styleforge_portraits.training.losses import (
    feature_distance,
    laplacian_l1,
    material_colours,
    psnr,
    rarity,
)
from styleforge_portraits.training.phases import PHASES, Phase, cosine_end
from styleforge_portraits.training.sheets import write_sheet
from styleforge_portraits.training.synthesis import synthesize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.vgg import VGG16
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.dataset import Batch, Dataset

# On top of the mapping network's own 0.01, which is meant for a game of two networks; supervised,
# it holds everything up (350 steps at 32 px: 18.1 dB at 20, 18.6 dB at 100, 18.9 dB at 300).
MAPPING_RATE = 200.0
HEAD_RATE = 0.3
LEVELS = 4
EMA = 0.995
MATCHING_FROM = 0.9  # part of the budget after which perceptual features are matched
MATCHING_WEIGHT = 0.15
COLOUR_WEIGHT = 0.5


class GeneratorTrainer:
    """Trains a generator on a rendered world; satisfies ``loop.Trainer``."""

    name = "generator"

    def __init__(
        self,
        data: Dataset,
        size: int = 256,
        *,
        phases: Sequence[Phase] = PHASES,
        head_weight: float = 0.25,
        compiled: bool = True,
        features: VGG16 | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        self.data = data
        self.features = features
        self.device = torch.device(device)
        self.phases = tuple(phase for phase in phases if phase.size <= size)
        self.generator = build_generator(size).to(self.device)
        self.heads = nn.ModuleDict(
            {
                str(side): nn.Conv2d(count, len(world.MATERIALS), 1)
                for side, count in self.generator.channels.items()
                if count >= len(world.MATERIALS)  # fewer cannot tell the materials apart
            }
        ).to(self.device)
        self.head_weight = head_weight
        sample = torch.from_numpy(data.parts["held"].maps[32][:200].astype(np.float32) / 255)
        self.rarity = rarity(sample)[None, :, None, None].to(self.device)
        silence_above(self.generator, self.phases[0].size)
        wake_noise(self.generator)
        hide_rest(self.generator)
        self.ema = copy.deepcopy(self.generator).requires_grad_(False)
        mapping = list(self.generator.mapping.parameters())
        known = {id(one) for one in mapping}
        others = [p for p in self.generator.parameters() if id(p) not in known]
        self.adam = torch.optim.Adam(
            [
                {"params": others},
                {"params": mapping},
                {"params": list(self.heads.parameters())},
            ],
            lr=5e-3,
            betas=(0.5, 0.99),
            fused=True,
        )
        self.forward = torch.compile(synthesize, dynamic=False) if compiled else synthesize
        self.size = self.phases[0].size

    def modules(self) -> Mapping[str, nn.Module]:
        """The generator, its average and the heads."""
        return {"generator": self.generator, "ema": self.ema, "heads": self.heads}

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The one optimiser."""
        return {"adam": self.adam}

    def phase(self, share: float) -> Phase:
        """The phase at a part of the budget."""
        return next((one for one in self.phases if share < one.until), self.phases[-1])

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One supervised update."""
        phase = self.phase(share)
        self.size, count = phase.size, phase.batch
        if phase.coarse is not None and draw.rng.random() < 0.5:
            self.size, count = phase.coarse
        rate = phase.rate * cosine_end(share)
        scales = (1.0, MAPPING_RATE, HEAD_RATE)
        for group, scale in zip(self.adam.param_groups, scales, strict=True):
            group["lr"] = rate * scale
        batch = self.data.batch(draw.rng, count, self.size, device=self.device)
        noise = [
            torch.randn(count, 1, *shape, generator=draw.noise).to(self.device)
            for shape in self.generator.noise_shapes
            if shape[0] <= self.size
        ]
        noise = carry_detail(draw.rng, noise, batch.image, hidden_part(draw.rng, batch.maps))
        size = self.size
        loss, figures = self.loss(batch, noise, matching=share >= MATCHING_FROM and size > 64)
        self.adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.adam.step()
        hide_rest(self.generator)
        self._average()
        self.size = phase.size
        return {f"{key}_{size}": value for key, value in figures.items()} | {"pictures": count}

    def loss(
        self, batch: Batch, noise: list[Tensor], *, matching: bool = False
    ) -> tuple[Tensor, dict[str, float]]:
        """The objective of one batch and its parts; ``matching`` adds perceptual features."""
        w = self.generator.map(code_to_z(batch.code))
        with autocast(self.device):
            image, features = self.forward(self.generator, w, noise, self.size)
        truth = batch.maps.float() / 255
        weight = (truth * self.rarity).sum(1, keepdim=True)
        weight = functional.avg_pool2d(weight, 3, 1, 1, count_include_pad=False)
        picture = laplacian_l1(image.float(), batch.image, LEVELS, weight)
        colours = material_colours(image.float(), batch.image, truth)
        figures = {"l1": picture.item(), "colours": colours.item()}
        loss = picture + COLOUR_WEIGHT * colours
        if str(self.size) in self.heads:
            maps = self.heads[str(self.size)](features.float())
            shapes = ((maps - truth).abs() * self.rarity).sum(1).mean()
            figures["maps"] = shapes.item()
            loss = loss + self.head_weight * shapes
        if matching and self.features is not None:
            distance = feature_distance(self.features, image, batch.image)
            figures["match"] = distance.item()
            loss = loss + MATCHING_WEIGHT * distance
        return loss, figures

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """PSNR on held-out people, from factors alone and with detail in the noise; two sheets."""
        count = min(48, len(self.data.parts["held"].codes))
        figures: dict[str, float] = {"size": self.size}
        for name in ("psnr", "detailed_psnr"):
            values, rows = self._guesses(count, detailed=name == "detailed_psnr")
            figures[name] = torch.cat(values).mean().item()
            write_sheet(folder / f"generator_{self.size}_{name}.png", rows)
        return figures

    def _guesses(self, count: int, *, detailed: bool) -> tuple[list[Tensor], list[Tensor]]:
        values, rows = [], []
        chance = self.generator.random_noise(torch.Generator().manual_seed(1))
        for start in range(0, count, 12):
            picks = np.arange(start, min(start + 12, count))
            batch = self.data.assemble("held", self.size, picks, None, device=self.device)
            noise = carried_noise(batch.image, chance) if detailed else chance
            with autocast(self.device):
                w = self.ema.map(code_to_z(batch.code))[:, None].expand(-1, self.ema.rows, -1)
                image = self.ema.synthesize(w, noise, size=self.size).float()
            values.append(psnr(image, batch.image))
            if start == 0:
                rows = [batch.image[:6], image[:6], batch.image[6:], image[6:]]
        return values, rows

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the averaged weights, with the mean w, and their card."""
        mean, _ = self.ema.mean_latent(10_000, torch.Generator().manual_seed(0))
        self.ema.w_avg.copy_(mean)
        settings = {
            "size": self.size,
            "channels": {str(k): v for k, v in self.ema.channels.items()},
            "z": "the first coordinates in models.latent.directions are world.encode(person)",
            "trained_to": f"{self.size} px; finer levels only enlarge until their phase comes",
            "followed": "per factor: slope of the generated change on the true one, 1 is perfect",
        }
        side = min(self.size, 128)
        state.figures["followed"] = {
            name: round(value, 2)
            for name, value in factor_response(self.data, self.ema, size=side).items()
        }
        task = "z or W+ to an aligned illustrated portrait (StyleGAN2 architecture)"
        card = make_card(self.name, task, self.data, state, settings)
        save_weights(self.ema.state_dict(), self.name, card, folder)

    @torch.no_grad()
    def _average(self) -> None:
        theirs: list[Tensor] = [p for p in self.generator.parameters() if p.grad is not None]
        ours: list[Tensor] = [
            mine
            for mine, p in zip(self.ema.parameters(), self.generator.parameters(), strict=True)
            if p.grad is not None
        ]
        torch._foreach_lerp_(ours, theirs, 1 - EMA)
