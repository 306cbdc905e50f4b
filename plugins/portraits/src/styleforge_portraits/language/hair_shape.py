"""Words for the shape of hair: length, curl, fringe, parting, cuts and styles."""

from __future__ import annotations

from .term import Box, Condition, Term, box

# A bun or a bald head hides what these words speak about.
_LOOSE = box(updo=(0, 0.865), balding=(0, 0.88))
_SOME = box(balding=(0, 0.90))
# the fringe opens at the parting where it does not lean
_GAP = (*box(fringe=(0.50, 0.80), fringe_sweep=(-0.35, 0.35), curl=(0, 0.84)), *_LOOSE)
_SHORT_SIDES = (0, 0.13)
# taper below this keeps the sides of short hair whole
_WHOLE = (0, 0.58)


def _loose(**ranges: tuple[float, float]) -> Box:
    return (*box(**ranges), *_LOOSE)


def _both_sides(factor: str, low: float, rest: Box) -> tuple[Box, Box]:
    return (Condition(factor, low, 1.0), *rest), (Condition(factor, -1.0, -low), *rest)


LENGTHS = (
    Term(
        "hair_shape", "length", (_loose(length=(0, 0.11)),),
        ("cropped", "very short", "close-cropped"), ("a crop", "a cropped cut"),
        gloss="short hair",
    ),
    Term(
        "hair_shape", "length", (_loose(length=(0, 0.27)),),
        ("short",), ("a short cut", "a short hairstyle"),
    ),
    Term(
        "hair_shape", "length", (_loose(length=(0.26, 0.42)),),
        ("chin-length", "jaw-length"), (), ("down to the chin",),
    ),
    Term(
        "hair_shape", "length",
        (_loose(length=(0.42, 0.60)), _loose(length=(0.42, 1), front=(0, 0.22))),
        ("shoulder-length", "medium-length", "mid-length"), (), ("down to the shoulders",),
    ),
    Term(
        "hair_shape", "length", (_loose(length=(0.58, 1), front=(0.34, 1)),),
        ("long", "lengthy"), (), ("over the shoulders", "falling over the shoulders"),
    ),
    Term(
        "hair_shape", "length", (_loose(length=(0.80, 1), front=(0.42, 1)),),
        ("very long", "chest-length", "extra long"), (), ("down to the chest",),
        gloss="long hair",
    ),
)  # fmt: skip

TEXTURES = (
    Term(
        "hair_shape", "texture", ((Condition("curl", 0, 0.36), *_SOME),),
        ("straight", "sleek", "poker-straight"),
    ),
    Term(
        "hair_shape", "texture", (_loose(curl=(0.46, 0.68)),),
        ("wavy", "waved", "undulating"), (), ("with waves", "in waves", "with soft waves"),
    ),
    Term(
        "hair_shape", "texture", (_loose(curl=(0.71, 1)),),
        ("curly", "curled", "frizzy"), (), ("with curls", "in curls"),
    ),
    Term(
        "hair_shape", "texture", (_loose(curl=(0.90, 1)),),
        ("coily", "tightly curled", "coiled"), (),
        ("with coils", "in tight coils", "with tight curls"),
        gloss="curly hair",
    ),
)  # fmt: skip

FRINGES = (
    Term(
        "hair_shape", "fringe", ((Condition("fringe", 0.60, 1), *_SOME),),
        (), (), ("with a fringe", "with bangs", "with hair on the forehead"),
    ),
    Term(
        "hair_shape", "fringe",
        ((*box(fringe=(0.74, 1), fringe_sweep=(-0.4, 0.4)), *_SOME),),
        (), (),
        ("with a full fringe", "with blunt bangs", "with a straight fringe", "with full bangs"),
        gloss="hair with a fringe",
    ),
    Term(
        "hair_shape", "fringe",
        _both_sides("fringe_sweep", 0.6, (*box(fringe=(0.55, 1)), *_SOME)),
        (), (), ("with a side-swept fringe", "with side-swept bangs", "with a slanted fringe"),
        gloss="hair with a fringe",
    ),
    Term(
        "hair_shape", "fringe", ((Condition("fringe", 0, 0.36), *_SOME),),
        (), (), ("without a fringe", "without bangs", "with a bare forehead", "with no fringe",
                 "off the forehead"),
    ),
)  # fmt: skip

