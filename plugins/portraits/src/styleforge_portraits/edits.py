"""Edits to learn from: people, descriptions and other people, and the true answers.

Satisfies ``styleforge.mapper.source.Source``. The world knows what an edit's answer looks like, and
the mapping network where in W it lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from styleforge.errors import UserError
from styleforge.mapper.source import Examples
from styleforge_portraits import language, world
from styleforge_portraits.models.latent import code_to_z
from styleforge_portraits.models.loading import load_generator

if TYPE_CHECKING:
    from torch import Tensor

SIDE = 128  # pixels of the pictures
POOL = 4000  # people to edit and to take references from
HELD = 300  # others, never trained on
TRIES = 20  # captions until one can be satisfied


class Edits:
    """Draws edits of random people; pictures are rendered when they are first asked for."""

    def __init__(self, pool: int = POOL, held: int = HELD, side: int = SIDE, seed: int = 7) -> None:
        rng = np.random.default_rng(seed)
        self.people = {
            False: tuple(world.sample(rng) for _ in range(pool)),
            True: tuple(world.sample(rng) for _ in range(held)),
        }
        self.side = side
        self._pictures: dict[tuple[bool, int], Tensor] = {}
        generator = load_generator()
        self._map, self._rows = generator.mapping, generator.rows

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        kinds: Mapping[str, str],
        *,
        held: bool = False,
        answers: bool = True,
    ) -> Examples:
        """See ``styleforge.mapper.source.Source``.

        Raises:
            UserError: for an attribute that is no group of the world's factors.
        """
        people = self.people[held]
        picks = rng.integers(len(people), size=count)
        edited = [people[at] for at in picks]
        texts: dict[str, tuple[str, ...]] = {}
        pictures: dict[str, Tensor] = {}
        for name, kind in kinds.items():
            group = group_of(name)
            donors = rng.integers(len(people), size=count)
            if kind == "text":
                said = []
                for at, donor in enumerate(donors):
                    text, edited[at] = _described(edited[at], people[donor], group, rng, held=held)
                    said.append(text)
                texts[name] = tuple(said)
            else:
                edited = [
                    world.with_groups(person, people[donor], group)
                    for person, donor in zip(edited, donors, strict=True)
                ]
                pictures[name] = torch.stack([self._picture(held, int(at)) for at in donors])
        with torch.no_grad():
            before, after = (self._w(some) for some in ([people[at] for at in picks], edited))
        return Examples(
            torch.stack([self._picture(held, int(at)) for at in picks]),
            texts,
            pictures,
            answer=torch.stack([self._render(one) for one in edited]) if answers else None,
            step=(after - before)[:, None].expand(-1, self._rows, -1),
            keys=tuple(f"{'held' if held else 'person'} {at}" for at in picks),
        )

    def _w(self, people: list[world.Person]) -> Tensor:
        codes = np.stack([world.encode(person) for person in people])
        w: Tensor = self._map(code_to_z(torch.from_numpy(codes)))
        return w

    def _picture(self, held: bool, at: int) -> Tensor:
        if (held, at) not in self._pictures:
            self._pictures[held, at] = self._render(self.people[held][at])
        return self._pictures[held, at]

    def _render(self, person: world.Person) -> Tensor:
        image: Any = np.ascontiguousarray(world.render(person, self.side).image)
        return torch.from_numpy(image).permute(2, 0, 1).float() / 127.5 - 1


def group_of(attribute: str) -> str:
    """The group of factors of an attribute: ``hair_shape`` of ``hair.shape``.

    Raises:
        UserError: if the world has no such group.
    """
    group = attribute.replace(".", "_")
    if group not in world.GROUPS:
        have = ", ".join(name.replace("_", ".", 1) for name in world.GROUPS)
        raise UserError(f"The portrait world has no {attribute}; it has {have}.")
    return group


def _described(
    person: world.Person,
    model: world.Person,
    group: str,
    rng: np.random.Generator,
    *,
    held: bool,
) -> tuple[str, world.Person]:
    """What is said of ``model``, and the person once that holds of them."""
    for _ in range(TRIES):
        text = language.describe(model, rng, group, unseen=held)
        asked = language.parse(text)
        if asked.terms and set(asked.groups) == {group} and not language.contradicts(asked):
            return text, language.satisfy(person, asked, rng)
    return text, world.with_groups(person, model, group)
