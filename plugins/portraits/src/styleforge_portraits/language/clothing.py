"""Words for clothing, and for what a person wears on the face."""

from __future__ import annotations

from .term import Term, box

_Range = tuple[float, float]


def _cloth(hue: _Range, *names: str, lightness: _Range = (0.20, 0.72)) -> Term:
    return Term(
        "clothing_appearance", "cloth colour", (box(cloth_hue=hue, cloth_lightness=lightness),),
        names,
    )  # fmt: skip


NECKLINES = (
    Term(
        "clothing_shape", "neckline", (box(neckline="round"),),
        ("round-necked", "crew-neck"), (), ("with a round neck", "with a round neckline"),
    ),
    Term(
        "clothing_shape", "neckline", (box(neckline="v"),),
        ("v-neck", "v-necked"), (), ("with a v-neck", "with a v-shaped neckline"),
    ),
    Term(
        "clothing_shape", "neckline", (box(neckline="collar"),),
        ("high-necked", "roll-neck", "turtleneck"), (), ("with a high neck", "with a collar"),
    ),
    Term(
        "clothing_shape", "neckline",
        (box(neckline="round", neck_depth=(0.55, 1), neck_opening=(0.55, 1)),),
        ("scoop-neck", "wide-necked"), (), ("with a scoop neck", "with a wide neckline"),
        gloss="round-necked top",
    ),
    Term(
        "clothing_shape", "shoulders", (box(shoulders=(0.75, 1)),),
        ("broad-shouldered",), (), ("with broad shoulders",),
    ),
    Term(
        "clothing_shape", "shoulders", (box(shoulders=(0, 0.25)),),
        ("narrow-shouldered",), (), ("with narrow shoulders",),
    ),
)  # fmt: skip

CLOTH_COLOURS = (
    _cloth((0, 0.08), "blue", "navy"),
    _cloth((0.09, 0.22), "teal", "petrol"),
    _cloth((0.22, 0.35), "green", "sage"),
    _cloth((0.37, 0.49), "yellow", "mustard"),
    _cloth((0.51, 0.64), "orange", "terracotta", "rust"),
    _cloth((0.66, 0.77), "red", "rose", "raspberry", "pink"),
    _cloth((0.79, 0.91), "purple", "plum", "violet"),
    _cloth((0.94, 1), "grey", "slate", "gray"),
    Term(
        "clothing_appearance", "cloth tone", (box(cloth_lightness=(0, 0.26)),),
        ("dark", "dark-coloured"),
    ),
    Term(
        "clothing_appearance", "cloth tone", (box(cloth_lightness=(0.66, 1)),),
        ("light", "pale", "pastel"),
    ),
)  # fmt: skip

PATTERNS = (
    Term("clothing_finer_style", "pattern", (box(pattern="plain"),), ("plain", "unpatterned")),
    Term(
        "clothing_finer_style", "pattern", (box(pattern=("horizontal", "vertical")),),
        ("striped", "stripy"), (), ("with stripes",),
    ),
    Term(
        "clothing_finer_style", "pattern", (box(pattern="horizontal"),),
        ("horizontally striped", "sailor-striped"), (), ("with horizontal stripes",),
    ),
    Term(
        "clothing_finer_style", "pattern", (box(pattern="vertical"),),
        ("vertically striped", "pinstriped"), (), ("with vertical stripes",),
    ),
    Term(
        "clothing_finer_style", "pattern", (box(pattern="dots"),),
        ("dotted", "polka-dot", "spotted"), (), ("with dots", "with polka dots"),
    ),
    Term(
        "clothing_finer_style", "pattern", (box(pattern="checks"),),
        ("checked", "chequered", "gingham", "plaid", "checkered"), (), ("with checks",),
    ),
    Term(
        "clothing_finer_style", "scale",
        (box(pattern=("horizontal", "vertical", "dots", "checks"), pattern_scale="large"),),
        ("boldly patterned",), (), ("with a large pattern", "with a bold pattern"),
    ),
    Term(
        "clothing_finer_style", "scale",
        (box(pattern=("horizontal", "vertical", "dots", "checks"), pattern_scale="small"),),
        ("finely patterned",), (), ("with a small pattern", "with a fine pattern"),
    ),
)  # fmt: skip

WORN = (
    Term(
        "identity", "glasses", (box(glasses=(0.86, 1)),), ("bespectacled",), (),
        ("with glasses", "with spectacles"),
    ),
    Term("identity", "beard", (box(beard=(0.88, 1)),), ("bearded",), (), ("with a beard",)),
    Term("identity", "earrings", (box(earrings=(0.79, 1)),), (), (), ("with earrings",)),
)  # fmt: skip

CLOTHING_WORDS = (*NECKLINES, *CLOTH_COLOURS, *PATTERNS, *WORN)
