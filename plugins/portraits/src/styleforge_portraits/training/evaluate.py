"""The bars on held-out people, and a contact sheet of inversions to be looked at."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from styleforge.losses.noise import normalize_noise_
from styleforge.pack.precision import autocast
from styleforge_portraits.models import loading
from styleforge_portraits.training.generator_figures import distance, generator_figures
from styleforge_portraits.training.landmarks import LandmarkTrainer
from styleforge_portraits.training.losses import laplacian_l1, psnr
from styleforge_portraits.training.regions import RegionTrainer
from styleforge_portraits.training.sheets import write_sheet
from styleforge_portraits.training.subjects import SubjectTrainer

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

    from styleforge.models.stylegan2 import Generator
    from styleforge.models.vgg import VGG16
    from styleforge.pack.protocols import Inverter
    from styleforge_portraits.training.dataset import Dataset

SHEET = 16


def evaluate(
    data: Dataset,
    folder: Path,
    steps: int = 200,
    weights: Path | None = None,
    people: int = 500,
) -> dict[str, float]:
    """All held-out figures of the weights; writes ``evaluation.json`` and sheets.

    ``people`` random ones are compared with as many of the world; ``steps`` of inversion.
    """
    figures: dict[str, float] = {}
    for trainer, load in (
        (RegionTrainer(data=data), loading.load_regions),
        (LandmarkTrainer(data=data), loading.load_landmarks),
        (SubjectTrainer(data=data), loading.load_subjects),
    ):
        trainer.network = load(weights)
        figures |= trainer.report(folder)
    generator, features = loading.load_generator(weights), loading.load_features(weights)
    lpips = dict(loading.load_lpips(weights).weights)
    codes = data.parts["held"].codes
    figures |= generator_figures(generator, codes, features, lpips, folder, people)
    inverter = loading.load_inverter(weights)
    figures |= inversions(data, folder, inverter, generator, features, lpips, steps)
    (folder / "evaluation.json").write_text(json.dumps(figures, indent=1) + "\n")
    return figures


def inversions(
    data: Dataset,
    folder: Path,
    inverter: Inverter,
    generator: Generator,
    features: VGG16,
    lpips: dict[str, Tensor],
    steps: int,
) -> dict[str, float]:
    """The inverter's guess of sixteen held-out people, then Adam on W+ and noise."""
    originals, guesses, results = [], [], []
    for start in range(0, SHEET, 4):
        image = data.assemble("held", generator.size[0], np.arange(start, start + 4), None).image
        with torch.no_grad():
            latent = inverter(image)
        noise = generator.random_noise(torch.Generator().manual_seed(1), count=len(image))
        with torch.no_grad():
            guesses.append(generator.synthesize(latent, noise))
        results.append(refine(image, latent, noise, generator, features, lpips, steps))
        originals.append(image)
    figures: dict[str, Any] = {}
    original = torch.cat(originals)
    for name, found in (("guess", torch.cat(guesses)), ("inversion", torch.cat(results))):
        figures[f"{name}_psnr"] = float(psnr(found, original).mean())
        with torch.no_grad():
            figures[f"{name}_lpips"] = float(distance(features, lpips, found, original))
    rows = []
    for start in range(0, SHEET, 8):
        rows += [original[start : start + 8], torch.cat(results)[start : start + 8]]
    write_sheet(folder / "inversions.png", rows)
    return figures


def refine(
    image: Tensor,
    latent: Tensor,
    noise: list[Tensor],
    generator: Generator,
    features: VGG16,
    lpips: dict[str, Tensor],
    steps: int,
    rate: float = 0.02,
) -> Tensor:
    """``steps`` of Adam on W+ and noise (L1 on Laplacian bands and LPIPS); the last picture."""
    latent = latent.clone().requires_grad_()
    moving = [one.clone().requires_grad_() for one in noise]
    adam = torch.optim.Adam(
        [{"params": [latent], "lr": rate}, {"params": moving, "lr": 2.5 * rate}],
        betas=(0.9, 0.99),
    )
    for step in range(steps):
        for group, base in zip(adam.param_groups, (rate, 2.5 * rate), strict=True):
            group["lr"] = base * min(1.0, 2 * (1 - step / steps) + 0.05)
        with autocast(image.device):
            picture = generator.synthesize(latent, moving)
        loss = laplacian_l1(picture.float(), image)
        loss = loss + 0.3 * distance(features, lpips, picture.float(), image)
        adam.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        adam.step()
        normalize_noise_(moving)
    with torch.no_grad():
        return generator.synthesize(latent, moving)
