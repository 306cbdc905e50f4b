"""Training of the perceptual network: read the factors and regions off the picture.

The LPIPS weights are fitted afterwards: non-negative, such that the distance of two people's
pictures follows the distance of their factors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn import functional

from styleforge.losses.lpips import unit_channels
from styleforge.models.scaling import lpips_input
from styleforge_portraits import world
from styleforge_portraits.models.perception import LPIPS_LAYERS, FactorReader
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.augment import weather
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.codes import canonical
from styleforge_portraits.training.simple import SimpleTrainer, cat

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.vgg import VGG16
    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.dataset import Dataset

REGION_WEIGHT = 0.5
FROZEN_FROM = 0.6  # part of the budget after which batch norm keeps its statistics
LEAST_SPREAD = 1e-4  # of the channel of the widest; trained ones have 4e-3 and more
TYPICAL = 0.5  # mean LPIPS of two unrelated people after fitting


class PerceptionTrainer(SimpleTrainer):
    """Squared error of the factors and cross entropy of the regions."""

    name = "perception"
    task = "perceptual features: VGG16 topology, trained to read factors and regions"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(FactorReader(world.CODE_WIDTH, len(world.REGIONS)), *args, **kwargs)

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update; the statistics of the batch norm stand still in the last part.

        Batches of different sizes and scalings have different statistics, and the folded network
        has to do with one set of them.
        """
        self.network.train(share < FROZEN_FROM)
        return super().step(draw, share)

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Three quarters of the batches are halved in size, so that features see both scales."""
        small = draw.rng.random() < 0.75
        count = self.batch if small else self.batch // 2
        batch = self.data.batch(draw.rng, count, self.side, truth=True)
        image, regions = batch.image, cat((batch.regions,))
        if small:
            image = functional.avg_pool2d(image, 2)
        image = weather(draw.rng, image)
        # Losses of core read the features of scaled pictures (LPIPS) and of plain ones.
        image = lpips_input(image) if draw.rng.random() < 0.7 else image
        with self.autocast():
            codes, logits = self.network(self.place(image))
        factor = regions.shape[-1] // logits.shape[-1]
        truth = functional.avg_pool2d(regions, factor).to(self.device)
        code = functional.mse_loss(codes.float(), canonical(batch.code))
        region = functional.cross_entropy(logits.float(), truth)
        return code + REGION_WEIGHT * region, {"code": code.item(), "regions": region.item()}

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """The unexplained part of the factors' variance on held-out people."""
        errors = []
        self.network.eval()
        for picks in self.held("held"):
            batch = self.data.assemble("held", self.side, picks, None)
            with self.autocast():
                codes, _ = self.network(self.place(lpips_input(batch.image)))
            errors.append((codes.float() - canonical(batch.code)).square())
        self.network.train()
        return {"held_code": float(torch.cat(errors).mean())}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the features, the fitted LPIPS weights and their cards."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        features = self.network.plain()
        save_weights(features.state_dict(), self.name, card, folder)
        weights, correlation = fit_lpips(features, self.data, self.side)
        state.figures["lpips_factor_correlation"] = correlation
        card = make_card("lpips", "linear weights of LPIPS", self.data, state, {})
        save_weights(weights, "lpips", card, folder)


@torch.no_grad()
def fit_lpips(
    vgg: VGG16, data: Dataset, side: int, pairs: int = 240, seed: int = 0
) -> tuple[dict[str, Tensor], float]:
    """LPIPS weights by layer ``(C,)``, and how the distance correlates with the factors'.

    Pairs of held-out people; in half of them the two share some groups of factors.
    """
    rng = np.random.default_rng(seed)
    names = [factor.group for factor in world.FACTORS for _ in range(factor.width)]
    groups = np.array([world.GROUPS.index(name) for name in names])
    codes = data.parts["held"].codes
    rows, targets = [], []
    for _ in range(pairs // 8):
        first = codes[rng.integers(len(codes), size=8)]
        second = codes[rng.integers(len(codes), size=8)].copy()
        for k in range(0, 8, 2):
            shared = rng.permutation(len(world.GROUPS))[: rng.integers(1, len(world.GROUPS))]
            same = np.isin(groups, shared)
            second[k, same] = first[k, same]
        pictures = [_render(code, side) for code in (*first, *second)]
        found = vgg(lpips_input(torch.cat(pictures)), LPIPS_LAYERS)
        parts = []
        for name in LPIPS_LAYERS:
            unit = unit_channels(found[name])
            parts.append((unit[:8] - unit[8:]).square().mean((2, 3)))
        rows.append(torch.cat(parts, 1))
        a, b = (canonical(torch.from_numpy(one)) for one in (first, second))
        targets.append((a - b).square().mean(1))
    table, target = torch.cat(rows).double(), torch.cat(targets).double()
    weights = _non_negative(table, target)
    distance = table @ weights
    correlation = float(torch.corrcoef(torch.stack((distance, target)))[0, 1])
    far = table[target > target.median()] @ weights
    weights = weights * (TYPICAL / far.mean())
    counts = [found[name].shape[1] for name in LPIPS_LAYERS]
    split = torch.split(weights.float(), counts)
    return dict(zip(LPIPS_LAYERS, split, strict=True)), correlation


def _non_negative(table: Tensor, target: Tensor, ridge: float = 0.1) -> Tensor:
    """Non-negative ridge regression towards equal weights, by projected gradient descent.

    A channel that hardly tells pictures apart, as most do after a few steps, is not made to.
    """
    scale = table.mean(0)
    scale = scale.clamp_min(max(LEAST_SPREAD * float(scale.max()), 1e-12))
    scaled = table / scale
    count = table.shape[1]
    even = (target.mean() / count).expand(count)
    gram = scaled.t() @ scaled / len(table) + ridge / count * torch.eye(count).to(table)
    pull = scaled.t() @ target / len(table) + ridge / count * even
    rate = 1 / torch.linalg.matrix_norm(gram, 2)
    weights = even.clone()
    for _ in range(2000):
        weights = (weights - rate * (gram @ weights - pull)).clamp_min(0)
    return weights / scale


def _render(code: np.ndarray[Any, Any], side: int) -> Tensor:
    image = world.render(world.decode(code), side).image
    return torch.from_numpy(image).permute(2, 0, 1)[None].float() / 127.5 - 1
