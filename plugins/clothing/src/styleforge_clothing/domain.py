"""The clothing domain: identity is everything that is not clothing."""

from __future__ import annotations

from styleforge.domain import Attribute, Domain, Preset
from styleforge.methods.loho import Loho
from styleforge.objective import Objective
from styleforge.recipe import Compose

LOHO = Loho("clothing", "clothing", "identity.face | identity.skin | identity.hair", "patent")

ATTRIBUTES = (
    Attribute(
        name="clothing.shape",
        title="Shape",
        help="Cut: neckline, shoulders, silhouette.",
        objective=Objective((LOHO.shape(),)),
        aligned=True,
    ),
    Attribute(
        name="clothing.appearance",
        title="Appearance",
        help="The colours.",
        objective=Objective((LOHO.appearance(),)),
    ),
    Attribute(
        name="clothing.finer_style",
        title="Finer style",
        help="Pattern and fabric.",
        objective=Objective((LOHO.finer_style(),)),
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
