"""Training on the rendered world: a person's hair from somebody else's in the same colours.

The world paints the same geometry in any colours, so the true answer is known where the look comes
from another person. MichiGAN trains on a picture's own look, and with an adversary as well.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.losses.masking import masked_mean
from styleforge_baselines.michigan.network import Painter
from styleforge_baselines.michigan.orientation import orientation
from styleforge_baselines.michigan.weights import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from torch import nn

    from styleforge.pack.models import Models
    from styleforge.training.loop import Draw, State

RATE = 2e-3
BATCH = 4
SIDE = 256  # of the pictures
CROP = 128  # of what is drawn of them in a step
LAYERS = ("relu1_2", "relu2_2", "relu3_3")
PERCEPTUAL = 0.3  # weight of the features beside that of the pixels, 1
HELD = 64  # people at the end of the set, of the report


class PainterTrainer:
    """Trains a painter of a region, to be run by `styleforge.training.loop.run`.

    Args:
        data: the rendered world, `styleforge_portraits.training.dataset.load`.
        models: of the pack, for its perceptual network.
        region: number of the region in the world's order.
        target: the file to write.
        about: what its card says beside the figures.
    """

    def __init__(
        self, data: Any, models: Models, region: int, target: Path, about: Mapping[str, Any]
    ) -> None:
        self.data, self.models, self.region = data, models, region
        self.target, self.about = target, dict(about)
        self.name = target.stem
        self.painter = Painter()
        self.optimizer = torch.optim.Adam(self.painter.parameters(), lr=RATE)
        self.people = len(data.parts["train"].maps[SIDE])

    def modules(self) -> Mapping[str, nn.Module]:
        """The painter."""
        return {"painter": self.painter}

    def optimizers(self) -> Mapping[str, torch.optim.Optimizer]:
        """The one optimiser."""
        return {"adam": self.optimizer}

    def step(self, draw: Draw, share: float) -> dict[str, float]:
        """One update on crops of a few people."""
        for group in self.optimizer.param_groups:
            group["lr"] = RATE * (1 - 0.95 * share)
        picks = draw.rng.integers(self.people - HELD, size=(2, BATCH))
        loss, figures = self.loss(*self.people_of(draw.rng, picks), draw.rng)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.painter.parameters(), 1.0)
        self.optimizer.step()
        return {**figures, "pictures": BATCH}

    def people_of(
        self, rng: np.random.Generator, picks: Any
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Pictures and masks of some people, and of others in the same colours."""
        paint = rng.integers(len(self.data.palettes), size=picks.shape[1])
        found: list[Tensor] = []
        for row in picks:
            batch = self.data.assemble("train", SIDE, row, paint, truth=True)
            found += [batch.image, batch.regions[:, self.region : self.region + 1]]
        image, mask, reference, its_mask = found
        return image, mask, reference, its_mask

    def loss(
        self,
        image: Tensor,
        mask: Tensor,
        reference: Tensor,
        its_mask: Tensor,
        rng: np.random.Generator | None = None,
    ) -> tuple[Tensor, dict[str, float]]:
        """Pixels and features within the mask, of a crop where chance is given."""
        strands = orientation(image)
        if rng is not None:
            top, left = rng.integers(0, SIDE - CROP + 1, size=2)
            # Most of the region lies in the upper half.
            top = int(top) // 2
            cut = (slice(None), slice(None), slice(top, top + CROP), slice(left, left + CROP))
            image, mask, strands = image[cut], mask[cut], strands[cut]
        drawn = self.painter(mask, strands, reference, its_mask, image)
        whole = mask * drawn + (1 - mask) * image
        pixels = masked_mean((drawn - image).abs(), mask).mean()
        features = self.models.get("features")
        with torch.no_grad():
            true = features(image, LAYERS)
        mine = features(whole, LAYERS)
        distances = [
            (mine[one] - true[one]).abs().mean() / true[one].abs().mean().clamp_min(1e-6)
            for one in LAYERS
        ]
        perceptual = torch.stack(distances).mean()
        figures = {"pixels": float(pixels.detach()), "perceptual": float(perceptual.detach())}
        return pixels + PERCEPTUAL * perceptual, figures

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """The same on whole pictures of people that are not trained on."""
        import numpy as np

        rng = np.random.default_rng(1)
        picks = np.sort(self.people - HELD + rng.integers(HELD, size=(2, 8)), axis=1)
        _, figures = self.loss(*self.people_of(rng, picks))
        return {f"held {name}": one for name, one in figures.items()}

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write the network and its card."""
        write(self.target, self.painter)
        card = {**self.about, "steps": state.steps, "minutes": round(state.seconds / 60, 1)}
        card |= {name: round(one, 4) for name, one in state.figures.items()}
        text = json.dumps(card, indent=1) + "\n"
        self.target.with_suffix(".json").write_text(text, encoding="utf-8")
