"""Training of the identity encoder: a person and the same person dressed otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional
from tqdm import tqdm

from styleforge_portraits import world
from styleforge_portraits.models.identity import IdentityNet
from styleforge_portraits.models.tower import SIDE
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.augment import weather
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.codes import odd_signs
from styleforge_portraits.training.dataset import paint_maps
from styleforge_portraits.training.masked_inputs import blurred
from styleforge_portraits.training.reading import CodeReader, code_loss, coordinates
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import nn

    from styleforge.training.loop import Draw, State

_TEMPERATURE = 0.07
_MARGIN = 0.15  # of cosine similarity, as CosFace has it (Wang et al. 2018)
_READ = 2.0  # weight of reading factors
CHOICE = 50  # people that a picture chooses among


@dataclass(frozen=True)
class Faces:
    """People as the tower describes them twice, ``(2, M, F)``, and their codes ``(M, D)``."""

    described: Tensor
    codes: NDArray[Any]


class IdentityTrainer(SimpleTrainer):
    """InfoNCE between two pictures of every person, with hair, clothing and background changed.

    Their shapes come from `outfits`; hair, clothing and background take random colours in both
    pictures, the colours of the person stay.
    """

    name = "identity"
    task = "who someone is, whatever hair, clothing and background they have"

    def __init__(
        self,
        *args: Any,
        outfits: Mapping[str, tuple[NDArray[Any], NDArray[Any]]],
        features: Mapping[str, Tensor] | None = None,
        side: int = SIDE,
        **kwargs: Any,
    ) -> None:
        super().__init__(IdentityNet(), *args, side=side, **kwargs)
        if features is not None:
            self.network.tower.vgg.load_state_dict(features)
        self.outfits = outfits
        self.kept = _own_colours()
        self.shown = coordinates(("identity",))
        self.reader = CodeReader(self.network.tower.hidden).to(self.device)
        self.adam.add_param_group({"params": list(self.reader.parameters())})
        self.seen: tuple[Faces, ...] = ()

    def modules(self) -> Mapping[str, nn.Module]:
        """The network and the head that is thrown away."""
        return {"network": self.network, "reader": self.reader}

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Both directions of the matching, with a margin, and the factors' error."""
        if not self.seen:
            self.seen = (self.look(flip=False), self.look(flip=True))
            table = torch.cat([one.described.flatten(0, 1) for one in self.seen])
            self.network.tower.standardise(table.float().to(self.device))
        faces = self.seen[int(draw.rng.integers(2))]  # a flipped person is another one
        count = min(self.batch, len(faces.codes))
        people = draw.rng.choice(len(faces.codes), size=count, replace=False)
        pair = faces.described[:, torch.from_numpy(people)].float().to(self.device)
        described = self.network.tower.forget(pair.flatten(0, 1), draw.noise)
        middle = self.network.tower.middle(described)
        found = self.network.tower.embedding(middle)
        close = found[:count] @ found[count:].T
        close = close - _MARGIN * torch.eye(count, device=close.device)
        own = torch.arange(count, device=close.device)
        loss = functional.cross_entropy(close / _TEMPERATURE, own)
        loss = loss + functional.cross_entropy(close.T / _TEMPERATURE, own)
        hit = (close.argmax(1) == own).float().mean()
        codes = torch.from_numpy(faces.codes[people]).repeat(2, 1)
        code = code_loss(self.reader(middle), codes, self.shown)
        return loss + _READ * code, {"loss": loss.item(), "code": code.item(), "hit": hit.item()}

    @torch.no_grad()
    def look(self, *, flip: bool, seed: int = 18, group: int = 32) -> Faces:
        """What the perceptual network says of all people, as they are and dressed otherwise."""
        rng = np.random.default_rng([seed, flip])
        codes, maps = self.outfits["train"]
        pairs = []
        for at in tqdm(range(0, len(maps), group), desc="faces", mininterval=10.0):
            people = np.arange(at, min(at + group, len(maps)))
            first = self._dressed(self.data.parts["train"].codes, "train", people, rng)
            second = self._recoloured(codes[people], maps[people], rng)
            found = []
            for one in (first, second):
                image = blurred(weather(rng, one.flip(-1) if flip else one), rng)
                with self.autocast():
                    found.append(self.network.tower.describe(self.place(image)).half().cpu())
            pairs.append(torch.stack(found))
        signs = odd_signs() if flip else 1.0
        return Faces(torch.cat(pairs, 1), np.asarray(codes * signs, np.float32))

    def _dressed(
        self, codes: NDArray[Any], part: str, people: NDArray[Any], rng: np.random.Generator
    ) -> Tensor:
        return self._recoloured(codes[people], self.data.parts[part].maps[self.side][people], rng)

    def _recoloured(
        self, codes: NDArray[Any], maps: NDArray[Any], rng: np.random.Generator
    ) -> Tensor:
        """Pictures of maps ``(N, K, S, S)`` in the people's own and otherwise random colours."""
        paint = self.data.palette_codes[rng.integers(len(self.data.palettes), size=len(codes))]
        mixed = np.where(self.kept[None], codes, paint)
        colours = np.stack([world.palette(world.decode(code)) for code in mixed])
        return paint_maps(torch.from_numpy(maps), torch.from_numpy(colours))

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Recall at 1 among 50 and verification, on held-out people dressed otherwise."""
        self.network.eval()
        codes, maps = self.outfits["held"]
        count = min(len(maps), self.limit or len(maps))
        rng, people = np.random.default_rng(0), np.arange(count)
        first = self._dressed(self.data.parts["held"].codes, "held", people, rng)
        second = self._recoloured(codes[people], maps[people], rng)
        found = [
            torch.cat([self.network(self.place(part)).cpu() for part in torch.split(image, 50)])
            for image in (first, second)
        ]
        self.network.train()
        return verification(found[0] @ found[1].T)

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": self.side})
        card["data"]["redressed"] = {name: len(maps) for name, (_, maps) in self.outfits.items()}
        save_weights(self.network.state_dict(), self.name, card, folder)


def verification(close: Tensor) -> dict[str, float]:
    """Figures of similarities ``(N, N)`` whose diagonal are pairs of the same person.

    ``verified`` is the share of right answers to "the same person?" at the best threshold, same
    and different counting the same.
    """
    count = len(close)
    same = close.diagonal()
    other = close[~torch.eye(count, dtype=torch.bool)]
    cuts = torch.linspace(-1, 1, 401)
    right = [((same > cut).float().mean() + (other <= cut).float().mean()) / 2 for cut in cuts]
    rivals = min(CHOICE, count)
    hits = [
        int(torch.roll(close[row], -row)[:rivals].argmax()) == 0 for row in range(count)
    ]  # the next people in line are the rivals
    return {
        f"recall_among_{rivals}": sum(hits) / count,
        "verified": float(torch.stack(right).max()),
        "same": float(same.mean()),
        "other": float(other.mean()),
    }


def _own_colours() -> NDArray[np.bool_]:
    """The coordinates of a code that a change of hair, clothing and background leaves, ``(D,)``.

    Geometry is not in a palette, so that its coordinates do not matter here.
    """
    return np.concatenate(
        [np.full(one.width, one.group == "identity" or not one.colour) for one in world.FACTORS]
    )
