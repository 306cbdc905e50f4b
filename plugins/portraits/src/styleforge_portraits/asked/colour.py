"""Whether a region has the colour that words say: the people of that colour are asked.

The words of a colour overlap (a dark blonde is a blonde, too) and have gaps between them, so no
colour stands for a word. Many people of the world are laid out by the mean colour of their hair or
cloth; a word is right for a colour where it is right for most of those nearest people whose colour
has a word. The table that edits go by often has another colour for a word (lilac is #cea2fd there,
and one of the world's purples); the nearest of it and of the words' mean colours counts as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from skimage.color import deltaE_ciede2000, rgb2lab

from styleforge.errors import UserError
from styleforge.prepare.pixels import mean_colour
from styleforge.recipe.colour_names import colours_of
from styleforge_portraits import language, world
from styleforge_portraits.asked.phrase import MATERIALS, said
from styleforge_portraits.language.truth import truth_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

    from styleforge.recipe.domain import Attribute

Array = NDArray[Any]
AXES = {"hair": "hair colour", "clothing": "cloth colour"}
NEAREST = 15  # people that are asked about a colour
DRAWN, SIDE = 60, 64  # people, and pixels, that the shares of materials in hair are taken from


class Colours:
    """The people of the world by the colour of a region.

    Args:
        domain: ``hair`` or ``clothing``.
        people: those that are laid out.
    """

    def __init__(self, domain: str, people: Sequence[world.Person]) -> None:
        self.domain = domain
        self.terms = tuple(term for term in language.WORDS if term.axis == AXES[domain])
        columns = [language.WORDS.index(term) for term in self.terms]
        self._right = truth_table(np.stack([world.encode(one) for one in people]))[:, columns]
        palettes = np.stack([world.palette(one) for one in people])  # (N, K, 3)
        shares = _shares(domain, people[:DRAWN])  # (K,)
        labs = rgb2lab(np.einsum("k,nkc->nc", shares, palettes))  # (N, 3)
        self._people = cKDTree(labs)
        self._means = np.stack([labs[right].mean(axis=0) for right in self._right.T])  # (terms, 3)

    def shown(self, image: Tensor, mask: Tensor, text: str, attribute: Attribute) -> bool:
        """Whether the colour of a region is the one that words say.

        Args:
            image: ``(1, 3, H, W)`` in [-1, 1].
            mask: of the region ``(1, 1, H, W)``, each 0 or 1.
            text: the words.
            attribute: whose table of colours counts, too.
        """
        if not mask.any():
            return False
        own = rgb2lab(colour_of(image, mask, self.domain))
        keys = {term.key for term in said(text, self.domain).terms}
        asked = [term.key in keys for term in self.terms]
        near = self._right[self._people.query(own, NEAREST)[1]]  # (NEAREST, terms)
        if near[:, asked].any(axis=1).sum() > near.any(axis=1).sum() / 2:
            return True
        named = colours_of(text, attribute)
        table = [rgb2lab((np.array(one.rgb) + 1) / 2) for one in (named.colours if named else ())]
        candidates = np.stack([*self._means, *table])
        away = deltaE_ciede2000(candidates, np.broadcast_to(own, candidates.shape))  # type: ignore[no-untyped-call]
        return int(np.argmin(away)) >= len(self._means)


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


def _shares(domain: str, people: Sequence[world.Person]) -> Array:
    """How much of each material ``(K,)`` the colour of a region is made of, on average."""
    shares = np.zeros(len(world.MATERIALS))
    if domain == "clothing":  # the ground, without pattern and folds
        shares[world.MATERIALS.index(MATERIALS[domain])] = 1
        return shares
    for one in people:
        drawn = world.geometry(one, SIDE)
        shares += (drawn.maps * drawn.regions[world.REGIONS.index(domain)]).sum((1, 2))  # (K,)
    mean: Array = shares / shares.sum()
    return mean
