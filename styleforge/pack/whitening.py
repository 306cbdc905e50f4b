"""W in coordinates in which a generator's latents have unit variance in every direction.

A step of 0.1 in W goes far in one generator and nowhere in another, and Adam treats 512 numbers as
if each were a direction of its own. In whitened coordinates a step of 0.1 is a tenth of a standard
deviation of that generator's latents, along its principal directions (the PN space of "Improved
StyleGAN Embedding: Where are the Good Latents?", Zhu et al. 2020, arXiv 2012.09036).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

if TYPE_CHECKING:
    from styleforge.pack.models import Models

SAMPLES = 10_000
FLOOR = 1e-3  # directions with a smaller share of the largest variance are noise of the sampling
SLOPE = 0.2  # of the leaky activation that ends StyleGAN2's mapping network


@dataclass(frozen=True)
class Whitening:
    """The mean latent, the principal directions of W and the deviations along them.

    With ``bent``, they are those of W before the mapping network's last activation (P space), in
    which the latents of StyleGAN2 are closer to a Gaussian.

    Attributes:
        mean: ``(width,)``.
        axes: ``(width, width)``, one direction in each column, the widest first.
        deviations: ``(width,)``; 0 where latents do not spread, so that nothing moves there.
        bent: whether W is straightened first.

    Example:
        >>> two = Whitening(torch.zeros(2), torch.eye(2), torch.tensor([2.0, 0.0]))
        >>> two.coordinates(torch.tensor([[4.0, 1.0]]))
        tensor([[2., 0.]])
    """

    mean: Tensor
    axes: Tensor
    deviations: Tensor
    bent: bool = False

    @property
    def directions(self) -> int:
        """How many directions latents spread in."""
        return int((self.deviations > 0).sum())

    def coordinates(self, latent: Tensor) -> Tensor:
        """W or W+ ``(..., width)`` in deviations from the mean, 0 where latents do not spread."""
        along = (self._straight(latent) - self.mean) @ self.axes  # (..., width)
        return along * (self.deviations > 0) / self.deviations.clamp_min(1e-12)

    def gradient(self, latent: Tensor, gradient: Tensor) -> Tensor:
        """A gradient at a latent, both ``(..., width)``, by the whitened coordinates."""
        if self.bent:
            gradient = torch.where(latent < 0, SLOPE * gradient, gradient)
        return (gradient @ self.axes) * self.deviations

    def moved(self, latent: Tensor, step: Tensor) -> Tensor:
        """A latent after a step in whitened coordinates, both ``(..., width)``."""
        along = (step * self.deviations) @ self.axes.t()
        if not self.bent:
            return latent + along
        straight = self._straight(latent) + along
        return torch.where(straight < 0, SLOPE * straight, straight)

    def _straight(self, latent: Tensor) -> Tensor:
        return torch.where(latent < 0, latent / SLOPE, latent) if self.bent else latent


def fit_whitening(samples: Tensor, *, bent: bool = False) -> Whitening:
    """The whitening of latents ``(N, width)``.

    Example:
        >>> rng = torch.Generator().manual_seed(0)
        >>> samples = torch.randn(5000, 3, generator=rng) * torch.tensor([3.0, 1.0, 0.0])
        >>> found = fit_whitening(samples)
        >>> found.directions, bool((found.coordinates(samples).std(0)[:2] - 1).abs().max() < 0.01)
        (2, True)
    """
    samples = samples.double()
    if bent:
        samples = torch.where(samples < 0, samples / SLOPE, samples)
    mean = samples.mean(0)  # (width,)
    values, axes = torch.linalg.eigh(torch.cov((samples - mean).t()))
    values, axes = values.flip(0), axes.flip(1)
    values = torch.where(values > FLOOR * values[0], values, torch.zeros_like(values))
    return Whitening(mean.float(), axes.float().contiguous(), values.sqrt().float(), bent)


def whitening_of(models: Models, *, bent: bool = False) -> Whitening:
    """The whitening of a pack's generator, fitted once to latents of a fixed seed.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> whitening_of(Models(toy.toy_pack())).mean.shape
        torch.Size([8])
    """
    return models.kept(f"whitening, bent={bent}", lambda: _fitted(models, bent=bent))


@torch.no_grad()
def _fitted(models: Models, *, bent: bool) -> Whitening:
    generator = models.get("generator")
    z = torch.randn(SAMPLES, generator.width, generator=torch.Generator().manual_seed(0))
    w = generator.map(z.to(models.device, models.dtype))  # (SAMPLES, width)
    found = fit_whitening(w.cpu(), bent=bent)
    mean, axes, deviations = (
        one.to(models.device, models.dtype) for one in (found.mean, found.axes, found.deviations)
    )
    return Whitening(mean, axes, deviations, bent)
