"""What the generator draws of a person without hair: the inpainter's model of what hair covers.

W is linear in a person's measures (``training.basis``), so hair is taken away there: the measures
of the hair are read off a latent and replaced by those of somebody who has none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from styleforge_portraits import world
from styleforge_portraits.models.regions import resize
from styleforge_portraits.training.measures import hair_measures, measures

if TYPE_CHECKING:
    from styleforge.models.stylegan2 import Generator
    from styleforge_portraits.models.inverter import InverterNet
    from styleforge_portraits.training.basis import Basis

BALD = world.Person(balding=1.0, updo=0.0)  # whose hair everybody is given


class Bald(nn.Module):
    """Pictures of people to the generator's pictures of them without hair.

    Example:
        >>> from styleforge_portraits.models import loading
        >>> models = loading.load_generator(), loading.load_inverter(), loading.load_basis()
        >>> Bald(*models)(torch.zeros(1, 3, 200, 300)).shape
        torch.Size([1, 3, 200, 300])
    """

    away: Tensor
    offset: Tensor

    def __init__(self, generator: Generator, inverter: InverterNet, basis: Basis) -> None:
        super().__init__()
        self.generator, self.inverter = generator, inverter
        of_hair = hair_measures()
        read = torch.linalg.pinv(basis.matrix)[:, of_hair]  # (512, K)
        write = basis.matrix[of_hair]  # (K, 512)
        bald = torch.from_numpy(measures(BALD)) - basis.mean  # (M,)
        self.register_buffer("away", read @ write)  # (512, 512)
        self.register_buffer("offset", bald[of_hair] @ write)  # (512,)

    def latents(self, w: Tensor) -> Tensor:
        """Latents ``(..., 512)`` to those of the same people without hair."""
        return w - w @ self.away + self.offset

    @torch.no_grad()
    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to pictures of the same shape."""
        w = self.latents(self.inverter(image))  # (N, rows, 512)
        silent = [w.new_zeros(1, 1, *shape) for shape in self.generator.noise_shapes]
        drawn = self.generator.synthesize(w, silent).clamp(-1, 1)
        return resize(drawn.to(image), *image.shape[-2:])
