"""The colour that words name: the one whose patch the text-image encoder finds nearest to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.losses.lab import lab
from styleforge.prepare.embed import encoder_of

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.models import Models
    from styleforge.pack.protocols import TextImageEncoder

Ellipse = tuple[float, float, float, float]  # centre and radii, as shares of the picture
LEVELS = 8
_CHROMA = 48.0  # in CIELAB; pigments of vivid dyes
ENDS = (0.06, 0.96)  # no pigment is quite black or white
SIDE = 64  # pixels of a patch's picture
_SHARPNESS = 80.0  # of the softmax over similarities


def named_colour(models: Models, words: Tensor, region: str, mapper: str = "") -> Tensor:
    """The colour ``(3,)`` in [0, 1] of an embedding ``(1, E)`` of words.

    The mean of a palette, weighted by how near each colour's patch is to the words (softmax). An
    encoder that knows what lies where reads the same words differently by the patch's place, which
    is the pack's for the ``region``. The palette is embedded once for the models and a place, by
    the encoder that embedded the words: the ``mapper``'s own, if it has one.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> words = models.get("embedding").embed_text(["red"])
        >>> named_colour(models, words, "thing").shape
        torch.Size([3])
    """
    place = models.pack.place(region)
    encoder = encoder_of(models, "words for a colour", mapper=mapper)
    key = f"palette {place} {id(getattr(encoder, 'inner', encoder))}"
    # The encoder is kept, too, so that no other gets its id.
    _, colours, embeddings = models.kept(key, lambda: (encoder, *_embedded(models, place, encoder)))
    near = (embeddings @ words[0].to(embeddings) * _SHARPNESS).softmax(0)
    mean: Tensor = near @ colours
    return mean


def palette() -> Tensor:
    """Colours ``(K, 3)`` in [0, 1]: a grid in sRGB without its most saturated colours.

    Encoders have hardly seen saturated colours, and match them to almost any words.

    Example:
        >>> colours = palette()
        >>> colours.shape[1], bool(colours.min() > 0), bool(colours.max() < 1)
        (3, True, True)
    """
    levels = torch.linspace(*ENDS, LEVELS)
    grid = torch.cartesian_prod(levels, levels, levels)
    lightness_a_b = lab(2 * grid[:, :, None, None] - 1, gamma=True)[..., 0, 0]
    return grid[lightness_a_b[:, 1:].norm(dim=1) < _CHROMA]


def _embedded(models: Models, place: Ellipse, encoder: TextImageEncoder) -> tuple[Tensor, Tensor]:
    colours = palette().to(models.device, models.dtype)
    y, x = torch.meshgrid(torch.linspace(0, 1, SIDE), torch.linspace(0, 1, SIDE), indexing="ij")
    inside = ((x - place[0]) / place[2]) ** 2 + ((y - place[1]) / place[3]) ** 2 < 1
    patches = inside.to(colours) * (2 * colours[:, :, None, None] - 1)
    with torch.no_grad():
        return colours, encoder.embed_image(patches)
