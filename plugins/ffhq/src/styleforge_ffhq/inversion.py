"""Inversion by optimization, for generators without an encoder: from the mean latent to a picture.

W+ is optimized in units of the spread of W, number by number, so that one rate serves generators
of any scale. The distance is LPIPS plus the mean squared error, both at 256 px at most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

import torch
from torch import Tensor
from torch.nn import functional

from styleforge.losses.lpips import LPIPS_LAYERS, masked_lpips
from styleforge.models.scaling import lpips_input
from styleforge.recipe.stage import Schedule
from styleforge.run.schedule import learning_rate

if TYPE_CHECKING:
    from styleforge.pack.models import Models

SIDE = 256  # pictures are compared at this side, as LOHO's are
SAMPLES = 10_000  # latents behind the mean and the spread of W
FLOOR = 1e-3  # of the spread of a number, as a share of the mean spread


@dataclass(frozen=True)
class ByOptimization:
    """Guesses the W+ of a picture by optimization; satisfies `styleforge.pack.protocols.Inverter`.

    Args:
        models: the pack's: its generator, its perceptual network and LPIPS' weights.
        steps: of Adam for each picture.
        rate: of Adam, in spreads of W.
    """

    models: Models
    steps: int
    rate: float = 0.1
    alone: ClassVar = True  # the mean over a batch would weigh each picture less

    def __call__(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to W+ ``(N, rows, width)``."""
        generator = self.models.get("generator")
        mean, spread = self._space(generator)
        noise = _still_noise(generator, image)
        wanted = _small(image)
        theirs = self._features(wanted)
        with torch.enable_grad():
            step = torch.zeros(
                image.shape[0], generator.rows, generator.width,
                device=image.device, dtype=image.dtype, requires_grad=True,
            )  # fmt: skip
            adam = torch.optim.Adam([step], lr=self.rate)
            schedule = Schedule(lr=self.rate)
            for index in range(self.steps):
                adam.param_groups[0]["lr"] = learning_rate(schedule, (index + 1) / (self.steps + 1))
                drawn = _small(generator.synthesize(mean + step * spread, noise))
                distance = functional.mse_loss(drawn, wanted)
                distance = distance + self._lpips(self._features(drawn), theirs)
                (step.grad,) = torch.autograd.grad(distance, [step])
                adam.step()
        return (mean + step * spread).detach()

    def _space(self, generator: Any) -> tuple[Tensor, Tensor]:
        """The mean of W and the spread of each number, ``(1, 1, width)`` each."""
        z = torch.randn(
            SAMPLES, generator.width, generator=torch.Generator().manual_seed(0)
        )  # (SAMPLES, width)
        with torch.no_grad():
            w = generator.map(z.to(self.models.device, self.models.dtype))
        spread = w.std(0)
        return w.mean(0)[None, None], spread.clamp_min(FLOOR * float(spread.mean()))[None, None]

    def _features(self, image: Tensor) -> dict[str, Tensor]:
        found: dict[str, Tensor] = self.models.get("features")(lpips_input(image), LPIPS_LAYERS)
        return found

    def _lpips(self, mine: dict[str, Tensor], theirs: dict[str, Tensor]) -> Tensor:
        return masked_lpips(mine, theirs, self.models.get("lpips").weights, None, LPIPS_LAYERS)


def _small(image: Tensor) -> Tensor:
    """At most 256 px wide, by means of areas: ``(N, 3, h, w)``."""
    side = min(SIDE, image.shape[-1])
    height = round(image.shape[-2] * side / image.shape[-1])
    return functional.adaptive_avg_pool2d(image, (height, side))


def _still_noise(generator: Any, image: Tensor) -> list[Tensor]:
    """Noise maps that belong to the generator, or none at all: a guess is to be the same twice."""
    stored = getattr(generator, "stored_noise", ())
    maps = stored or [torch.zeros(1, 1, *shape) for shape in generator.noise_shapes]
    return [one.to(image) for one in maps]
