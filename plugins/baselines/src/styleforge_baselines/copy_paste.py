"""Copy-paste: the reference's pixels over the identity in the look's mean colour, nothing drawn.

What LOHO's authors say MichiGAN comes to where poses differ; the baseline without a network.
"""

from __future__ import annotations

from styleforge.recipe.domain import Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.starts import Paste
from styleforge_baselines.target import Target


def preset(target: Target) -> Preset:
    """The preset ``copy-paste``; what the old region covered is filled by telea.

    Example:
        >>> from styleforge_baselines.target import HAIR
        >>> preset(HAIR).start_paste.region
        'hair'
    """
    return Preset(
        name="copy-paste",
        title="Copy and paste",
        help="The reference's pixels, bent to the pose and recoloured; nothing is drawn.",
        stages=(),
        start_paste=Paste(region=target.region),
        described="preview",
        compose=Compose(mode="pasted"),
    )
