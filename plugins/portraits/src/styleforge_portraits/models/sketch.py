"""Sketches of what a latent stands for, drawn by the world itself.

The generator draws fine detail from its noise maps, and hair that an edit asks for is in no picture
that those could be read off. So the factors are read off W+ by a small network, and the world draws
the person they describe: the noise maps take the detail of that sketch where the edit changes the
picture. Colours and masses stay the generator's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import torch
from skimage.color import rgb2lab
from torch import Tensor, nn

from styleforge_portraits import world
from styleforge_portraits.models.latent import WIDTH

SHAPED = 6  # rows of W+ that hold what is where; the rest holds colours (see ROW_GROUPS)
INNER = 512
SIZE = 256
READABLE = 25.0  # distance of two colours in CIELAB
Sketch = tuple[Tensor, Mapping[str, Tensor]]


class ReaderNet(nn.Module):
    """W+ to the code of the person it stands for: geometry and colours from their own rows."""

    colour: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.geometry, self.colours = _network(), _network()
        flags = np.concatenate([np.full(f.width, f.colour) for f in world.FACTORS])
        self.register_buffer("colour", torch.from_numpy(flags), persistent=False)

    def forward(self, latent: Tensor) -> Tensor:
        """``(N, rows, 512)`` to codes ``(N, D)``, see ``world.encode``."""
        first, rest = latent[:, :SHAPED].mean(1), latent[:, SHAPED:].mean(1)
        return torch.where(self.colour, self.colours(rest), self.geometry(first))


class Sketcher:
    """Draws the person of a W+; satisfies ``styleforge.pack.protocols.Sketcher``."""

    def __init__(self, reader: ReaderNet) -> None:
        self.reader = reader
        self._last: tuple[Tensor, Sketch] | None = None  # noise and outline ask for the same one

    @torch.no_grad()
    def __call__(self, latent: Tensor) -> Sketch:
        """W+ ``(N, rows, 512)`` to pictures ``(N, 3, 256, 256)`` and their regions by name."""
        if self._last is None or not torch.equal(self._last[0], latent):
            self._last = latent.clone(), self._draw(latent)
        return self._last[1]

    def _draw(self, latent: Tensor) -> Sketch:
        codes = self.reader(latent.float().cpu()).double().numpy()
        people = [world.render(readable(world.decode(code)), SIZE) for code in codes]
        drawn = torch.from_numpy(np.stack([one.image for one in people]))
        regions = {
            name: torch.from_numpy(np.stack([one.regions[name] for one in people]))[:, None]
            for name in world.REGIONS
        }
        picture = drawn.permute(0, 3, 1, 2).float() / 127.5 - 1
        return picture.to(latent), {name: one.to(latent) for name, one in regions.items()}


def readable(person: world.Person) -> world.Person:
    """The person with a pattern that can be seen: colours read off W+ are often all alike.

    An accent nearly in the cloth's colour is made as light or as dark as takes it farthest.
    """
    if person.pattern == "plain" or _contrast(person) >= READABLE:
        return person
    ways = [replace(person, accent_lightness=one) for one in (0.0, 1.0)]
    return max(ways, key=_contrast)


def _contrast(person: world.Person) -> float:
    """Distance of the cloth's two colours in CIELAB."""
    colours = world.palette(person)
    pair = [colours[world.MATERIALS.index(name)] for name in ("cloth", "cloth_accent")]
    one, two = rgb2lab(np.stack(pair)[None])[0]
    return float(np.linalg.norm(one - two))


def _network() -> nn.Sequential:
    return nn.Sequential(
        nn.LayerNorm(WIDTH),
        nn.Linear(WIDTH, INNER), nn.GELU(),
        nn.Linear(INNER, INNER), nn.GELU(),
        nn.Linear(INNER, world.CODE_WIDTH),
    )  # fmt: skip
