"""People of the portrait world by the dozen, as a component: what tuples are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.measure.world import Drawn
from styleforge_portraits import world

if TYPE_CHECKING:
    import numpy as np

SMALL = 64  # pixels at which a region's share is looked at


class People:
    """Random people, aligned, `size` pixels wide and high."""

    def __init__(self, size: int = 256) -> None:
        self.size = size

    def draw(self, rng: np.random.Generator, region: str, least: float) -> Drawn:
        """The next person with enough of a region; see `styleforge.measure.world.World`."""
        person = world.sample(rng)
        while float(world.render(person, SMALL).regions[region].mean()) < least:
            person = world.sample(rng)
        return self.show(person)

    def show(self, person: world.Person) -> Drawn:
        """A person's picture and what is known of it."""
        portrait = world.render(person, self.size)
        image = torch.from_numpy(portrait.image).permute(2, 0, 1)[None].float() / 127.5 - 1
        return Drawn(
            image,
            {name: torch.from_numpy(one)[None, None] for name, one in portrait.regions.items()},
            torch.from_numpy(portrait.landmarks),
            {"factors": person.to_dict()},
        )
