"""What the mapper's benchmark asks for, and how it is read off a result.

Shape and pattern are read as factors, by the pack's inverter. A colour is read off the mean colour
of hair, or the base tone of clothing, which patterns do not mix with: it is the name whose colour
is nearest. The words' own colour counts as well as the world's, which is often another: lilac is
#cea2fd in the table that edits go by, and one of the world's purples.
The readers err on true pictures too: the benchmark prints how often.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import torch
from skimage.color import deltaE_ciede2000, rgb2lab
from styleforge_clothing.retexture import pixels
from styleforge_clothing.tones import tones_of
from styleforge_portraits import language, world
from styleforge_portraits.models.loading import load_basis
from styleforge_portraits.training.measures import measures

from benchmarks.problems import picture
from styleforge.prepare.pixels import mean_colour
from styleforge.prepare.regions import found_regions
from styleforge.recipe.colour_names import colours_of

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.pack import Models
    from styleforge.recipe.domain import Attribute

PROTOTYPES = 24  # people behind the prototype of a colour
FITTED = 6000  # people that factors are learnt from


@dataclass(frozen=True)
class Ask:
    """A description: words for shape, colour and pattern, or for some of them."""

    shape: str = ""
    appearance: str = ""
    finer_style: str = ""
    seen: bool = True

    @property
    def name(self) -> str:
        """All in one."""
        return ", ".join(self.conditions.values())

    @property
    def conditions(self) -> dict[str, str]:
        """Words by role."""
        given = {
            "shape": self.shape, "appearance": self.appearance, "finer_style": self.finer_style
        }  # fmt: skip
        return {role: text for role, text in given.items() if text}


@dataclass(frozen=True)
class Wording:
    """What is asked for in a domain's words.

    ``prompt`` is put around words that do not say what they speak of, ``material`` is what the
    world paints the domain's colour with, ``axis`` the names of colours, and ``colour`` reads the
    colour ``(3,)`` off a picture and the region's mask ``(1, 1, H, W)``.
    """

    asks: tuple[Ask, ...]
    material: str
    axis: str
    colour: Callable[[Tensor, Tensor], np.ndarray]
    prompt: str = "{}"


def base_tone(image: Tensor, mask: Tensor) -> np.ndarray:
    """The base tone ``(3,)`` of a region that is not empty."""
    found = tones_of(pixels(image), mask[0, 0].bool().numpy())
    assert found is not None
    return np.asarray(found.base)


HAIR = (
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
    Ask(shape="curly bob", seen=False),
    Ask(shape="topknot", seen=False),
    Ask(shape="bowl cut", seen=False),
    Ask(appearance="lilac", seen=False),
    Ask(appearance="copper", seen=False),
    Ask(shape="afro", appearance="purple", seen=False),
    Ask(shape="undercut", appearance="blue", seen=False),
    Ask(shape="long hair", appearance="green", seen=False),
)
CLOTHING = (
    Ask(shape="v-neck"),
    Ask(shape="turtleneck"),
    Ask(shape="scoop-neck"),
    Ask(appearance="mustard"),
    Ask(appearance="navy"),
    Ask(appearance="red"),
    Ask(finer_style="polka dots"),
    Ask(finer_style="plain"),
    Ask(finer_style="horizontally striped"),
    Ask(shape="turtleneck", appearance="red"),
    Ask(appearance="green", finer_style="checked"),
    Ask(shape="v-neck", appearance="teal"),
    Ask(shape="crewneck", seen=False),
    Ask(shape="high-collared", seen=False),
    Ask(appearance="turquoise", seen=False),
    Ask(appearance="crimson", seen=False),
    Ask(appearance="charcoal", seen=False),
    Ask(finer_style="tartan", seen=False),
    Ask(appearance="lavender", finer_style="lined", seen=False),
    Ask(shape="plunging v-neck", appearance="indigo", seen=False),
)
WORDINGS: Mapping[str, Wording] = MappingProxyType({
    "hair": Wording(HAIR, "hair", "hair colour", mean_colour),
    "clothing": Wording(CLOTHING, "cloth", "cloth colour", base_tone, "{} top"),
})  # fmt: skip


def answer(
    person: world.Person, ask: Ask, wording: Wording, rng: np.random.Generator
) -> world.Person:
    """The person with what is asked for, changed as little as needed."""
    for text in ask.conditions.values():
        person = language.satisfy(person, said(text, wording), rng)
    return person


def said(text: str, wording: Wording) -> language.Description:
    """A description; words that are held out are read by their meaning."""
    text = wording.prompt.format(text)
    found = language.parse(text)
    own = [term.group.startswith(wording.material) for term in found.terms]
    return found if own and all(own) else language.parse(language.place(text)[0])


class Reader:
    """Reads off a picture whether it shows what was asked for."""

    def __init__(self, models: Models, domain: str, appearance: Attribute) -> None:
        self.models, self.region, self.wording = models, domain, WORDINGS[domain]
        self.appearance = appearance  # whose table of colours counts
        rng = np.random.default_rng(0)
        self.colours = tuple(term for term in language.WORDS if term.axis == self.wording.axis)
        self.prototypes = np.stack([self._prototype(term.names[0], rng) for term in self.colours])
        self._factors = self._fitted(rng)

    def _fitted(self, rng: np.random.Generator) -> np.ndarray:
        """What makes codes of coordinates along the directions of W: ``(rank + 1, D)``.

        The linear map that fits random people best.
        """
        people = [world.sample(rng) for _ in range(FITTED)]
        basis = load_basis()
        table = torch.from_numpy(np.stack([measures(one) for one in people]))
        along = (basis.latents(table) @ basis.span.t()).double().numpy()  # (N, rank)
        given = np.concatenate([along, np.ones((len(along), 1))], axis=1)
        codes = np.stack([world.encode(one) for one in people])
        return np.linalg.lstsq(given, codes, rcond=None)[0]

    def _prototype(self, colour: str, rng: np.random.Generator) -> np.ndarray:
        asked = language.parse(f"{colour} {self.region}")
        people = [language.satisfy(world.sample(rng), asked, rng) for _ in range(PROTOTYPES)]
        material = world.MATERIALS.index(self.wording.material)
        return np.stack([rgb2lab(world.palette(one)[material]) for one in people]).mean(0)

    def shows(self, image: Tensor, ask: Ask) -> bool:
        """Whether every word is right for the picture ``(1, 3, H, W)``."""
        right = True
        for text in (ask.shape, ask.finer_style):
            right = right and (not text or said(text, self.wording).holds(self.person(image)))
        if ask.appearance:
            right = right and self.in_colour(image, ask.appearance)
        return right

    def person(self, image: Tensor) -> world.Person:
        """Who the picture shows, by the inverter."""
        return world.decode(self.code(image))

    @torch.no_grad()
    def code(self, image: Tensor) -> np.ndarray:
        """The factors of a picture as a code ``(D,)``, by the inverter."""
        along = self.models.get("inverter").read(image)[0].double().numpy()  # (rank,)
        return np.append(along, 1) @ self._factors

    def in_colour(self, image: Tensor, text: str) -> bool:
        """Whether the region's colour is the one that words say, rather than any other.

        It is what is nearest: the world's colours of the names, or the table's colour of the words.
        """
        mask = found_regions(image, self.models)[self.region]
        if not mask.any():
            return False
        keys = {term.key for term in said(text, self.wording).terms}
        right = [colour.key in keys for colour in self.colours]
        candidates = [*self.prototypes]
        named = colours_of(text, self.appearance)
        for one in named.colours if named else ():
            candidates.append(rgb2lab((np.array(one.rgb) + 1) / 2))  # from [-1, 1]
            right.append(True)
        own = np.broadcast_to(rgb2lab(self.wording.colour(image, mask)), (len(candidates), 3))
        return right[int(np.argmin(deltaE_ciede2000(np.stack(candidates), own)))]


def true_picture(person: world.Person, ask: Ask, wording: Wording, seed: int) -> Tensor:
    """The true answer ``(1, 3, 256, 256)``."""
    return picture(answer(person, ask, wording, np.random.default_rng(seed)))
