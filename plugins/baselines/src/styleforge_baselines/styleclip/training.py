"""Training of StyleCLIP's mapper for one description (section 5, equations 5 and 6).

``L = 1 - cos(E(G(w'), t)) + 0.8 mean((w' - w)^2) + 0.1 (1 - <R(G(w')), R(G(w))>)``
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.losses.latent import latent_distance
from styleforge_baselines.styleclip.measurement import digest_of
from styleforge_baselines.styleclip.network import SCALE, Levels, Trained
from styleforge_baselines.styleclip.trained import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import nn

    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Attribute
    from styleforge.training.loop import Draw, State

CLIP, LATENT, IDENTITY = 1.0, 0.8, 0.1  # as the released options have them
RATE = 0.5
BETAS = (0.95, 0.99)
BATCH = 2
HELD = 8  # people of the report


class MapperTrainer:
    """One description's network, to be run by `styleforge.training.loop.run`.

    Args:
        models: of the pack.
        attribute: that the description is of.
        text: the words as they are embedded.
        target: the file to write; its card lies beside it.
        size: the side of the pictures that the losses see; the generator's own where None.
        about: what the card says besides.
        words: as they were given; ``text`` where empty.
    """

    def __init__(
        self,
        models: Models,
        attribute: Attribute,
        text: str,
        target: Path,
        size: int | None = None,
        about: Mapping[str, Any] | None = None,
        words: str = "",
    ) -> None:
        generator = models.get("generator")
        self.models, self.attribute, self.target = models, attribute, target
        self.text, self.words = text, words or text
        self.digest = digest_of(models)
        # A training goes on with the weights that it was begun with alone.
        self.name = f"{target.stem}-{self.digest[:8]}"
        self.size = {} if size is None else {"size": size}
        self.about = dict(about or {})
        self.network = Levels(generator.rows, generator.width).to(models.device)
        # Published: Ranger, which is RAdam with a look-ahead, and 0.999. RAdam goes slowly for as
        # many steps as the second moment remembers, which are more than are taken here.
        self.optimizer = torch.optim.RAdam(self.network.parameters(), lr=RATE, betas=BETAS)
        rng = torch.Generator().manual_seed(0)
        self.noise = [
            torch.randn(1, 1, *shape, generator=rng).to(models.device)
            for shape in generator.noise_shapes
        ]
        self._held = self._people(rng, HELD)
        with torch.no_grad():
            self.embedding = models.get("embedding").embed_text([text]).to(models.device)

    def modules(self) -> Mapping[str, nn.Module]:
        """The network."""
        return {"network": self.network}

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The one optimiser."""
        return {"radam": self.optimizer}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update on two random people."""
        loss, figures = self.loss(self._people(draw.noise, BATCH))
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        return {**figures, "pictures": BATCH}

    def loss(self, latent: Tensor) -> tuple[Tensor, dict[str, float]]:
        """The published loss of W+ ``(N, rows, width)``, and its parts."""
        edited = latent + SCALE * self.network(latent)
        after = self._drawn(edited)
        words = 1 - (self.models.get("embedding").embed_image(after) * self.embedding).sum(1)
        moved = latent_distance(edited, latent)
        terms = {"words": words.mean(), "latent": moved}
        loss = CLIP * terms["words"] + LATENT * moved
        if self.models.has("identity_encoder"):
            who = self.models.get("identity_encoder")
            with torch.no_grad():
                before = who(self._drawn(latent))
            terms["identity"] = (1 - (who(after) * before).sum(1)).mean()
            loss = loss + IDENTITY * terms["identity"]
        return loss, {name: float(one.detach()) for name, one in terms.items()}

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """The loss on people that were never trained on."""
        _, figures = self.loss(self._held)
        return {f"held {name}": one for name, one in figures.items()}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the network and its card, into ``folder`` where one is named."""
        target = self.target if folder is None else folder / self.target.name
        made = Trained(self.attribute.name, self.words, self.embedding, self.network, self.digest)
        write(target, made)
        card = {**self.about, "steps": state.steps, "minutes": round(state.seconds / 60, 1)}
        card |= {name: round(one, 4) for name, one in state.figures.items()}
        text = json.dumps(card, indent=1, ensure_ascii=False) + "\n"
        target.with_suffix(".json").write_text(text, encoding="utf-8")

    def _people(self, rng: torch.Generator, count: int) -> Tensor:
        generator = self.models.get("generator")
        z = torch.randn(count, generator.width, generator=rng).to(self.models.device)
        with torch.no_grad():
            w: Tensor = generator.map(z)
        return w[:, None].repeat(1, generator.rows, 1)

    def _drawn(self, latent: Tensor) -> Tensor:
        found: Tensor = self.models.get("generator").synthesize(latent, self.noise, **self.size)
        return found
