"""Training of the text-image encoder: InfoNCE with several positives and with silence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from tqdm import tqdm

from styleforge_portraits.language.truth import truth_table
from styleforge_portraits.models.encoder import PortraitEncoder, vocabulary
from styleforge_portraits.models.tower import SIDE
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training import captions, masked_inputs
from styleforge_portraits.training.balance import Balance
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.reading import CodeReader, code_loss, coordinates
from styleforge_portraits.training.retrieval import figures
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor, nn

    from styleforge.training.loop import Draw, State


_READ = 2.0  # weight of reading factors
_SHOWN = (("",), ("hair",), ("clothing",), ())  # groups that each kind of input tells about


_SPOKEN = 64  # pictures of a batch that have a caption of their own


@dataclass(frozen=True)
class Looks:
    """Sights as the tower describes them ``(M, F)``, their codes ``(M, D)`` and kinds ``(M,)``."""

    described: Tensor
    codes: np.ndarray[Any, Any]
    kinds: np.ndarray[Any, Any]


class EncoderTrainer(SimpleTrainer):
    """Pictures and captions find each other; every caption that is true of a picture counts.

    Beside it the factors are read off the pictures (`reading`). A batch has a caption for some
    pictures and one for every term. Where an input hides what a caption speaks of, the two are left
    out.
    """

    name = "encoder"
    task = "words and pictures of hair and clothing in one space (CLIP's contrastive training)"

    def __init__(
        self,
        *args: Any,
        features: Mapping[str, Tensor] | None = None,
        side: int = SIDE,
        looks: int = 16000,
        **kwargs: Any,
    ) -> None:
        super().__init__(PortraitEncoder(vocabulary()), *args, side=side, **kwargs)
        if features is not None:
            self.network.tower.vgg.load_state_dict(features)
        self.balance = Balance.of(self.data, "train", self.side)
        self.told, self.looks = masked_inputs.told(), looks
        self.shown = np.stack([coordinates(groups) for groups in _SHOWN])
        self.reader = CodeReader(self.network.tower.hidden).to(self.device)
        self.adam.add_param_group({"params": list(self.reader.parameters())})
        self.seen: Looks | None = None

    def modules(self) -> Mapping[str, nn.Module]:
        """The network and the head that is thrown away."""
        return {"network": self.network, "reader": self.reader}

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Cross entropies of both directions over all true pairs, and the factors' error."""
        if self.seen is None:
            self.seen = self.look()
            self.network.tower.standardise(self.seen.described.float().to(self.device))
        rows = draw.rng.integers(len(self.seen.codes), size=self.batch)
        codes, kinds = self.seen.codes[rows], self.seen.kinds[rows]
        true, said, texts = self._pairs(codes, kinds, draw.rng)
        described = self.seen.described[torch.from_numpy(rows)].float().to(self.device)
        middle = self.network.tower.middle(self.network.tower.forget(described, draw.noise))
        seen = self.network.tower.embedding(middle)
        read = self.network.reader(self.network.reader.ids(texts))
        logits = self.network.scale.clamp(max=4.0).exp() * seen @ read.T
        loss = contrast(logits, true, said)
        code = code_loss(self.reader(middle), torch.from_numpy(codes), self.shown[kinds])
        return loss + _READ * code, {"loss": loss.item(), "code": code.item()}

    @torch.no_grad()
    def look(self, seed: int = 17, group: int = 32) -> Looks:
        """What the perceptual network says of many inputs: it does not learn, so once is enough."""
        rng = np.random.default_rng(seed)
        people = len(self.data.parts["train"].maps[self.side])
        count = max(self.looks // group, 1) * group
        rows, paint = self.balance.draw(rng, count, people, len(self.data.palettes))
        order = np.argsort(rows)
        described, codes, kinds = [], [], []
        for at in tqdm(range(0, count, group), desc="looks", mininterval=10.0):
            picks = order[at : at + group]
            flips = rng.random(group) < 0.5
            batch = self.data.assemble("train", self.side, rows[picks], paint[picks], flips)
            kind = rng.choice(len(masked_inputs.SHARES), size=group, p=masked_inputs.SHARES)
            image = masked_inputs.lit(masked_inputs.hide(batch.image, batch.maps, kind, rng), rng)
            with self.autocast():
                found = self.network.tower.describe(self.place(masked_inputs.blurred(image, rng)))
            described.append(found.half().cpu())
            codes.append(batch.code.numpy())
            kinds.append(kind)
        return Looks(torch.cat(described), np.concatenate(codes), np.concatenate(kinds))

    def _pairs(
        self, codes: np.ndarray[Any, Any], kinds: np.ndarray[Any, Any], rng: np.random.Generator
    ) -> tuple[Tensor, Tensor, list[str]]:
        truth, told = truth_table(codes), self.told[kinds]
        sets = (captions.of_people(codes[:_SPOKEN], rng), captions.of_terms(rng))
        true = np.concatenate([one.true_of(truth) for one in sets], 1)
        said = np.concatenate([one.speak_of(told) for one in sets], 1)
        texts = [text for one in sets for text in one.texts]
        return (
            torch.from_numpy(true & said).to(self.device),
            torch.from_numpy(said).to(self.device),
            texts,
        )

    def report(self, folder: Path) -> dict[str, float]:
        """Held-out retrieval and terms told apart, of seen and of unseen descriptions."""
        self.network.eval()
        found = figures(self.network, self.data, self.side, self.limit)
        self.network.train()
        return found

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        made = {"size": self.side, "looks": self.looks}
        card = make_card(self.name, self.task, self.data, state, made)
        save_weights(self.network.state_dict(), self.name, card, folder)


def contrast(logits: Tensor, true: Tensor, said: Tensor) -> Tensor:
    """InfoNCE of logits ``(N, C)`` with several positives, over rows and over columns.

    Each true pair competes with the false ones of its row or column; pairs of which nothing is
    ``said`` take no part. A picture counts the same whatever the number of its captions.
    """
    return _one_way(logits, true, said) + _one_way(logits.T, true.T, said.T)


def _one_way(logits: Tensor, true: Tensor, said: Tensor) -> Tensor:
    wrong = logits.masked_fill(true | ~said, -1e4).logsumexp(1, keepdim=True)
    cost = torch.nn.functional.softplus(wrong - logits) * true
    count = true.sum(1)
    rows = cost.sum(1) / count.clamp_min(1)
    return rows.sum() / (count > 0).sum().clamp_min(1)
