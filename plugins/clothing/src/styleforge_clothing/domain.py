"""The clothing domain: identity is everything that is not clothing."""

from __future__ import annotations

from dataclasses import replace

from styleforge.domain import Domain, Preset
from styleforge.methods import hairclip
from styleforge.methods.loho import Loho
from styleforge.recipe import Compose
from styleforge_clothing.words import COLOURS, CUTS, PATTERNS

LOHO = Loho("clothing", "clothing", "identity.face | identity.skin | identity.hair", "patent")

_SHAPE, _APPEARANCE, _FINER_STYLE = LOHO.attributes(
    shape="Cut: neckline, shoulders, silhouette.",
    appearance="The colours.",
    finer_style="Pattern and fabric.",
)

# A cut and a pattern are both a matter of what is where, so both move the rows that say so.
ATTRIBUTES = (
    replace(
        _SHAPE,
        accepts=("image", "text"),
        prompt="{} top",
        drives=("coarse+medium",),
        likeness=hairclip.shape_likeness("shape", "clothing"),
        words=CUTS,
    ),
    replace(
        _APPEARANCE,
        accepts=("image", "text", "swatch"),
        prompt="{} top",
        drives=("fine",),
        likeness=hairclip.colour_likeness("appearance", "clothing"),
        hold=hairclip.keep_colour("clothing"),
        words=COLOURS,
    ),
    replace(
        _FINER_STYLE,
        accepts=("image", "text"),
        prompt="{} top",
        drives=("coarse+medium",),
        likeness=hairclip.shape_likeness("finer_style", "clothing"),
        words=PATTERNS,
    ),
)

STAGES = (
    LOHO.structure_stage("loho.clothing.structure", 100),
    LOHO.look_stage("loho.clothing.look", (LOHO.orthogonal(per="row"), LOHO.off_noise()), 100),
)

CLOTHING = Domain(
    name="clothing",
    title="Clothing",
    help="Cut, colours and pattern of clothing.",
    region="clothing",
    keep=("face",),
    presets=(
        Preset(
            name="loho",
            title="LOHO for clothing",
            help="LOHO's two stages from the inverter, with the clothing in the hair's place.",
            stages=tuple(stage.name for stage in STAGES),
            start="inverter",
            compose=Compose(mode="edit"),
        ),
    ),
)
