"""Global directions as a mapper: what is said of an attribute becomes one step for everybody.

StyleCLIP, section 6: the step in style space is the relevance of each channel for the difference of
what is said and what is said in general. Published, it is added to the factors. Here it is brought
to W first: the step of W whose factors come nearest, in deviations, among the directions in which
latents differ. docs/baselines.md shows why.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge_baselines.styleclip.relevance import TINY, Relevance
from styleforge_baselines.styleclip.style_space import styles_of

if TYPE_CHECKING:
    from pathlib import Path

    from styleforge.pack.models import Models

ALPHA = 3.0  # length of a step of strength 1, in mean deviations of W
BETA = 0.15  # channels of a lesser relevance stay, as in the paper's examples
LATENTS = 4000  # behind the directions of W
SMALLEST = 0.1  # of the largest deviation; directions of a lesser one are left out


class GlobalDirections:
    """Steps in W+ by attribute; takes the place of a mapper.

    Args:
        generator: a StyleGAN2 of styleforge.
        relevance: of its channels.
        neutral: what is said of each attribute in general, embeddings ``(1, E)`` by name.
        like: a tensor of the precision and device to compute in.
        alpha: length of a step of strength 1, in mean deviations of W.
        beta: channels of a lesser relevance stay.
    """

    def __init__(
        self,
        generator: Any,
        relevance: Relevance,
        neutral: Mapping[str, Tensor],
        *,
        like: Tensor,
        alpha: float = ALPHA,
        beta: float = BETA,
    ) -> None:
        self.attributes = tuple(neutral)
        self._neutral = {name: one.to(like) for name, one in neutral.items()}
        self._relevance = Relevance(
            relevance.moves.to(like),
            relevance.basis.to(like),
            relevance.deviations.to(like),
            relevance.samples,
        )
        self._beta = beta
        self._axes, self._factors = _axes_of(generator, like)
        self._length = alpha * float(self._axes.norm(dim=1).mean())

    def __call__(
        self,
        latent: Tensor,
        conditions: Mapping[str, Tensor],
        *,
        absent: str = "zero",
        strengths: Mapping[str, float] | None = None,
    ) -> Tensor:
        """W+ ``(N, rows, width)`` after the steps of embeddings ``(1, E)`` by attribute."""
        strengths = strengths or {}
        for name, condition in conditions.items():
            step = self.step(condition.to(latent) - self._neutral[name].to(latent))
            latent = latent + strengths.get(name, 1.0) * step[:, None]  # the same in all rows
        return latent

    @torch.no_grad()
    def step(self, direction: Tensor) -> Tensor:
        """The step in W ``(1, width)`` of a direction of the embedding ``(1, E)``.

        Raises:
            UserError: if no channel is relevant enough.
        """
        wanted = self._relevance.step(direction, self._beta)  # (1, channels)
        if not bool(wanted.any()):
            msg = (
                "No channel of the generator has to do with these words (none reaches a relevance "
                f"of {self._beta:g}); say it otherwise, or choose another preset."
            )
            raise UserError(msg)
        unit = self._relevance.deviations.clamp_min(TINY)
        shares = torch.linalg.lstsq((self._factors / unit).t(), (wanted / unit).t()).solution
        step = shares.t() @ self._axes  # (1, width)
        unit_step: Tensor = step / step.norm().clamp_min(TINY)
        return self._length * unit_step


@torch.no_grad()
def _axes_of(generator: Any, like: Tensor) -> tuple[Tensor, Tensor]:
    """The directions in which W spreads ``(K, width)``, a deviation long, and their factors."""
    rng = torch.Generator().manual_seed(0)
    w = generator.map(torch.randn(LATENTS, generator.width, generator=rng).to(like))
    mean = w.mean(dim=0, keepdim=True)
    _, values, axes = torch.linalg.svd(w - mean, full_matrices=False)
    spread = values / LATENTS**0.5
    kept = spread > SMALLEST * spread[0]
    axes = axes[kept] * spread[kept, None]
    rows = generator.rows
    moved = styles_of(generator, (mean + axes)[:, None].expand(-1, rows, -1))
    return axes, moved - styles_of(generator, mean[:, None].expand(-1, rows, -1))


def lacks(pack: str, domain: str) -> str:
    """The measurement of its style space that a pack lacks, in words; empty where it is there.

    Example:
        >>> lacks("toy", "toy").partition(" (`")[0]
        'a measurement of its style space'
    """
    from styleforge_baselines.styleclip.measurement import COMMAND, file_for

    del domain  # all are measured at once
    if file_for(pack) is not None:
        return ""
    return f"a measurement of its style space (`{COMMAND} --pack {pack}` makes it)"


def weight_files(pack: str, domain: str) -> list[Path]:
    """The file that `of_pack` reads.

    Example:
        >>> weight_files("toy", "toy")  # nobody measured it
        []
    """
    from styleforge_baselines.styleclip.measurement import file_for

    del domain  # all are measured at once
    path = file_for(pack)
    return [] if path is None else [path]


def of_pack(models: Models, domain: str) -> GlobalDirections:
    """The directions of a pack for a domain's attributes.

    Raises:
        UserError: if the pack's style space was not measured, or with other weights.
    """
    from styleforge_baselines.styleclip.measurement import found_for

    found = found_for(models)
    neutral = {name: one for name, one in found.neutral.items() if name.partition(".")[0] == domain}
    like = torch.zeros(1, device=models.device, dtype=models.dtype)
    return GlobalDirections(models.get("generator"), found.relevance, neutral, like=like)
