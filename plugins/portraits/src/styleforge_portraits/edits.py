"""Edits to learn from: people, descriptions and other people, and the true answers.

Satisfies ``styleforge.training.source.Source``. The world knows what an edit's answer looks like,
and the basis of W where it lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from skimage.color import rgb2lab

from styleforge.errors import UserError
from styleforge.training.source import Examples
from styleforge_portraits import language, world
from styleforge_portraits.models.generator import ROWS
from styleforge_portraits.models.loading import load_basis
from styleforge_portraits.training.measures import measures

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[Any]
SIDE = 128  # pixels of the pictures
POOL = 6000  # people whose pictures are references: of 1000, a mapper learns each by heart
EDITED = 1500  # the first of them are edited, where pictures are looked at
ALL = 10**9  # numbers of edits of which only latents are looked at
HELD = 300  # others, never trained on
TRIES = 20  # captions until one can be satisfied
ANY_WORD = 0.5  # share of captions whose words are drawn, not said of a model: rare styles too
# Measures of the second colour of cloth, the last ones being the palette.
HIDDEN = 3 * (world.MATERIALS.index("cloth_accent") - len(world.MATERIALS)) + np.arange(3)
GREY = 0.97  # hue of a second colour that nobody has seen yet
LIGHT = 68.0  # CIELAB lightness of cloth on which that is dark
UNSURE = 0.2  # deviation of the noise on a latent, of that of W: an inverter errs about so much


@dataclass(frozen=True)
class Edit:
    """A person, what is asked for by attribute (donors by number), and the true answer.

    ``stages`` are the people on the way there, by the attribute that was changed last.
    """

    number: int
    person: world.Person
    answer: world.Person
    texts: Mapping[str, str]
    donors: Mapping[str, int]
    stages: Mapping[str, world.Person]


class Edits:
    """Edits of random people, ``count`` for every pattern of conditions.

    Pictures are rendered when they are first asked for, and kept.
    """

    def __init__(self, pool: int = POOL, held: int = HELD, side: int = SIDE, seed: int = 7) -> None:
        rng = np.random.default_rng(seed)
        self.people = {
            False: tuple(definite(world.sample(rng)) for _ in range(pool)),
            True: tuple(definite(world.sample(rng)) for _ in range(held)),
        }
        self.side, self.seed = side, seed
        self._pictures: dict[world.Person, Array] = {}
        self._basis = load_basis()

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        kinds: Mapping[str, str],
        *,
        held: bool = False,
        answers: bool = True,
    ) -> Examples:
        """See ``styleforge.training.source.Source``.

        Raises:
            UserError: for an attribute that is no group of the world's factors.
        """
        people = self.people[held]
        limit = min(len(people), EDITED) if answers else ALL
        edits = [self.edit(int(at), kinds, held=held) for at in rng.integers(limit, size=count)]
        texts = {
            name: tuple(one.texts[name] for one in edits)
            for name, kind in kinds.items()
            if kind == "text"
        }
        pictures = {
            name: self._shown([people[one.donors[name]] for one in edits])
            for name, kind in kinds.items()
            if kind == "image"
        }
        donors = {name: tuple(f"{held} {one.donors[name]}" for one in edits) for name in pictures}
        steps, at = {}, self._w([one.person for one in edits])
        latent = at + UNSURE * self._basis.noise(rng, count)
        for name in kinds:
            after = self._w([one.stages[name] for one in edits])
            steps[name], at = self._everywhere(after - at), after
        known = Examples(
            texts=texts, pictures=pictures, donors=donors, steps=steps,
            metric=self._basis.span.t(),
        )  # fmt: skip
        if not answers:  # latents alone: no picture is needed
            return replace(known, latent=self._everywhere(latent))
        return replace(
            known,
            image=self._shown([one.person for one in edits]),
            answer=self._shown([one.answer for one in edits]),
            keys=tuple(f"{held} {one.number}" for one in edits),
        )

    def describe(self) -> Mapping[str, object]:
        """See ``styleforge.training.source.Source``."""
        train, held = len(self.people[False]), len(self.people[True])
        return {
            "source": "styleforge_portraits.edits, rendered people and the same people edited",
            "licence": "Apache-2.0",
            "people": {"train": min(train, EDITED), "held": held},
            "references": {"train": train, "held": held},
            "latents_alone": "ever new people",
            "words": "the pack's grammar; held-out edits also use what training leaves out",
            "size": self.side,
        }

    def edit(self, number: int, kinds: Mapping[str, str], *, held: bool = False) -> Edit:
        """One edit under conditions of this pattern: of a person of the pool, or of a new one."""
        people = self.people[held]
        pool = len(people)
        pattern = [sum(f"{name} {kind}".encode()) for name, kind in sorted(kinds.items())]
        rng = np.random.default_rng((self.seed, held, number, *pattern))
        person = people[number] if number < pool else definite(world.sample(rng))
        answer = person
        texts: dict[str, str] = {}
        donors: dict[str, int] = {}
        stages: dict[str, world.Person] = {}
        colours = {name for name in kinds if group_of(name) == "clothing_appearance"}
        for name, kind in kinds.items():
            group = group_of(name)
            if kind == "text":
                texts[name], answer = described(answer, world.sample(rng), group, rng, held=held)
            else:
                donors[name] = int(rng.integers(pool))
                answer = world.with_groups(answer, people[donors[name]], group)
            if person.pattern == "plain" and not colours & set(donors):
                answer = contrasting(answer)  # with the colour that the cloth has by now
            stages[name] = answer
        return Edit(number, person, answer, texts, donors, stages)

    def _w(self, people: list[world.Person]) -> Tensor:
        """The latents ``(N, 512)`` of people, as an inverter can know them.

        The second colour of a plain cloth is nowhere to be seen, so it is the mean one.
        """
        table = np.stack([measures(person) for person in people])
        plain = np.array([person.pattern == "plain" for person in people])
        table[np.ix_(plain, HIDDEN)] = self._basis.mean.numpy()[HIDDEN]
        return self._basis.latents(torch.from_numpy(table))

    def _everywhere(self, w: Tensor) -> Tensor:
        """The same in all rows: ``(N, 512)`` to ``(N, rows, 512)``."""
        return w[:, None].expand(-1, ROWS, -1)

    def _shown(self, people: list[world.Person]) -> Tensor:
        for person in people:
            if person not in self._pictures:
                self._pictures[person] = np.asarray(world.render(person, self.side).image)
        stacked = torch.from_numpy(np.stack([self._pictures[person] for person in people]))
        return stacked.permute(0, 3, 1, 2).float() / 127.5 - 1


def definite(person: world.Person) -> world.Person:
    """The person, with one value for what nobody can see of them while their cloth is plain.

    A pattern that is asked for then has one answer: a large one in white, or in a dark grey on
    light cloth. A mean of many answers would be faint.
    """
    if person.pattern != "plain":
        return person
    return contrasting(replace(person, pattern_scale="large"))


def contrasting(person: world.Person) -> world.Person:
    """The person with white for a second colour of cloth, or dark grey where the cloth is light."""
    cloth = world.palette(person)[world.MATERIALS.index("cloth")]
    light = rgb2lab(cloth[None, None])[0, 0, 0] > LIGHT
    return replace(person, accent_hue=GREY, accent_lightness=0.0 if light else 1.0)


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


def described(
    person: world.Person,
    model: world.Person,
    group: str,
    rng: np.random.Generator,
    *,
    held: bool,
) -> tuple[str, world.Person]:
    """What is said of ``model`` or drawn from all words, and the person once that holds of them."""
    drawn = rng.random() < ANY_WORD
    for _ in range(TRIES):
        if drawn:
            text = language.phrase(language.draw(rng, group, unseen=held), rng, unseen=held)
        else:
            text = language.describe(model, rng, group, unseen=held)
        asked = language.parse(text)
        if asked.terms and set(asked.groups) == {group} and not language.contradicts(asked):
            return text, language.satisfy(person, asked, rng)
    return text, world.with_groups(person, model, group)
