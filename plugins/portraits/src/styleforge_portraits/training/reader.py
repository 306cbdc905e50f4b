"""Training of the reader of latents, with the mapping network that makes them readable.

Mapping writes what synthesis has learned to draw into W, and blurs the rest: a parting, a shaved
side, the width of strands can hardly be read off w. So mapping is trained on together with a reader
of its w: it may move w where synthesis does not notice (the distance is weighed by synthesis' own
affine layers), and the reader must find the factors. The generator's pictures stay what they were.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.models.sensitivity import sensitivity
from styleforge_portraits.models.sketch import SHAPED, ReaderNet
from styleforge_portraits.models.weights import load_card, load_weights, save_weights
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.codes import canonical, random_codes
from styleforge_portraits.training.losses import psnr
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor, nn

    from styleforge.models.stylegan2 import Generator
    from styleforge.training.loop import Draw, State

NOISE = 0.02  # on w, about twice what the inverter's offsets add
STAY = 0.05  # weight of the distance to the old w, as synthesis sees it
MAPPING_RATE = 150.0  # times the reader's: the mapping network's weights are stored a hundredfold
HOLDERS = ("generator", "inverter")  # weight files with a copy of the mapping network


class ReaderTrainer(SimpleTrainer):
    """Squared error of codes; geometry and colours are those of two people, as after an edit."""

    name = "reader"
    task = "W+ to the factors of the person that it stands for"

    def __init__(self, *args: Any, generator: Generator, **kwargs: Any) -> None:
        super().__init__(ReaderNet(), *args, **kwargs)
        self.generator = generator.eval().requires_grad_(requires_grad=False)
        self.before = copy.deepcopy(generator.mapping)
        self.mapping = generator.mapping.requires_grad_(requires_grad=True)
        self.root = sensitivity(generator)
        self.adam.add_param_group({"params": list(self.mapping.parameters()), "weight_decay": 0.0})

    def modules(self) -> Mapping[str, nn.Module]:
        """The reader and the mapping network."""
        return {"network": self.network, "mapping": self.mapping}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update; the mapping network has a rate of its own."""
        loss, figures = self.loss(draw)
        rate = self.scheduled(share)
        for group, scale in zip(self.adam.param_groups, (1.0, MAPPING_RATE), strict=True):
            group["lr"] = rate * scale
        self.adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.adam.step()
        return figures | {"pictures": self.batch}

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Mean squared error of the codes, and how far w moves in the eyes of synthesis."""
        latent, target, w, before = self.latents(draw.rng, draw.noise, self.batch)
        error = functional.mse_loss(self.network(latent), target)
        moved = ((w - before) @ self.root).square().sum(1).mean()
        return error + STAY * moved, {"error": error.item(), "moved": moved.item()}

    def latents(
        self, rng: np.random.Generator, noise: torch.Generator, count: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """W+ whose finer rows are of another person, their codes, w and the old w."""
        code = torch.from_numpy(random_codes(rng, count)).to(self.device)
        z = code_to_z(code)
        w = self.mapping(z)
        other = torch.from_numpy(rng.permutation(count)).to(self.device)
        rows = self.generator.rows
        latent = torch.stack([w] * SHAPED + [w[other]] * (rows - SHAPED), 1)
        latent = latent + NOISE * torch.randn(latent.shape, generator=noise).to(latent)
        known = canonical(code)
        target = torch.where(self.network.colour, known[other], known)
        with torch.no_grad():
            before = self.before(z)
        return latent, target, w, before

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Share of the codes' variance that is read, and how much the pictures changed."""
        del folder
        chance = torch.Generator().manual_seed(1)
        latent, target, w, before = self.latents(np.random.default_rng(1), chance, 1000)
        left = (self.network(latent) - target).square().mean(0) / target.var(0)
        noise = self.generator.random_noise(chance)
        old, new = (
            self.generator.synthesize(one[:12, None].expand(-1, self.generator.rows, -1), noise)
            for one in (before, w)
        )
        explained = 1 - left
        return {
            "explained": float(explained.mean()),
            "unchanged_psnr": float(psnr(new, old.clamp(-1, 1)).mean()),
        }

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card, and the mapping network where it is kept."""
        card = make_card(self.name, self.task, self.data, state, {"rows": SHAPED})
        save_weights(self.network.state_dict(), self.name, card, folder)
        mapping = {f"mapping.{key}": value for key, value in self.mapping.state_dict().items()}
        mean, _ = self.generator.mean_latent(10_000, torch.Generator().manual_seed(0))
        for name in HOLDERS:
            kept = load_weights(name, folder)
            kept.update(mapping)
            if "w_avg" in kept:
                kept["w_avg"] = mean
            save_weights(kept, name, load_card(name, folder), folder)
