"""The layouts that core reads: one table."""

from __future__ import annotations

from styleforge.errors import UserError
from styleforge.weights.layouts.encoders import ARCFACE, ENCODER
from styleforge.weights.layouts.generators import STYLEGAN2
from styleforge.weights.layouts.inception import INCEPTION
from styleforge.weights.layouts.mappers import HAIRCLIP
from styleforge.weights.layouts.parsers import SEGFORMER
from styleforge.weights.layouts.perceptual import LPIPS, VGG
from styleforge.weights.layouts.words import CLIP
from styleforge.weights.row import FileLayout

# Files that hold others' weights as well come first, so that they are known by their own.
LAYOUTS = (HAIRCLIP, ENCODER, STYLEGAN2, ARCFACE, VGG, LPIPS, CLIP, SEGFORMER, INCEPTION)


def layout_of(name: str | FileLayout) -> FileLayout:
    """The layout of a name; a `FileLayout` is given back as it is.

    Raises:
        UserError: if core has none of this name.

    Example:
        >>> layout_of("vgg16").what
        'a VGG16'
    """
    if isinstance(name, FileLayout):
        return name
    found = next((one for one in LAYOUTS if one.name == name), None)
    if found is None:
        have = ", ".join(one.name for one in LAYOUTS)
        raise UserError(f"There is no layout {name!r} of weights; there are: {have}.")
    return found
