"""Training of the subject network: portraits put into made-up pictures, in all sizes and turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import cv2
import numpy as np
import torch
from torch.nn import functional

from styleforge_portraits.models.subjects import CELL, EYES, SIDE, WIDTH, SubjectNet
from styleforge_portraits.models.weights import save_weights
from styleforge_portraits.training.augment import weather
from styleforge_portraits.training.card import make_card
from styleforge_portraits.training.scenes import scene, spoiled
from styleforge_portraits.training.simple import SimpleTrainer

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray
    from torch import Tensor

    from styleforge.training.loop import Draw, State
    from styleforge_portraits.training.dataset import Dataset

    Bytes: TypeAlias = NDArray[np.uint8]
    Values: TypeAlias = NDArray[Any]

DRAWN = 64  # pixels of the portraits that are put into pictures
WIDTHS = (34.0, 62.0)  # of a portrait, in pixels
PEOPLE = 800  # whose portraits are kept in memory
COLOURINGS = 3
SCENES = 1500
HELD = 200  # pictures of each kind in a report
KINDS = ("portrait", "spoiled", "turned", "none")
SHARES = (0.5, 0.2, 0.08, 0.22)
SPREAD = 0.8  # cells, of a peak in the heat map
TURN = 0.26  # standard deviation, radians
WRONG = (0.8, np.pi)  # turns of portraits that are to be found when the picture was turned


@dataclass(frozen=True)
class Pool:
    """Portraits and made-up pictures in memory.

    Portraits ``(N, D, D, 3)`` and scenes ``(M, S, S, 3)`` in bytes; faces and outlines
    ``(N, D, D)`` in bytes.
    """

    portraits: Bytes
    faces: Bytes
    outlines: Bytes
    scenes: Bytes

    @classmethod
    def drawn(cls, data: Dataset, part: str) -> Pool:
        """The people of a part, in random colours; always the same."""
        rng = np.random.default_rng(len(part))
        people = data.parts[part]
        known = people.maps[DRAWN] if people.regions is None else people.regions
        count = min(PEOPLE, len(people.maps[DRAWN]), len(known))
        found: list[list[Bytes]] = [[], [], []]
        for start in range(0, count, 50):
            picks = np.arange(start, min(start + 50, count))
            for turn in range(COLOURINGS):
                paint = rng.integers(len(data.palettes), size=len(picks))
                batch = data.assemble(part, DRAWN, picks, paint, truth=turn == 0)
                image = (batch.image.permute(0, 2, 3, 1).numpy() + 1) * 127.5
                found[0].append(image.round().astype(np.uint8))
                if batch.regions is not None:
                    regions = functional.adaptive_avg_pool2d(batch.regions, DRAWN).numpy() * 255
                found[1].append(regions[:, 2].astype(np.uint8))
                found[2].append((255 - regions[:, 0]).astype(np.uint8))
        count = SCENES if part == "train" else SCENES // 5
        scenes = [(scene(rng, SIDE) * 255).astype(np.uint8) for _ in range(count)]
        return cls(*map(np.concatenate, found[:3]), np.stack(scenes))  # type: ignore[call-arg]

    def person(self, rng: np.random.Generator) -> tuple[Values, Values, Values]:
        """A portrait ``(D, D, 3)``, its face and outline ``(D, D)``, in [0, 1], maybe mirrored."""
        at, way = rng.integers(len(self.portraits)), rng.choice((-1, 1))
        parts = (self.portraits[at], self.faces[at], self.outlines[at])
        picture, face, shape = (one[:, ::way].astype(np.float32) / 255 for one in parts)
        return picture, face, shape

    def scene(self, rng: np.random.Generator) -> Values:
        """A made-up picture ``(S, S, 3)`` in [0, 1], turned, mirrored, its colours exchanged."""
        made = self.scenes[rng.integers(len(self.scenes))].astype(np.float32) / 255
        made = np.rot90(made, int(rng.integers(4)))[:, :: rng.choice((-1, 1))]
        made = np.asarray(made[..., rng.permutation(3)], np.float32)
        return 1 - made if rng.random() < 0.3 else made


class SubjectTrainer(SimpleTrainer):
    """Focal loss of the heat map, L1 of place, size and turn at its peaks."""

    name = "subjects"
    task = "where portraits of the world are in a picture, how large and how turned"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(SubjectNet(), *args, **kwargs)
        self.pools: dict[str, Pool] = {}

    def loss(self, draw: Draw) -> tuple[Tensor, dict[str, float]]:
        """Of fresh pictures."""
        kinds = draw.rng.choice(KINDS, self.batch, p=SHARES)
        image, target = self.pictures(draw.rng, "train", tuple(kinds))
        image = weather(draw.rng, image)
        with self.autocast():
            maps = self.network.maps(self.place(image))
        return _loss(maps, target.to(self.device))

    def pictures(
        self, rng: np.random.Generator, part: str, kinds: tuple[str, ...]
    ) -> tuple[Tensor, Tensor]:
        """Pictures ``(N, 3, S, S)`` in [-1, 1] of these kinds, and targets ``(N, 7, h, w)``."""
        pool = self._pool(part)
        images, targets = [], []
        for kind in kinds:
            canvas = pool.scene(rng)
            maps = np.zeros((7, SIDE // CELL, SIDE // CELL), np.float32)
            maps[6] = 1
            if kind != "none":
                picture, face, shape = pool.person(rng)
                if kind == "spoiled":
                    picture = spoiled(rng, picture, face)
                if rng.random() < 0.35:  # as an aligned picture is looked at
                    width = rng.uniform(44, 64)
                    at = SIDE / 2 + (np.array(EYES) - 0.5) * width
                else:
                    width = float(np.exp(rng.uniform(*np.log(WIDTHS))))
                    at = rng.uniform(0.06, 0.94, 2) * SIDE
                turn = rng.normal(0, TURN)
                if kind == "turned":
                    turn = rng.choice((-1, 1)) * rng.uniform(*WRONG)
                canvas = _put(rng, canvas, picture, shape, (width, at[0], at[1], turn))
                if kind == "portrait":
                    _mark(maps, at[0], at[1], width, turn)
            images.append(canvas)
            targets.append(maps)
        values = torch.from_numpy(np.stack(images).astype(np.float32)).permute(0, 3, 1, 2) * 2 - 1
        return values.clamp(-1, 1).contiguous(), torch.from_numpy(np.stack(targets))

    def _pool(self, part: str) -> Pool:
        if part not in self.pools:
            self.pools[part] = Pool.drawn(self.data, part)
        return self.pools[part]

    @torch.no_grad()
    def report(self, folder: Path) -> dict[str, float]:
        """Shares of held-out portraits that are found, and of pictures without one that are not."""
        rng = np.random.default_rng(17)
        self.network.eval()
        figures = {}
        for kind in KINDS:
            tops, right = [], []
            for _ in range(HELD // 20):
                image, target = self.pictures(rng, "held", (kind,) * 20)
                heat = self.network.maps(self.place(image))[:, 0].sigmoid().cpu()
                tops.append(heat.flatten(1).amax(1))
                right.append(((heat > 0.5) & (target[:, 0] > 0.3)).flatten(1).any(1).float())
            figures[f"held_{kind}"] = float(torch.cat(tops).gt(0.5).float().mean())
            if kind == "portrait":
                figures["held_in_place"] = float(torch.cat(right).mean())
        self.network.train()
        return figures

    def export(self, state: State, folder: Path | None = None) -> None:
        """Write weights and card."""
        card = make_card(self.name, self.task, self.data, state, {"size": SIDE})
        save_weights(self.network.state_dict(), self.name, card, folder)


def _put(
    rng: np.random.Generator,
    canvas: Values,
    picture: Values,
    shape: Values,
    how: tuple[float, float, float, float],
) -> Values:
    """A canvas ``(S, S, 3)`` with a portrait: its square, its outline, or its edge going on."""
    width, x, y, turn = how
    scale = width / DRAWN
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    ex, ey = (DRAWN * one for one in EYES)
    matrix = np.array([[cos, -sin, x - cos * ex + sin * ey], [sin, cos, y - sin * ex - cos * ey]])
    matrix[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    size, mode = (SIDE, SIDE), rng.random()
    moved = cv2.warpAffine(
        picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    if mode < 0.35:
        return moved
    plane = np.ones((DRAWN, DRAWN), np.float32) if mode < 0.7 else np.ascontiguousarray(shape)
    alpha = cv2.warpAffine(plane, matrix, size, flags=cv2.INTER_LINEAR)[..., None]
    return canvas * (1 - alpha) + moved * alpha


def _mark(maps: NDArray[Any], x: float, y: float, width: float, turn: float) -> None:
    """Write a portrait into the targets ``(7, h, w)``; a face that is cut does not count."""
    rows, columns = maps.shape[1:]
    at_y, at_x = np.mgrid[:rows, :columns] + 0.5
    dx, dy = x / CELL - at_x, y / CELL - at_y
    peak = np.exp(-(dx**2 + dy**2) / (2 * SPREAD**2))
    row, column = min(int(y / CELL), rows - 1), min(int(x / CELL), columns - 1)
    peak[row, column] = 1
    near = np.maximum(np.abs(dx), np.abs(dy)) < 1.01
    values = [dx, dy, np.full_like(dx, np.log(width / WIDTH)), *_turn(turn, dx.shape)]
    for plane, value in zip(maps[1:6], values, strict=True):
        plane[near] = value[near]
    maps[0] = np.maximum(maps[0], peak)
    chin = 0.2 * width  # from the eyes
    if min(x, y, SIDE - x, SIDE - y) < 0.7 * chin:
        maps[6][peak > 0.02] = 0


def _turn(turn: float, shape: tuple[int, ...]) -> tuple[NDArray[Any], NDArray[Any]]:
    return np.full(shape, np.cos(turn)), np.full(shape, np.sin(turn))


def _loss(maps: Tensor, target: Tensor) -> tuple[Tensor, dict[str, float]]:
    logit, heat, counts = maps[:, 0], target[:, 0], target[:, 6]
    share = logit.sigmoid().clamp(1e-4, 1 - 1e-4)
    peak = (heat >= 1).float() * counts
    hit = -((1 - share) ** 2) * share.log() * peak
    miss = -((1 - heat) ** 4) * share**2 * (1 - share).log() * (1 - peak) * counts
    number = peak.sum().clamp_min(1)
    focal = (hit.sum() + miss.sum()) / number
    near = (heat > 0.3).float() * counts
    weights = near[:, None] / near.sum().clamp_min(1)
    apart = (maps[:, 1:] - target[:, 1:6]).abs() * weights
    place, size, turn = apart[:, :2].sum(), apart[:, 2].sum(), apart[:, 3:].sum()
    loss = focal + 0.5 * place + 2.0 * size + 1.0 * turn
    figures = {"focal": focal, "place": place, "size": size, "turn": turn}
    return loss, {name: float(value.detach()) for name, value in figures.items()}
