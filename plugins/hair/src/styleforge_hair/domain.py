"""The domain, its three attributes and its presets."""

from __future__ import annotations

from dataclasses import replace

from styleforge.methods import hairclip
from styleforge.methods.recolour import Recolour
from styleforge.recipe.domain import Domain, Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.selection import Selection
from styleforge.recipe.starts import Mapped
from styleforge_hair import colours
from styleforge_hair.fast import PASTED
from styleforge_hair.loho import PATENT
from styleforge_hair.words import COLOURS, HAIRSTYLES

_SHAPE, _APPEARANCE, _FINER_STYLE = PATENT.attributes(
    shape="Outline, volume and structure: how long, how wide, parted where, curled how.",
    appearance="The overall colour.",
    finer_style="Strands, wisps, highlights and shine.",
)

# HairCLIP: shape moves the coarse and medium rows of W+, colour the fine ones.
ATTRIBUTES = (
    replace(
        _SHAPE,
        accepts=("image", "text"),
        prompt="{} hairstyle",
        drives=("coarse", "medium"),
        likeness=hairclip.shape_likeness("shape", "hair"),
        words=HAIRSTYLES,
    ),
    replace(
        _APPEARANCE,
        accepts=("image", "text", "swatch"),
        prompt="{} hair",
        drives=("fine",),
        likeness=hairclip.colour_likeness("appearance", "hair"),
        hold=hairclip.keep_colour("hair"),
        words=COLOURS,
        colours=colours.COLOURS,
        nouns=colours.NOUNS,
    ),
    _FINER_STYLE,
)

MAPPED = Mapped(region="hair")
LAYERED = Compose(mode="layered", inpainter="pack")

PRESETS = (
    Preset(
        name="loho-fast",
        title="LOHO, fast",
        help="Step by step from a draft of the new hair: 36 steps; the default.",
        stages=("loho-fast.structure", "loho-fast.look"),
        start="inverter",
        start_paste=PASTED,
        described="preview",
        compose=Compose(mode="layered", inpainter="pack"),
    ),
    Preset(
        name="mapper",
        title="HairCLIP",
        help="At once, in one pass of a trained network: from words, colours or pictures.",
        stages=(),
        start="mapper",
        start_map=MAPPED,
        compose=LAYERED,
    ),
    Preset(
        name="loho-mapped",
        title="LOHO from the mapper",
        help="The one-pass result first, then made better in a third of the steps.",
        stages=("loho-mapped.structure", "loho-mapped.look"),
        start="mapper",
        start_map=MAPPED,
        start_paste=PASTED,
        described="preview",
        compose=Compose(mode="layered", inpainter="pack"),
    ),
    Recolour("hair", "hair", "appearance").preset(),
    Preset(
        name="styleclip",
        title="StyleCLIP, latent optimization",
        help="From the picture itself towards words, 200 steps.",
        stages=("styleclip.all",),
        start="inverter",
        compose=LAYERED,
    ),
    Preset(
        name="loho",
        title="LOHO",
        help="The published losses and schedule: 1000 + 1000 steps from an average portrait.",
        stages=("loho.structure", "loho.look"),
    ),
    Preset(
        name="loho-patent",
        title="LOHO, the patent's formulas",
        help="With the sums and means that the patent writes: 1000 + 1000 steps.",
        stages=("loho-patent.structure", "loho-patent.look"),
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
        help="To compare with: nothing keeps the look from changing the shape.",
        stages=("loho.structure", "loho-plain.look"),
    ),
    Preset(
        name="loho-joint",
        title="LOHO in one stage",
        help="To compare with: everything at once from the first step.",
        stages=("loho-joint.all",),
    ),
)

HAIR = Domain(
    name="hair",
    title="Hair",
    help="Shape and structure, appearance and finer style of hair.",
    region="hair",
    keep=("face",),
    selection=Selection(compared="face"),
    presets=PRESETS,
    rank=10,
)
