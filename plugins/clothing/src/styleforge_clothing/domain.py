"""The clothing domain: identity is everything that is not clothing."""

from __future__ import annotations

from styleforge.domain import Domain, Preset
from styleforge.methods.loho import Loho
from styleforge.recipe import Compose

LOHO = Loho("clothing", "clothing", "identity.face | identity.skin | identity.hair", "patent")

ATTRIBUTES = LOHO.attributes(
    shape="Cut: neckline, shoulders, silhouette.",
    appearance="The colours.",
    finer_style="Pattern and fabric.",
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
