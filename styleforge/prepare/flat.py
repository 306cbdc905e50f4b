"""A colour as a reference: a picture of nothing but the region, in that colour.

For what pastes colours a swatch is as good as a picture, so that neither a mapper nor a text-image
encoder has to read it; nor words that are the name of a colour.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.prepare.problem import Reference

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def colour_reference(
    colour: Sequence[float] | Tensor,
    identity: Reference,
    region: str,
    source: str,
    accent: Sequence[float] | None = None,
) -> Reference:
    """A reference all of which is a region of one colour, or of a ground with an accent.

    Args:
        colour: red, green and blue in [-1, 1].
        identity: says the size of the picture and the names of the regions.
        region: the region that it is all of.
        source: what it is called in messages.
        accent: the colour of its upper quarter, as of a pattern.

    Example:
        >>> there = torch.ones(1, 1, 4, 4)
        >>> picture = Reference(image=torch.zeros(1, 3, 4, 4), regions={"lips": there})
        >>> colour_reference((1.0, -1.0, -1.0), picture, "lips", "red").image[0, :, 0, 0].tolist()
        [1.0, -1.0, -1.0]
    """
    ones = torch.ones_like(identity.image[:, :1])  # (1, 1, H, W)
    regions = {one: ones if one == region else 0 * ones for one in identity.regions}
    image = ones * torch.as_tensor(colour).to(ones)[None, :, None, None]  # (1, 3, H, W)
    if accent is not None:
        image[..., : image.shape[-2] // 4, :] = torch.as_tensor(accent).to(ones)[:, None, None]
    return Reference(image=image, regions=regions, source=source)
