"""The domain, its three attributes and its presets."""

from __future__ import annotations

from styleforge.domain import Domain, Preset
from styleforge.recipe import Compose
from styleforge_hair.fast import PASTED, STRANDS
from styleforge_hair.loho import PATENT

ATTRIBUTES = PATENT.attributes(
    shape="Outline, volume and structure: how long, how wide, parted where, curled how.",
    appearance="The overall colour.",
    finer_style="Strands, wisps, highlights and shine.",
)

PRESETS = (
    Preset(
        name="loho-fast",
        title="LOHO, fast",
        help="From the inverter of the pasted picture, 36 steps; the default.",
        stages=("loho-fast.structure", "loho-fast.look"),
        start="inverter",
        start_paste=PASTED,
        start_noise=STRANDS,
        compose=Compose(mode="layered", inpainter="pack"),
    ),
    Preset(
        name="loho",
        title="LOHO",
        help="As the patent writes it: 1000 + 1000 steps from the mean latent.",
        stages=("loho.structure", "loho.look"),
    ),
    Preset(
        name="loho-2021",
        title="LOHO, released code",
        help="With the constants and reductions of the code published in 2021.",
        stages=("loho-2021.structure", "loho-2021.look"),
        pose="off",
    ),
    Preset(
        name="loho-plain",
        title="LOHO without orthogonalization",
        help="The ablation: structure's gradient is left as it is in stage 2.",
        stages=("loho.structure", "loho-plain.look"),
    ),
    Preset(
        name="loho-joint",
        title="LOHO in one stage",
        help="The ablation: all losses from the first step, no orthogonalization.",
        stages=("loho-joint.all",),
    ),
)

HAIR = Domain(
    name="hair",
    title="Hair",
    help="Shape and structure, appearance and finer style of hair.",
    region="hair",
    keep=("face",),
    presets=PRESETS,
)