DETAILS = (
    Term(
        "hair_shape", "parting", ((*box(parting=(-0.2, 0.2)), *_GAP),),
        ("centre-parted",), (),
        ("with a centre parting", "with a middle part", "parted in the middle",
         "with curtain bangs"),
    ),
    Term(
        "hair_shape", "parting", _both_sides("parting", 0.5, _GAP),
        ("side-parted",), (), ("with a side parting", "with a side part", "parted at the side"),
    ),
    Term(
        "hair_shape", "volume", (_loose(volume_top=(0.62, 1), volume_sides=(0.62, 1)),),
        ("voluminous", "big", "full"), (), ("with a lot of volume", "with volume"),
    ),
    Term(
        "hair_shape", "volume",
        (_loose(volume_top=(0, 0.35), volume_sides=(0, 0.35), curl=(0, 0.84)),),
        ("flat", "close-lying"), (), ("with little volume",),
    ),
    Term(
        "hair_shape", "ends", (_loose(flare=(0.78, 1), length=(0.32, 1)),),
        ("flared",), (), ("with flared ends", "flicked out at the ends", "widening to the ends"),
    ),
    Term(
        "hair_shape", "tuck", (_loose(tuck=(0.76, 1), length=(0.28, 1)),),
        (), (), ("drawn back from the face", "off the face"),
    ),
    Term(
        "hair_shape", "tuck", (_loose(tuck=(0, 0.30), length=(0.28, 1)),),
        ("face-framing",), (), ("framing the face", "falling into the face"),
    ),
)  # fmt: skip

STYLES = (
    Term(
        "hair_shape", "style", (box(updo=(0.895, 1), balding=(0, 0.9)),),
        (), ("a bun", "an updo", "a topknot", "a chignon", "hair up"),
        ("in a bun", "pinned up", "put up", "tied up"),
    ),
    Term(
        "hair_shape", "style", (box(balding=(0.988, 1), updo=(0, 0.865)),),
        ("bald", "hairless"), ("a bald head", "a shaved head", "a smooth head"), head="a head",
        note="One pass leaves a rim of hair on a bald head; at strength 1.2 it is gone.",
    ),
    Term(
        "hair_shape", "style", (box(balding=(0.925, 0.98), updo=(0, 0.865)),),
        ("thinning", "balding", "sparse", "receding"), (), ("with a receding hairline",),
    ),
    Term(
        "hair_shape", "style", (_loose(length=(0.27, 0.43)),),
        (), ("a bob", "a bob cut"),
    ),
    Term(
        "hair_shape", "style", (_loose(length=(0.40, 0.54)),),
        (), ("a long bob", "a lob"), gloss="shoulder-length hair",
    ),
    Term(
        "hair_shape", "style",
        ((*box(curl=(0.91, 1), volume_top=(0.45, 1), volume_sides=(0.45, 1), length=(0.14, 0.46)),
          *_LOOSE),),
        (), ("an afro", "a natural afro", "a rounded afro"),
    ),
    Term(
        "hair_shape", "style",
        (_loose(length=(0.05, 0.19), fringe=(0.48, 1), taper=_WHOLE, curl=(0, 0.7)),),
        (), ("a pixie cut", "a pixie"),
    ),
    Term(
        "hair_shape", "style",
        (_loose(length=(0.12, 0.27), fringe=(0.70, 1), fringe_sweep=(-0.35, 0.35), taper=_WHOLE,
                curl=(0, 0.5), volume_sides=(0.35, 1)),),
        (), ("a bowl cut", "a pageboy", "a mushroom cut"),
        gloss="short straight hair with a full fringe",
    ),
    Term(
        "hair_shape", "style", (_loose(length=_SHORT_SIDES, taper=(0.72, 1)),),
        (), ("an undercut", "a fade", "a taper cut"),
        ("with shaved sides", "shaved at the sides"),
    ),
    Term(
        "hair_shape", "style",
        (_loose(length=(0, 0.12), volume_top=(0, 0.5), fringe=(0, 0.45), curl=(0, 0.7)),),
        (), ("a crew cut", "a buzz cut", "a taper crew cut"),
    ),
    Term(
        "hair_shape", "style",
        (_loose(length=(0.56, 1), front=(0.34, 1), fringe=(0.72, 1), fringe_sweep=(-0.4, 0.4),
                curl=(0, 0.36)),),
        (), ("a hime cut", "a princess cut"), gloss="long straight hair with a full fringe",
    ),
    Term(
        "hair_shape", "style",
        (_loose(length=(0.26, 0.62), curl=(0.71, 0.9), volume_sides=(0.5, 1)),),
        ("permed",), ("a perm", "a curly perm"), gloss="curly hair with volume",
    ),
)  # fmt: skip

SHAPES = (*LENGTHS, *TEXTURES, *FRINGES, *DETAILS, *STYLES)
