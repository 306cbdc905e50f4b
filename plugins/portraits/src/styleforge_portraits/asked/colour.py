"""Which colour's name fits a region best: those of the words, and of the table that edits go by.

The words' own colour counts as well as the world's, which is often another: lilac is #cea2fd in the
table that edits go by, and one of the world's purples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from skimage.color import deltaE_ciede2000, rgb2lab

from styleforge.errors import UserError
from styleforge.prepare.pixels import mean_colour
from styleforge.recipe.colour_names import colours_of
from styleforge_portraits import language, world
from styleforge_portraits.asked.phrase import MATERIALS, said

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.recipe.domain import Attribute

Array = NDArray[Any]
AXES = {"hair": "hair colour", "clothing": "cloth colour"}
PROTOTYPES = 24  # people behind the prototype of a colour


class Colours:
    """The world's colours of a domain by name, each the mean of people who have it."""

    def __init__(self, domain: str, rng: np.random.Generator) -> None:
        self.domain = domain
        self.terms = tuple(term for term in language.WORDS if term.axis == AXES[domain])
        self.prototypes = [self._prototype(term.names[0], rng) for term in self.terms]

    def shown(self, image: Tensor, mask: Tensor, text: str, attribute: Attribute) -> bool:
        """Whether the colour of a region is the one that words say, rather than any other.

        Args:
            image: ``(1, 3, H, W)`` in [-1, 1].
            mask: of the region ``(1, 1, H, W)``, each 0 or 1.
            text: the words.
            attribute: whose table of colours counts, too.
        """
        if not mask.any():
            return False
        keys = {term.key for term in said(text, self.domain).terms}
        right = [term.key in keys for term in self.terms]
        candidates = [*self.prototypes]
        named = colours_of(text, attribute)
        for one in named.colours if named else ():
            candidates.append(rgb2lab((np.array(one.rgb) + 1) / 2))  # from [-1, 1]
            right.append(True)
        own = rgb2lab(colour_of(image, mask, self.domain))
        table = np.stack(candidates)
        away = deltaE_ciede2000(table, np.broadcast_to(own, table.shape))  # type: ignore[no-untyped-call]
        return right[int(np.argmin(away))]

    def _prototype(self, colour: str, rng: np.random.Generator) -> Array:
        """CIELAB ``(3,)``."""
        asked = language.parse(f"{colour} {self.domain}")
        people = [language.satisfy(world.sample(rng), asked, rng) for _ in range(PROTOTYPES)]
        material = world.MATERIALS.index(MATERIALS[self.domain])
        found = np.stack([rgb2lab(world.palette(one)[material]) for one in people])
        mean: Array = found.mean(axis=0)
        return mean


def colour_of(image: Tensor, mask: Tensor, domain: str) -> Array:
    """The colour ``(3,)`` of a region in [0, 1]: hair's mean, and the ground of a patterned cloth.

    Raises:
        UserError: for clothing, without the plugin that knows grounds from patterns.
    """
    if domain != "clothing":
        return mean_colour(image, mask)
    try:
        from styleforge_clothing.tones import tones_of
    except ImportError as error:
        msg = "The colour of clothing is read with styleforge-clothing, which is not installed."
        raise UserError(msg) from error
    pixels = ((image[0].detach().cpu().double() + 1) / 2).permute(1, 2, 0).numpy()
    found = tones_of(pixels, mask[0, 0].bool().cpu().numpy())
    if found is None:  # too little of it
        return mean_colour(image, mask)
    return np.asarray(found.base)
