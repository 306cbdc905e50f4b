"""How every channel of style space moves a picture's embedding (StyleCLIP, section 6.2).

Published is the difference of embeddings of pictures at plus and minus 5 deviations of a channel, a
hundred pairs a channel. That is hundreds of thousands of pictures. Here it is the derivative times
the deviation, which is that difference to first order, and a sample costs as many passes as the
embedding has directions in which pictures differ.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from styleforge_baselines.styleclip.style_space import (
    counts_of,
    deviations,
    moved,
    random_people,
)

TOGETHER = 16  # copies of a picture that are pulled back at once
SPREAD = 0.99  # share of the embeddings' variance that the kept directions hold
PICTURES = 256  # behind these directions
TINY = 1e-12


@dataclass(frozen=True)
class Relevance:
    """What the channels of a generator do, in an embedding.

    Attributes:
        moves: how a deviation of each channel moves the embedding ``(channels, K)``, on average, in
            the coordinates of ``basis``.
        basis: orthonormal directions of the embedding ``(K, E)``.
        deviations: of the channels ``(channels,)``.
        samples: pictures behind it.
    """

    moves: Tensor
    basis: Tensor
    deviations: Tensor
    samples: int

    def along(self, direction: Tensor) -> Tensor:
        """R_c, the cosine of each channel's move and a direction ``(1, E)``: ``(channels,)``."""
        aim = torch.nn.functional.normalize(direction @ self.basis.t(), dim=1)  # (1, K)
        unit = self.moves / self.moves.norm(dim=1, keepdim=True).clamp_min(TINY)
        cosines: Tensor = unit @ aim.t()  # (channels, 1)
        return cosines[:, 0]

    def step(self, direction: Tensor, beta: float) -> Tensor:
        """The step in style space ``(1, channels)`` of strength 1.

        Channels whose relevance is below ``beta`` stay; the others move by their relevance, the
        most relevant one by a deviation. 0 where none reaches ``beta``.

        Example:
            >>> both = Relevance(torch.eye(2), torch.eye(2), torch.tensor([1.0, 3.0]), samples=1)
            >>> both.step(torch.tensor([[0.0, 1.0]]), beta=0.5)
            tensor([[0., 3.]])
        """
        found = self.along(direction)
        found = torch.where(found.abs() < beta, torch.zeros_like(found), found)
        return (found / found.abs().max().clamp_min(TINY) * self.deviations)[None]


def measure(
    generator: Any,
    embed: Callable[[Tensor], Tensor],
    samples: int,
    seed: int = 0,
    *,
    like: Tensor,
    size: int | None = None,
    tell: Callable[[int], None] = lambda _: None,
) -> Relevance:
    """Measure a generator's channels over random pictures.

    Args:
        generator: a StyleGAN2 of styleforge.
        embed: pictures ``(N, 3, H, W)`` to embeddings ``(N, E)`` of length 1.
        samples: pictures to differentiate at.
        seed: of latents and noise maps.
        like: a tensor of the precision and device to compute in.
        size: the generator's resolution to look at; its own where None.
        tell: is called with the number of pictures that are done.
    """
    rng = torch.Generator().manual_seed(seed)
    spread = deviations(generator, rng, like)
    basis = _basis(generator, embed, rng, like, size)  # (K, E)
    total = torch.zeros(len(basis), len(spread)).to(like)
    latents, noise = random_people(generator, rng, samples, like)
    for done, latent in enumerate(latents, 1):
        rows = [
            jacobian(generator, embed, latent[None], noise, part, size=size)
            for part in torch.split(basis, TOGETHER)
        ]
        total += torch.cat(rows) * spread
        tell(done)
    return Relevance((total / samples).t().contiguous(), basis, spread, samples)


def jacobian(
    generator: Any,
    embed: Callable[[Tensor], Tensor],
    latent: Tensor,
    noise: Any,
    directions: Tensor,
    *,
    size: int | None = None,
) -> Tensor:
    """How each channel's factor moves a picture's embedding along directions.

    Args:
        generator: a StyleGAN2 of styleforge.
        embed: pictures to embeddings.
        latent: W+ ``(1, rows, width)``.
        noise: noise maps.
        directions: ``(K, E)``.
        size: the generator's resolution to look at.

    Returns:
        ``(K, channels)``.
    """
    count = len(directions)
    offsets = torch.zeros(count, sum(counts_of(generator))).to(latent).requires_grad_()
    further = {} if size is None else {"size": size}
    with torch.enable_grad(), moved(generator, offsets):
        picture = generator.synthesize(latent.expand(count, -1, -1), noise, **further)
        along = (embed(picture) * directions).sum()  # every copy along its own direction
    (found,) = torch.autograd.grad(along, offsets)
    return found


@torch.no_grad()
def _basis(
    generator: Any,
    embed: Callable[[Tensor], Tensor],
    rng: torch.Generator,
    like: Tensor,
    size: int | None,
) -> Tensor:
    """The directions in which pictures' embeddings differ ``(K, E)``, orthonormal."""
    further = {} if size is None else {"size": size}
    found = []
    for _ in range(PICTURES // TOGETHER):
        latent, noise = random_people(generator, rng, TOGETHER, like)
        found.append(embed(generator.synthesize(latent, noise, **further)))
    codes = torch.cat(found)
    _, values, directions = torch.linalg.svd(codes - codes.mean(0), full_matrices=False)
    share = values.square().cumsum(0) / values.square().sum().clamp_min(TINY)
    kept: Tensor = directions[: int((share < SPREAD).sum()) + 1]
    return kept
