"""The clothing domain: identity is everything that is not clothing."""

from __future__ import annotations

from dataclasses import replace

from styleforge.methods import hairclip
from styleforge.methods.recolour import Recolour
from styleforge.recipe.domain import Domain, Preset
from styleforge.recipe.recipe import Compose
from styleforge.recipe.selection import LEVELS, SIDE, SOURCE, Level, Selection
from styleforge.recipe.starts import Mapped, Paste
from styleforge_clothing import colours
from styleforge_clothing.loho import LOHO
from styleforge_clothing.words import COLOURS, CUTS, PATTERNS

_SHAPE, _APPEARANCE, _FINER_STYLE = LOHO.attributes(
    shape="Cut: neckline, shoulders, silhouette.",
    appearance="The colours.",
    finer_style="Pattern and fabric.",
)

# A pattern is a matter of what is where and of its colours, so it moves the rows of both; and what
# is where decides which pixels a colour reaches.
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
        drives=("medium+fine",),
        likeness=hairclip.colour_likeness("appearance", "clothing"),
        hold=hairclip.keep_colour("clothing"),
        words=COLOURS,
        colours=colours.COLOURS,
        nouns=colours.NOUNS,
    ),
    replace(
        _FINER_STYLE,
        accepts=("image", "text"),
        prompt="{} top",
        drives=("medium+fine",),
        likeness=hairclip.shape_likeness("finer_style", "clothing"),
        words=PATTERNS,
    ),
)

BEHIND = ("hair",)
# Clothing hangs on shoulders, of which neither face nor landmarks know: its own overlap counts, at
# the overlaps that are published for faces.
SELECTION = Selection(
    compared="clothing",
    levels={name: Level(level.iou, (0.0, float(SIDE))) for name, level in LEVELS.items()},
    source=f"{SOURCE}, for faces",
)
PASTED = Paste(region="clothing", pattern="finer_style", behind=BEHIND, by="patterned")
MAPPED = Mapped(region="clothing")
EXPOSED = Compose(mode="exposed", inpainter="pack")

PRESETS = (
    Preset(
        name="tailored",
        title="Cut, tones and pattern",
        help="Cut, tones and pattern, each from its own picture; words by a trained network.",
        stages=(),
        start="mapper",
        start_map=MAPPED,
        start_paste=PASTED,
        described="preview",
        compose=Compose(mode="pasted", inpainter="pack"),
    ),
    Preset(
        name="loho-fast",
        title="LOHO, fast",
        help="Step by step from a draft of the new clothing: 36 steps.",
        stages=("loho-fast.clothing.structure", "loho-fast.clothing.look"),
        start="inverter",
        start_paste=PASTED,
        described="preview",
        compose=EXPOSED,
    ),
    Preset(
        name="mapper",
        title="HairCLIP for clothing",
        help="At once, in one pass of a trained network, drawn by the generator.",
        stages=(),
        start="mapper",
        start_map=MAPPED,
        compose=Compose(mode="exposed", inpainter="pack"),
    ),
    Preset(
        name="loho-mapped",
        title="LOHO from the mapper",
        help="The one-pass result first, then made better in a third of the steps.",
        stages=("loho-mapped.clothing.structure", "loho-mapped.clothing.look"),
        start="mapper",
        start_map=MAPPED,
        start_paste=PASTED,
        described="preview",
        compose=EXPOSED,
    ),
    Recolour("clothing", "clothing", "appearance").preset(),
    Preset(
        name="loho",
        title="LOHO for clothing",
        help="LOHO's two stages, with the clothing in the hair's place.",
        stages=("loho.clothing.structure", "loho.clothing.look"),
        start="inverter",
        compose=EXPOSED,
    ),
    Preset(
        name="loho-plain",
        title="LOHO without orthogonalization",
        help="To compare with: nothing keeps the look from changing the cut.",
        stages=("loho.clothing.structure", "loho-plain.clothing.look"),
        start="inverter",
        compose=EXPOSED,
    ),
    Preset(
        name="loho-joint",
        title="LOHO in one stage",
        help="To compare with: everything at once from the first step.",
        stages=("loho-joint.clothing.all",),
        start="inverter",
        compose=EXPOSED,
    ),
)

CLOTHING = Domain(
    name="clothing",
    title="Clothing",
    help="Cut, colours and pattern of clothing.",
    region="clothing",
    keep=("face",),
    selection=SELECTION,
    behind=BEHIND,
    presets=PRESETS,
    rank=20,
)
