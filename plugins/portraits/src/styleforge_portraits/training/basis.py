"""The latent that is linear in the measures of a person, nearly white.

W is laid out before anything is drawn: a person's measures (``training.measures``) are
standardised and turned to their principal directions, each is scaled to about unit variance, and
the result lies along fixed random directions of R^512. So every direction of W that means anything
moves the picture evenly, rates mean the same in all of them, and the truth is known: the w of a
person is computed, not found.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np
import torch
from safetensors.torch import load_file, save_file

from styleforge.errors import UserError
from styleforge.files import write_text, write_whole
from styleforge_portraits.models.latent import WIDTH
from styleforge_portraits.training.measures import LANDMARKS, PALETTE

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor

FAINT = 0.02  # directions of less variance than this share of one measure's are left out
FLOOR = 0.25  # whitening divides by sqrt(variance + FLOOR): faint directions stay smaller
LANDMARK_VOICE = 0.5  # 136 coordinates move by few causes
BASIS = "basis.safetensors"  # its file, in the training's folder and among the weights
SEED = 7  # of the directions in R^512


@dataclass(frozen=True)
class Basis:
    """A linear map from measures ``(N, M)`` to latents w ``(N, 512)``.

    Attributes:
        mean: of the measures, ``(M,)``.
        matrix: ``(M, 512)``; its row space has ``rank`` dimensions.
        span: orthonormal rows ``(rank, 512)`` of all directions that a w may have.
    """

    mean: Tensor
    matrix: Tensor
    span: Tensor

    def latents(self, measures: Tensor) -> Tensor:
        """Measures ``(N, M)`` to latents ``(N, 512)`` of about unit variance in each number."""
        return (measures - self.mean) @ self.matrix

    def noise(self, rng: np.random.Generator, count: int) -> Tensor:
        """Random steps ``(count, 512)`` along the directions of W, of about unit variance."""
        along = torch.from_numpy(rng.standard_normal((count, len(self.span)), np.float32))
        steps: Tensor = along @ self.span * (WIDTH / len(self.span)) ** 0.5
        return steps

    def project(self, weight: Tensor) -> Tensor:
        """The part of rows ``(K, 512)`` that a w of this basis can see."""
        return weight @ self.span.t() @ self.span

    def save(self, file: Path) -> None:
        """Write the basis as safetensors."""
        tensors = {item.name: getattr(self, item.name).contiguous() for item in fields(self)}

        def fill(partial: Path) -> None:
            save_file(tensors, partial)
            partial.chmod(0o644)  # safetensors writes for the owner alone

        write_whole(file, fill)

    def export(self, folder: Path) -> None:
        """Write the basis among the weights, with its card."""
        self.save(folder / BASIS)
        card = {
            "model": "basis",
            "task": "a person's measures to w, see training.basis",
            "licence": "Apache-2.0",
            "data": {"source": "styleforge_portraits.world, measures of random people"},
            "measures": len(self.mean),
            "directions": len(self.span),
        }
        text = json.dumps(card, indent=1) + "\n"
        write_text((folder / BASIS).with_suffix(".json"), text)

    @classmethod
    def load(cls, file: Path) -> Basis:
        """Read what `save` wrote.

        Raises:
            UserError: when the file is not there.
        """
        if not file.exists():
            raise UserError(f"There is no basis of W in {file}; run the `mapping` training first.")
        return cls(**load_file(file))


def fit_basis(measures: Tensor, width: int = WIDTH) -> Basis:
    """The basis of a table of random people's measures ``(N, M)``, N some tens of thousands."""
    table = measures.double()
    mean, deviation = table.mean(0), table.std(0)
    voice = torch.ones_like(mean)
    voice[-PALETTE - LANDMARKS : -PALETTE] = LANDMARK_VOICE
    # What does not vary (a material's fixed colour) has no voice.
    scale = torch.where(deviation > 1e-5, voice / deviation.clamp_min(1e-5), 0.0)
    standard = (table - mean) * scale
    # variance (M,) ascending, directions (M, M) in its columns
    variance, directions = torch.linalg.eigh(standard.t() @ standard / len(standard))
    kept = variance > FAINT
    variance, directions = variance[kept].flip(0), directions[:, kept].flip(1)
    rank = len(variance)
    draw = torch.randn(width, width, generator=torch.Generator().manual_seed(SEED)).double()
    span = torch.linalg.qr(draw).Q[:rank]
    gain = (width / rank) ** 0.5
    # (M, rank) @ (rank, width)
    matrix = scale[:, None] * directions * (variance + FLOOR).rsqrt() @ span * gain
    return Basis(mean.float(), matrix.float(), span.float())
