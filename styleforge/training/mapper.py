"""Training of a mapper (HairCLIP, sections 3.3 to 4.1), batched and for any domain.

What differs from the published training, and what it bought, is in docs/mapper.md: batches share a
pattern of conditions, RAdam without Lookahead, a falling rate at the end, and, where the source
knows the answers, a first phase on latents alone and terms that measure against the answer.
"""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING

import numpy as np
import torch

from styleforge.errors import UserError
from styleforge.files import write_text
from styleforge.mapper.declared import injections_of, objective
from styleforge.mapper.files import save_mapper
from styleforge.mapper.network import Mapper
from styleforge.training import batch
from styleforge.training.amplify import amplified
from styleforge.training.settings import Settings, pattern

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

    from styleforge.forge import Forge
    from styleforge.pack.models import Models
    from styleforge.training.loop import Draw, State
    from styleforge.training.source import Examples, Source

MOST_BAD = 20
REPORTED = 16  # held-out edits of each pattern in a report
MEASURED = 128  # of which latents alone are looked at
KINDS = ("text", "image")


class MapperTrainer:
    """Trains a domain's mapper for a pack; satisfies ``styleforge.training.loop.Trainer``.

    Raises:
        UserError: if no attribute of the domain drives rows, the pack names no such group of rows,
            lacks a model that the training needs, or its generator makes no pictures of the size.
    """

    def __init__(
        self,
        forge: Forge,
        domain: str,
        models: Models,
        source: Source,
        settings: Settings | None = None,
        *,
        target: Path | None = None,
    ) -> None:
        self.forge, self.domain, self.models, self.source = (
            forge, forge.domains[domain], models, source,
        )  # fmt: skip
        self.settings = Settings() if settings is None else settings
        self.name = f"mapper_{domain}"
        self.target = target
        self.attributes = tuple(one for one in forge.attributes_of(domain) if one.drives)
        generator = models.get("generator")
        self.mapper = Mapper(
            injections_of(self.attributes, models),
            rows=generator.rows,
            width=generator.width,
            embedding=models.get("embedding").width,
            hidden=self.settings.hidden,
            depth=self.settings.depth,
            norm=self.settings.norm,
        ).to(models.device)
        self.optimizer = torch.optim.RAdam(
            self.mapper.parameters(), lr=self.settings.rate, betas=(0.95, 0.999)
        )
        rng = torch.Generator().manual_seed(0)
        self.noise = [  # fixed, as published (randomize_noise=False)
            torch.randn(1, 1, *shape, generator=rng).to(models.device)
            for shape in generator.noise_shapes
        ]
        self._latents: dict[str, Tensor] = {}
        self._shown: dict[str, Tensor] = {}  # embeddings of references
        self._bad = 0  # steps in a row without a finite gradient
        if self.settings.size is not None:  # said now, not after a first phase on latents alone
            with torch.no_grad():
                self.synthesize(torch.zeros(1, generator.rows, generator.width).to(models.device))

    def modules(self) -> Mapping[str, nn.Module]:
        """The mapper."""
        return {"mapper": self.mapper}

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The one optimiser."""
        return {"radam": self.optimizer}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update for one pattern of conditions."""
        settings = self.settings
        rate = settings.rate * (1 if share < 0.2 else _cosine((share - 0.2) / 0.8))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        kinds = pattern(draw.rng, [one.name for one in self.attributes])
        warm = share < settings.warm
        count = settings.warm_batch if warm else settings.batch
        examples = self.source.draw(draw.rng, count, kinds, answers=not warm)
        if warm and examples.steps is None:  # nothing is known of the answers
            count, warm = settings.batch, False
            examples = self.source.draw(draw.rng, count, kinds)
        loss, figures = self.loss(examples, kinds, pictures=not warm)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        length = torch.nn.utils.clip_grad_norm_(self.mapper.parameters(), 5.0)
        if not torch.isfinite(length):  # one such update would leave nothing of the mapper
            return self._left_out()
        self._bad = 0
        self.optimizer.step()
        return figures | {"pictures": count}

    def _left_out(self) -> dict[str, float]:
        """Figures of a step without an update.

        Raises:
            UserError: if there were too many in a row.
        """
        self._bad += 1
        if self._bad >= MOST_BAD:
            msg = (
                f"The loss was NaN or infinite in {self._bad} steps in a row; see that the pack's "
                "models are sound, or lower the rate."
            )
            raise UserError(msg)
        return {"pictures": 0}

    def loss(
        self, examples: Examples, kinds: Mapping[str, str], *, pictures: bool = True
    ) -> tuple[Tensor, dict[str, float]]:
        """The objective of a batch and its parts; of latents alone without ``pictures``."""
        region = self.domain.region
        latent = batch.latents(examples, self.models, self._latents)
        described = batch.conditions(
            examples, kinds, self.attributes, self.models, region, self._shown
        )
        edited = self.mapper(latent, described)
        figures: dict[str, float] = {}
        total = latent.new_zeros(())
        if examples.steps is not None:
            distance = batch.from_known(examples, self.mapper, edited - latent)
            figures["step"] = distance.item()
            weight = self.settings.step * (self.settings.later if pictures else 1.0)
            total = total + weight * distance
        if not pictures:
            return total, figures
        view = batch.view(
            examples, kinds, self.attributes, self.models, self.synthesize,
            latent=latent, edited=edited, described=described,
        )  # fmt: skip
        known_answer = examples.answer is not None
        for term in objective(self.attributes, region, kinds, self.settings, answers=known_answer):
            value = self.forge.losses[term.loss](view, **term.args)
            figures[term.label] = float(value.detach())
            total = total + term.weight * value
        return total, figures

    def synthesize(self, latent: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` of W+, at the size that the losses see."""
        return batch.synthesize(
            self.models.get("generator"), latent, self.noise, self.settings.size
        )

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Held-out losses, mean over patterns of one attribute in words and by a picture."""
        del folder
        rng = np.random.default_rng(1)
        self.mapper.eval()
        values: dict[str, list[float]] = {}
        for attribute in self.attributes:
            for kind in KINDS:
                kinds = {attribute.name: kind}
                examples = self.source.draw(rng, REPORTED, kinds, held=True)
                _, figures = self.loss(examples, kinds)
                for name, value in figures.items():
                    values.setdefault(f"held {name}", []).append(value)
                said = f"{attribute.role} {'in words' if kind == 'text' else 'by a picture'}"
                if examples.steps is not None:
                    values[f"left of the step, {said}"] = [self._left(rng, kinds)]
        self.mapper.train()
        return {name: float(np.mean(found)) for name, found in sorted(values.items())}

    @torch.no_grad()
    def _left(self, rng: np.random.Generator, kinds: Mapping[str, str]) -> float:
        """What is left of the known steps of held-out edits: 1 where nothing was learnt."""
        examples = self.source.draw(rng, MEASURED, kinds, held=True, answers=False)
        assert examples.steps is not None  # a source knows them or does not
        latent = batch.latents(examples, self.models, self._latents)
        described = batch.conditions(
            examples, kinds, self.attributes, self.models, self.domain.region, self._shown
        )
        gain = self.settings.gain
        taken = gain * (self.mapper(latent, described, absent="zero") - latent)
        whole = batch.from_known(examples, self.mapper, torch.zeros_like(latent))
        return float(batch.from_known(examples, self.mapper, taken) / whole.clamp_min(1e-12))

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the mapper and its card where the pack reads it, or to the folder given."""
        folder = folder or self.target
        if folder is None:
            msg = "Say where the mapper is to be written; the pack has no folder of weights."
            raise UserError(msg)
        save_mapper(amplified(self.mapper, self.settings.gain), folder / f"{self.name}.safetensors")
        data = dict(self.source.describe())
        card = {
            "model": self.name,
            "task": f"words, colours and pictures of {self.domain.name} to a step in W+",
            "licence": data.pop("licence"),
            "data": data | {"reported_edits": REPORTED * len(KINDS) * len(self.attributes)},
            "training": {
                "steps": state.steps,
                "pictures": state.pictures,
                "seconds": round(state.seconds),
                "machine": f"{platform.machine()}, {torch.get_num_threads()} threads",
                **asdict(self.settings),
            },
            "held_out": {name: round(float(v), 5) for name, v in state.figures.items()},
        }
        text = json.dumps(card, indent=1) + "\n"
        write_text(folder / f"{self.name}.json", text)


def _cosine(share: float) -> float:
    return 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))
