"""Training of the synthesis network: the rendered picture of a known person is the target.

The latent of a person is computed (``training.basis``), so synthesis learns a smooth function and
needs no mapping network for it. Progressive (32, 64, 128, 256 px: Karras et al. 2018, section 2,
here by stopping the skip synthesis early), supervised by the losses of ``training.objective``. The
last noise map is a faint texture (``training.texture``), the others are silent: the latent says
everything that can be known.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from styleforge.pack.precision import autocast
from styleforge_portraits.models.generator import build_generator
from styleforge_portraits.models.weights import save_weights, weights_folder
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.changes import Odds, changed_pairs
from styleforge_portraits.training.constraints import (
    see_only,
    silence_above,
    silence_noise,
)
from styleforge_portraits.training.factor_response import factor_response
from styleforge_portraits.training.heads import Heads
from styleforge_portraits.training.losses import psnr, rarity
from styleforge_portraits.training.measures import measures_of_codes
from styleforge_portraits.training.muon import Muon
from styleforge_portraits.training.objective import Drawn, Objective
from styleforge_portraits.training.phases import PHASES, Phase
from styleforge_portraits.training.rare import rare_people
from styleforge_portraits.training.sheets import write_sheet
from styleforge_portraits.training.synthesis import synthesize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from styleforge.models.vgg import VGG16
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.basis import Basis
    from styleforge_portraits.training.dataset import Batch, Dataset

MUON_RATE, ADAM_RATE = 0.01, 2e-3  # times a phase's rate
RGB_START = 0.3  # of a fresh ToRGB's weight: the sum over all sizes begins at about unit variance
HEAD_RATE = 10.0  # times that: heads begin anew where a training goes on from weights
EMA = 0.99


class GeneratorTrainer:
    """Trains a generator's synthesis on a rendered world; satisfies ``loop.Trainer``."""

    name = "generator"

    def __init__(
        self,
        data: Dataset,
        basis: Basis,
        size: int = 256,
        *,
        phases: Sequence[Phase] = PHASES,
        head_weight: float = 0.1,
        compiled: bool = True,
        features: VGG16 | None = None,
        device: torch.device | str = "cpu",
    ) -> None:
        self.data, self.basis = data, basis
        self.odds = Odds()
        self.device = torch.device(device)
        self.phases = tuple(phase for phase in phases if phase.size <= size)
        self.generator = build_generator(size).to(self.device)
        self.heads = Heads(self.generator.channels).to(self.device)
        sample = torch.from_numpy(data.parts["held"].maps[64][:200].astype(np.float32) / 255)
        rare = rarity(sample)[None, :, None, None].to(self.device)
        self.objective = Objective(self.heads, rare, head_weight, features)
        silence_noise(self.generator)
        see_only(self.generator, basis)
        with torch.no_grad():
            for rgb in self.generator.rgbs:
                rgb.get_parameter("weight").mul_(RGB_START)
        silence_above(self.generator, self.phases[0].size)
        self.generator.mapping.requires_grad_(requires_grad=False)
        self.ema = copy.deepcopy(self.generator).requires_grad_(requires_grad=False)
        trained = [(n, p) for n, p in self.generator.named_parameters() if p.requires_grad]
        matrices = [p for n, p in trained if p.ndim > 1 and ("affine" in n or "convs" in n)]
        known = {id(one) for one in matrices}
        others = [p for _, p in trained if id(p) not in known]
        self.muon = Muon(matrices, MUON_RATE)
        self.adam = torch.optim.Adam(
            [{"params": others}, {"params": list(self.heads.parameters())}],
            lr=ADAM_RATE,
            betas=(0.9, 0.99),
        )
        self.forward = torch.compile(synthesize, dynamic=False) if compiled else synthesize
        self.size = self.phases[0].size
        wanted = any(phase.rare for phase in self.phases)
        self.rare = rare_people(data.parts["train"].codes) if wanted else np.zeros(0, np.int64)

    def start_from(self, weights: Mapping[str, Tensor]) -> None:
        """Begin with the weights of a generator of the same shape."""
        for one in (self.generator, self.ema):
            one.load_state_dict(weights)

    def take_mapping(self, weights: Mapping[str, Tensor]) -> None:
        """Export this mapping network with the synthesis; it is not trained here."""
        for one in (self.generator, self.ema):
            one.mapping.load_state_dict(weights)

    def modules(self) -> Mapping[str, nn.Module]:
        """The generator, its average, the heads, and which factors are changed how often."""
        return {
            "generator": self.generator,
            "ema": self.ema,
            "heads": self.heads,
            "odds": self.odds,
        }

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """Muon for matrices and convolutions, Adam for the rest."""
        return {"muon": self.muon, "adam": self.adam}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One supervised update."""
        phase = next((one for one in self.phases if share < one.until), self.phases[-1])
        self.size, size, count = phase.size, phase.size, phase.batch
        if phase.coarse is not None and draw.rng.random() < phase.coarse_share:
            size, count = phase.coarse
        rate = phase.rate_at(share) * min(1.0, share / 0.005 + 0.02)
        self.muon.param_groups[0]["lr"] = MUON_RATE * rate
        self.adam.param_groups[0]["lr"] = ADAM_RATE * rate
        self.adam.param_groups[1]["lr"] = ADAM_RATE * min(HEAD_RATE * rate, 1.0)
        batch, pairs = self._batch(draw, phase, size, count)
        noise = self._no_noise(size)
        if phase.textured and size == self.generator.size[0]:
            shape = (len(batch.image) // (2 if pairs else 1), *noise[-1].shape[1:])
            grain = torch.randn(shape, generator=draw.noise)  # the same for both of a pair
            noise[-1] = grain.repeat_interleave(2, 0) if pairs else grain
            noise[-1] = noise[-1].to(self.device)
        loss, figures = self.loss(batch, size, noise, phase, pairs=pairs)
        for optimizer in self.optimizers().values():
            optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        for optimizer in self.optimizers().values():
            optimizer.step()
        self._average()
        return {f"{key}_{size}": value for key, value in figures.items()} | {"pictures": count}

    def _batch(self, draw: Draw, phase: Phase, size: int, count: int) -> tuple[Batch, bool]:
        """People, or pairs of them that differ in one factor; and whether it is the latter."""
        full = size == self.generator.size[0]
        if phase.changed and full and draw.rng.random() < phase.changed:
            if not self.odds.known:
                self.odds.set(self._slopes(self.data.parts["train"].codes))
            if self.odds.any:
                pairs = count // 2
                return changed_pairs(self.data, self.odds, draw.rng, pairs, size, self.device), True
        often = (self.rare, phase.rare) if phase.rare else None
        return self.data.batch(draw.rng, count, size, device=self.device, often=often), False

    def latents(self, codes: Tensor) -> Tensor:
        """Codes ``(N, D)`` to the latents ``(N, 512)`` of these people, exactly."""
        measures = torch.from_numpy(measures_of_codes(codes.cpu().numpy()))
        return self.basis.latents(measures).to(self.device)

    def loss(
        self,
        batch: Batch,
        size: int,
        noise: Sequence[Tensor],
        phase: Phase,
        *,
        pairs: bool = False,
    ) -> tuple[Tensor, dict[str, float]]:
        """The objective of one batch in a phase, and its parts; see `training.objective`."""
        with autocast(self.device):
            image, maps = self.forward(self.generator, self.latents(batch.code), noise, size)
        drawn = Drawn(image.float(), maps, noise[-1])
        return self.objective(
            drawn, batch, matching=phase.matching, fields=phase.fields, pairs=pairs
        )

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """PSNR on held-out people, from their exact latents; a sheet."""
        values: list[Tensor] = []
        rows: list[Tensor] = []
        count = min(64, len(self.data.parts["held"].codes))
        for start in range(0, count, 16):
            picks = np.arange(start, min(start + 16, count))
            batch = self.data.assemble("held", self.size, picks, None, device=self.device)
            w = self.latents(batch.code)[:, None].expand(-1, self.ema.rows, -1)
            with autocast(self.device):
                image = self.ema.synthesize(w, self._no_noise(self.size), size=self.size).float()
            values.append(psnr(image, batch.image))
            if start == 0:
                rows = [batch.image[:8], image[:8], batch.image[8:], image[8:]]
        write_sheet(folder / f"generator_{self.size}.png", rows)
        return {"size": self.size, "psnr": float(torch.cat(values).mean())}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the averaged weights, with the mean w, the basis of W, and their cards."""
        see_only(self.ema, self.basis)
        mean, _ = self.ema.mean_latent(10_000, torch.Generator().manual_seed(0))
        self.ema.w_avg.copy_(mean)
        settings = {
            "size": self.size,
            "channels": {str(k): v for k, v in self.ema.channels.items()},
            "z": "the first coordinates in models.latent.directions are world.encode(person)",
            "w": "linear in a person's measures, see training.basis",
            "trained_to": f"{self.size} px; finer levels only enlarge until their phase comes",
            "followed": "per factor: slope of the generated change on the true one, 1 is perfect",
        }
        codes = self.data.parts["held"].codes
        state.figures["followed"] = {
            name: round(value, 2) for name, value in self._slopes(codes).items()
        }
        task = "z or W+ to an aligned illustrated portrait (StyleGAN2 architecture)"
        card = make_card(self.name, task, self.data, state, settings)
        save_weights(self.ema.state_dict(), self.name, card, folder)
        self.basis.export(weights_folder() if folder is None else folder)

    def _slopes(self, codes: NDArray[Any]) -> dict[str, float]:
        return factor_response(codes, self.ema, size=self.size)

    def _no_noise(self, size: int) -> list[Tensor]:
        shapes = [shape for shape in self.generator.noise_shapes if shape[0] <= size]
        return [torch.zeros(1, 1, *shape, device=self.device) for shape in shapes]

    @torch.no_grad()
    def _average(self) -> None:
        theirs: list[Tensor] = [p for p in self.generator.parameters() if p.grad is not None]
        ours: list[Tensor] = [
            mine
            for mine, p in zip(self.ema.parameters(), self.generator.parameters(), strict=True)
            if p.grad is not None
        ]
        torch._foreach_lerp_(ours, theirs, 1 - EMA)
