"""What the mapper's benchmark asks for, and how it is read off a result.

Shape is read as factors, by the pack's inverter; colour is the name whose prototype the mean colour
of the hair is nearest to. Both readers err on true pictures too: the benchmark prints how often.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from skimage.color import deltaE_ciede2000, rgb2lab
from styleforge_portraits import language, world

from benchmarks.problems import picture
from styleforge.evaluation import found_regions
from styleforge.metrics import mean_colour

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack import Models

PROTOTYPES = 24  # people behind the prototype of a colour


@dataclass(frozen=True)
class Ask:
    """A description of hair: words for its shape, for its colour, or for both."""

    shape: str = ""
    appearance: str = ""
    seen: bool = True

    @property
    def name(self) -> str:
        """Both in one."""
        return ", ".join(part for part in (self.shape, self.appearance) if part)

    @property
    def conditions(self) -> dict[str, str]:
        """Words by role."""
        given = {"shape": self.shape, "appearance": self.appearance}
        return {role: text for role, text in given.items() if text}


SEEN = (
    Ask(shape="long wavy hair"),
    Ask(shape="pixie cut"),
    Ask(shape="afro"),
    Ask(shape="a bun"),
    Ask(shape="chin-length straight hair with bangs"),
    Ask(appearance="blonde"),
    Ask(appearance="purple"),
    Ask(appearance="black"),
    Ask(shape="short curly hair", appearance="red"),
    Ask(shape="long straight hair", appearance="pink"),
)
UNSEEN = (
    Ask(shape="curly bob", seen=False),
    Ask(shape="topknot", seen=False),
    Ask(shape="bowl cut", seen=False),
    Ask(appearance="lilac", seen=False),
    Ask(appearance="copper", seen=False),
    Ask(shape="afro", appearance="purple", seen=False),
    Ask(shape="undercut", appearance="blue", seen=False),
    Ask(shape="long hair", appearance="green", seen=False),
)


def answer(person: world.Person, ask: Ask, rng: np.random.Generator) -> world.Person:
    """The person with the hair that is asked for, changed as little as needed."""
    for text in ask.conditions.values():
        person = language.satisfy(person, said(text), rng)
    return person


def said(text: str) -> language.Description:
    """A description; words that are held out are read by their meaning."""
    found = language.parse(text)
    return found if found.terms else language.parse(language.place(text)[0])


class Reader:
    """Reads off a picture whether it shows what was asked for."""

    def __init__(self, models: Models) -> None:
        self.models = models
        rng = np.random.default_rng(0)
        self.colours = tuple(term for term in language.WORDS if term.axis == "hair colour")
        self.prototypes = np.stack([self._prototype(term.names[0], rng) for term in self.colours])

    def _prototype(self, colour: str, rng: np.random.Generator) -> np.ndarray:
        asked = language.parse(f"{colour} hair")
        people = [language.satisfy(world.sample(rng), asked, rng) for _ in range(PROTOTYPES)]
        hair = world.MATERIALS.index("hair")
        return np.stack([rgb2lab(world.palette(one)[hair]) for one in people]).mean(0)

    def shows(self, image: Tensor, ask: Ask) -> bool:
        """Whether every word is right for the picture ``(1, 3, H, W)``."""
        right = True
        if ask.shape:
            right = said(ask.shape).holds(self.person(image))
        if ask.appearance:
            keys = {term.key for term in said(ask.appearance).terms}
            right = right and self.colour(image) in keys
        return right

    def person(self, image: Tensor) -> world.Person:
        """Who the picture shows, by the inverter."""
        return world.decode(self.code(image))

    @torch.no_grad()
    def code(self, image: Tensor) -> np.ndarray:
        """The factors of a picture as a code ``(D,)``, by the inverter."""
        code, _ = self.models.get("inverter").read(image)
        return code[0].double().numpy()

    def colour(self, image: Tensor) -> str:
        """The key of the colour that the hair's mean colour is nearest to."""
        mask = found_regions(image, self.models)["hair"]
        if not mask.any():
            return ""
        mean = np.broadcast_to(rgb2lab(mean_colour(image, mask)), self.prototypes.shape)
        return self.colours[int(np.argmin(deltaE_ciede2000(self.prototypes, mean)))].key


def true_picture(person: world.Person, ask: Ask, seed: int) -> Tensor:
    """The true answer ``(1, 3, 256, 256)``."""
    return picture(answer(person, ask, np.random.default_rng(seed)))
