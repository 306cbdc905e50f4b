"""A tiny mapper of random but fixed weights, and edits to train one on."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from styleforge.mapper.network import Injection, Mapper
from styleforge.testing import toy_models, toy_words
from styleforge.training.source import Examples

ROW_GROUPS = {"coarse": (0, 1), "medium": (2, 3), "fine": (5, 6, 7)}  # nothing drives row 4
DRIVES = {"coarse": "toy.shape", "medium": "toy.shape", "fine": "toy.appearance"}
WORDS = {"toy.shape": toy_words.SHAPES, "toy.appearance": toy_words.COLOURS}
PEOPLE = 12
HELD = 4


def mapper() -> Mapper:
    """The mapper of the domain ``toy``."""
    injections = [Injection(name, DRIVES[name], rows) for name, rows in ROW_GROUPS.items()]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        return Mapper(
            injections,
            rows=toy_models.generator().rows,
            width=toy_models.WIDTH,
            embedding=toy_words.WIDTH,
            depth=2,
        )


class ToyEdits:
    """Pictures of the toy generator, edited by a fixed step in W+ for each word.

    Args:
        knows: tell the answers, as pictures and as steps.
    """

    def __init__(self, *, knows: bool = True) -> None:
        self.knows = knows
        self.generator = toy_models.generator().requires_grad_(False)
        rng = torch.Generator().manual_seed(6)
        rows, width = self.generator.rows, self.generator.width
        self.noise = [torch.randn(1, 1, *one, generator=rng) for one in self.generator.noise_shapes]
        z = torch.randn(PEOPLE + HELD, width, generator=rng)
        self.latents = self.generator.map(z)[:, None].repeat(1, rows, 1)
        self.steps = {}
        for name, words in WORDS.items():
            for word in words:
                step = torch.zeros(rows, width)
                at = [row for group, one in DRIVES.items() if one == name
                      for row in ROW_GROUPS[group]]  # fmt: skip
                step[at] = 0.3 * torch.randn(len(at), width, generator=rng)
                self.steps[name, word] = step

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        kinds: Mapping[str, str],
        *,
        held: bool = False,
        answers: bool = True,
    ) -> Examples:
        """See `styleforge.training.source.Source`."""
        first, many = (PEOPLE, HELD) if held else (0, PEOPLE)
        people = first + rng.integers(many, size=count)
        texts: dict[str, tuple[str, ...]] = {}
        pictures: dict[str, Tensor] = {}
        steps: dict[str, Tensor] = {}
        for name, kind in kinds.items():
            words = [str(word) for word in rng.choice(WORDS[name], count)]
            steps[name] = step = torch.stack([self.steps[name, word] for word in words])
            if kind == "text":
                texts[name] = tuple(words)
            else:
                others = first + rng.integers(many, size=count)
                pictures[name] = self._show(self.latents[others] + step)
        latents = self.latents[people]
        total = sum(steps.values(), torch.zeros_like(latents))
        return Examples(
            self._show(latents),
            texts,
            pictures,
            answer=self._show(latents + total) if self.knows and answers else None,
            steps=steps if self.knows else None,
            keys=tuple(str(one) for one in people),
        )

    def describe(self) -> Mapping[str, object]:
        """See `styleforge.training.source.Source`."""
        return {
            "source": "pictures of the toy generator",
            "licence": "Apache-2.0",
            "people": {"train": PEOPLE, "held": HELD},
        }

    @torch.no_grad()
    def _show(self, latent: Tensor) -> Tensor:
        return self.generator.synthesize(latent, self.noise).clamp(-1, 1)


def edits() -> ToyEdits:
    """Edits whose answers are known."""
    return ToyEdits()
