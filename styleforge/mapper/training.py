"""Training of a mapper (HairCLIP, sections 3.3 to 4.1), batched and for any domain.

What differs from the published training, and what it bought, is in docs/mapper.md: batches share a
pattern of conditions, RAdam without Lookahead, a falling rate at the end, and, where the source
knows the answers, a first phase on latents alone and terms that measure against the answer.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch.nn.functional import mse_loss

from styleforge.errors import UserError
from styleforge.mapper.files import save_mapper
from styleforge.mapper.network import DEPTH, Injection, Mapper
from styleforge.methods import hairclip
from styleforge.objective import Objective, Term
from styleforge.training.precision import autocast
from styleforge.view import View
from styleforge.words import phrase

if TYPE_CHECKING:
    from pathlib import Path

    from torch import Tensor, nn

    from styleforge.domain import Attribute
    from styleforge.forge import Forge
    from styleforge.mapper.source import Examples, Source
    from styleforge.pack import Models
    from styleforge.training.loop import Draw, State

ALONE = (0.5, 0.2)  # part of the batches that ask for the first attribute alone, for the second
TOGETHER = 0.27
TEXT = 0.5  # part of the conditions that are words


@dataclass(frozen=True)
class Settings:
    """How a mapper is trained; the published values, and what goes beyond them.

    ``hidden`` and ``depth`` are the network's, ``size`` the side of the pictures that the losses
    see (the generator's own where None). ``warm`` is the part of the budget that is spent on
    latents alone, in batches of ``warm_batch``; ``step``, ``region`` and ``colour`` weigh the
    distance to a known answer: of its W+, its region and its mean colour.
    """

    batch: int = 8
    rate: float = 5e-4
    hidden: int | None = None
    depth: int = DEPTH
    size: int | None = None
    warm: float = 0.25
    warm_batch: int = 48
    step: float = 20.0
    region: float = 1.0
    colour: float = 0.04


class MapperTrainer:
    """Trains a domain's mapper for a pack; satisfies ``styleforge.training.loop.Trainer``.

    Raises:
        UserError: if no attribute of the domain drives rows, the pack names no such group of rows,
            or lacks a model that the training needs.
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

    def modules(self) -> Mapping[str, nn.Module]:
        """The mapper."""
        return {"mapper": self.mapper}

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The one optimiser."""
        return {"radam": self.optimizer}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update for one pattern of conditions."""
        settings = self.settings
        rate = settings.rate * (1 if share < 0.6 else _cosine((share - 0.6) / 0.4))
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        kinds = self.pattern(draw.rng)
        warm = share < settings.warm
        count = settings.warm_batch if warm else settings.batch
        examples = self.source.draw(draw.rng, count, kinds, answers=not warm)
        if warm and examples.step is None:  # nothing is known of the answers
            examples = self.source.draw(draw.rng, settings.batch, kinds)
            warm = False
        loss, figures = self.loss(examples, kinds, pictures=not warm)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.mapper.parameters(), 5.0)
        self.optimizer.step()
        return figures | {"pictures": len(examples.image)}

    def pattern(self, rng: np.random.Generator) -> dict[str, str]:
        """Which attributes are asked for, by words or by a picture; none at times, as published."""
        names = [one.name for one in self.attributes]
        if len(names) == 1:
            choices, shares = [names, []], [0.97, 0.03]
        else:
            alone = list(ALONE) if len(names) == 2 else [sum(ALONE) / len(names)] * len(names)
            choices = [*([one] for one in names), names, []]
            shares = [*alone, TOGETHER, 1 - sum(alone) - TOGETHER]
        asked = choices[int(rng.choice(len(choices), p=shares))]
        return {name: "text" if rng.random() < TEXT else "image" for name in asked}

    def loss(
        self, examples: Examples, kinds: Mapping[str, str], *, pictures: bool = True
    ) -> tuple[Tensor, dict[str, float]]:
        """The objective of a batch and its parts; of latents alone without ``pictures``."""
        with torch.no_grad(), self._fast():
            latent = self.invert(examples)
            described = self.conditions(examples, kinds)
        edited = self.mapper(latent, described)
        figures: dict[str, float] = {}
        total = latent.new_zeros(())
        if examples.step is not None:
            known = mse_loss(edited - latent, examples.step.to(latent)[:, : latent.shape[1]])
            figures["step"] = known.item()
            total = total + self.settings.step * known
        if not pictures:
            return total, figures
        view = self.view(examples, kinds, latent, edited, described)
        for term in self.objective(kinds, answers=examples.answer is not None):
            value = self.forge.losses[term.loss](view, **term.args)
            figures[term.label] = float(value.detach())
            total = total + term.weight * value
        return total, figures

    def objective(self, kinds: Mapping[str, str], *, answers: bool) -> Objective:
        """The published terms of a pattern, and those of known answers."""
        region = self.domain.region
        published = hairclip.objective(self.attributes, region, kinds)
        if not answers:
            return published
        outline = {"region": region, "target": f"answer.{region}"}
        colour = {
            "reference": "answer",
            "mask": f"image.{region}",
            "reference_mask": f"answer.{region}",
        }
        return published + Objective(
            (
                Term("answer region", "region", outline, self.settings.region),
                Term("answer colour", "colour", colour, self.settings.colour),
            )
        )

    def invert(self, examples: Examples) -> Tensor:
        """W+ ``(N, rows, width)`` of the pictures; each is inverted once."""
        invert = self.models.get("inverter")
        if not examples.keys:
            return invert(examples.image).float()  # type: ignore[no-any-return]
        new = [at for at, key in enumerate(examples.keys) if key not in self._latents]
        if new:
            for at, latent in zip(new, invert(examples.image[new]).float(), strict=True):
                self._latents[examples.keys[at]] = latent
        return torch.stack([self._latents[key] for key in examples.keys])

    def conditions(self, examples: Examples, kinds: Mapping[str, str]) -> dict[str, Tensor]:
        """Embeddings ``(N, E)`` by attribute."""
        encoder = self.models.get("embedding")
        found: dict[str, Tensor] = {}
        for attribute in self.attributes:
            kind = kinds.get(attribute.name)
            if kind == "text":
                said = [phrase(text, attribute) for text in examples.texts[attribute.name]]
                found[attribute.name] = encoder.embed_text(said).float()
            elif kind == "image":
                image = examples.pictures[attribute.name]
                mask = View(image, self.models).region(self.domain.region)
                found[attribute.name] = encoder.embed_image(image * mask).float()
        return found

    def view(
        self,
        examples: Examples,
        kinds: Mapping[str, str],
        latent: Tensor,
        edited: Tensor,
        described: Mapping[str, Tensor],
    ) -> View:
        """The edited picture with its references: the inversion, the pictures, the answer."""
        with torch.no_grad(), self._fast():
            shown = {"identity": self.synthesize(latent)}
            for attribute in self.attributes:
                if kinds.get(attribute.name) == "image":
                    shown[attribute.role] = examples.pictures[attribute.name]
            if examples.answer is not None:
                shown["answer"] = examples.answer
        views: dict[str, View] = {}
        for role, image in shown.items():
            views[role] = View(image, self.models, role=role, references=views)
        words = {
            one.role: described[one.name]
            for one in self.attributes
            if kinds.get(one.name) == "text"
        }
        with self._fast():
            image = self.synthesize(edited)
        return View(
            image, self.models, references=views, latent=edited, start=latent, described=words
        )

    def synthesize(self, latent: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` of W+, at the size that the losses see."""
        generator, size = self.models.get("generator"), self.settings.size
        picture: Tensor = (
            generator.synthesize(latent, self.noise)
            if size is None
            else generator.synthesize(latent, self.noise, size=size)
        )
        return picture.float()

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Held-out losses, mean over patterns of one attribute in words and by a picture."""
        del folder
        rng = np.random.default_rng(1)
        self.mapper.eval()
        values: dict[str, list[float]] = {}
        for attribute in self.attributes:
            for kind in ("text", "image"):
                kinds = {attribute.name: kind}
                examples = self.source.draw(rng, 16, kinds, held=True)
                _, figures = self.loss(examples, kinds)
                for name, value in figures.items():
                    values.setdefault(f"held {name}", []).append(value)
        self.mapper.train()
        return {name: float(np.mean(found)) for name, found in sorted(values.items())}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the mapper where the pack reads it, or to the folder given."""
        del state
        folder = folder or self.target
        if folder is None:
            msg = "Say where the mapper is to be written; the pack has no folder of weights."
            raise UserError(msg)
        save_mapper(self.mapper, folder / f"{self.name}.safetensors")

    def _fast(self) -> torch.autocast:
        return autocast(self.models.device)


def injections_of(attributes: Sequence[Attribute], models: Models) -> tuple[Injection, ...]:
    """The sub-mappers that a domain's attributes declare, with the pack's rows.

    Raises:
        UserError: if no attribute drives anything, or the pack has no group of that name.
    """
    groups = models.pack.row_groups
    found = []
    for attribute in attributes:
        for group in attribute.drives:
            if group not in groups:
                have = ", ".join(groups) or "none"
                msg = (
                    f"{attribute.name} drives the rows {group!r}; the pack {models.pack.name!r} "
                    f"has the groups: {have}."
                )
                raise UserError(msg)
            found.append(Injection(group, attribute.name, groups[group]))
    if not found:
        msg = "No attribute of the domain drives rows of W+; give one of them `drives`."
        raise UserError(msg)
    return tuple(found)


def _cosine(share: float) -> float:
    return 0.03 + 0.97 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0)))
