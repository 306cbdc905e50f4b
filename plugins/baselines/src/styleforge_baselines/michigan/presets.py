"""The preset ``michigan``, where a painter can be trained: hair."""

from __future__ import annotations

from styleforge.recipe.domain import Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Paste
from styleforge_baselines.target import Target

NAME = "michigan"


def preset(target: Target) -> Preset:
    """The preset; what the old region covered is filled by the pack's inpainter.

    Example:
        >>> from styleforge_baselines.target import HAIR
        >>> preset(HAIR).start_paste.method
        'michigan'
    """
    return Preset(
        name=NAME,
        title="MichiGAN's manner",
        help="At once: drawn by a small network from mask, orientation and a code of the look.",
        stages=(),
        start_paste=Paste(region=target.region, by=NAME),
        described="preview",
        compose=Compose(mode="pasted", inpainter="pack"),
    )
