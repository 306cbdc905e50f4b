"""A colour as a reference: a picture of nothing but the region, in that colour.

For what pastes colours a swatch is as good as a picture, so that neither a mapper nor a text-image
encoder has to read it; nor words that are the name of a colour.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch
from PIL import ImageColor

from styleforge.prepare.problem import Reference
from styleforge.recipe.condition import Swatch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from torch import Tensor


def colour_reference(
    colour: Sequence[float] | Tensor, identity: Reference, region: str, source: str
) -> Reference:
    """A reference all of which is a region of one colour.

    Args:
        colour: red, green and blue in [-1, 1].
        identity: says the size of the picture and the names of the regions.
        region: the region that it is all of.
        source: what it is called in messages.

    Example:
        >>> there = torch.ones(1, 1, 4, 4)
        >>> picture = Reference(image=torch.zeros(1, 3, 4, 4), regions={"lips": there})
        >>> colour_reference((1.0, -1.0, -1.0), picture, "lips", "red").image[0, :, 0, 0].tolist()
        [1.0, -1.0, -1.0]
    """
    ones = torch.ones_like(identity.image[:, :1])  # (1, 1, H, W)
    regions = {one: ones if one == region else 0 * ones for one in identity.regions}
    image = ones * torch.as_tensor(colour).to(ones)[None, :, None, None]  # (1, 3, H, W)
    return Reference(image=image, regions=regions, source=source)


def colour_of_name(text: str, nouns: Iterable[str] = ()) -> tuple[Swatch | None, str]:
    """The colour that words name, by the table of CSS, and the words that are no part of its name.

    Args:
        text: such as ``dark red`` or ``a bright teal shirt``.
        nouns: words that say what is coloured, such as ``shirt``; nothing is lost with them.

    Returns:
        The colour, None where the table has none, and what was left out.

    Example:
        >>> colour_of_name("dark red lips", ["lips"])
        (Swatch(colour='#8b0000', kind='swatch'), '')
        >>> colour_of_name("bright teal")
        (Swatch(colour='#008080', kind='swatch'), 'bright')
        >>> colour_of_name("long")
        (None, 'long')
    """
    words = [word for word in re.findall(r"[a-z]+", text.lower()) if word not in {*nouns, *SMALL}]
    for count in range(len(words), 0, -1):  # the longest name that is there
        for at in range(len(words) - count + 1):
            name = "".join(words[at : at + count])
            if name in ImageColor.colormap:
                red, green, blue = ImageColor.getrgb(name)[:3]
                left = " ".join((*words[:at], *words[at + count :]))
                return Swatch(f"#{red:02x}{green:02x}{blue:02x}"), left
    return None, " ".join(words)


SMALL = frozenset({"a", "an", "the", "of", "in", "colour", "coloured", "color", "colored"})
