"""Words for the colour of hair, its highlights, and its finer style."""

from __future__ import annotations

from .term import Box, Term, box

_ALL = (0.0, 1.0)
_Range = tuple[float, float]


def _natural(lightness: _Range, warmth: _Range = _ALL) -> Box:
    return box(hair_lightness=lightness, hair_warmth=warmth, dye=(0, 0.83))


def _dyed(hue: _Range, lightness: _Range = (0.12, 1)) -> Box:
    return box(dye_hue=hue, hair_lightness=lightness, dye=(0.87, 1))


def _colour(boxes: tuple[Box, ...], *names: str, gloss: str = "") -> Term:
    return Term("hair_appearance", "hair colour", boxes, names, gloss=gloss)


COLOURS = (
    _colour((_natural((0, 0.12)), _natural((0, 0.18), (0, 0.42))), "black", "jet-black", "raven"),
    _colour(
        (_natural((0.17, 0.42), (0.12, 0.5)), _natural((0.13, 0.28), (0.42, 1)),
         _natural((0.36, 0.54), (0.25, 0.48))),
        "brown", "brunette",
    ),
    _colour((_natural((0.13, 0.25), (0.2, 1)),), "dark brown", "chocolate", gloss="brown hair"),
    _colour((_natural((0.40, 0.56), (0.26, 0.48)),), "light brown", "hazel", gloss="brown hair"),
    _colour((_natural((0.29, 0.44), (0.55, 1)),), "auburn", "chestnut", "reddish-brown"),
    _colour(
        (_natural((0.38, 0.68), (0.58, 1)),), "red", "ginger", "copper", "orange",
    ),
    _colour(
        (_natural((0.66, 0.78), (0.56, 1)),), "strawberry blonde", "strawberry blond",
        gloss="blonde hair",
    ),
    _colour(
        (_natural((0.72, 1), (0.42, 1)), _natural((0.62, 0.86), (0.34, 0.5)),
         _natural((0.84, 1), (0.2, 0.5))),
        "blonde", "blond", "fair", "flaxen",
    ),
    _colour(
        (_natural((0.76, 0.95), (0.6, 1)),), "golden blonde", "golden", "honey blonde", "yellow",
        gloss="blonde hair",
    ),
    _colour(
        (_natural((0.58, 0.76), (0.26, 0.5)),), "dark blonde", "dirty blonde", "ash blonde",
    ),
    _colour((_natural((0.88, 1), (0.16, 0.46)),), "platinum", "platinum blonde", "bleached"),
    _colour((_natural((0.40, 0.80), (0, 0.17)),), "grey", "gray", "salt-and-pepper", "ashen"),
    _colour((_natural((0.70, 0.92), (0, 0.17)),), "silver", "silvery", gloss="grey hair"),
    _colour((_natural((0.86, 1), (0, 0.18)),), "white", "snow-white"),
    _colour((_natural((0.22, 0.44), (0, 0.18)),), "ash brown", "mousy", gloss="brown hair"),
    _colour((_dyed((0, 0.22), (0.35, 1)),), "pink", "rose", "bubblegum"),
    _colour((_dyed((0.13, 0.29)),), "magenta", "fuchsia", "hot pink", gloss="pink hair"),
    _colour((_dyed((0.30, 0.47)),), "purple", "violet", "lilac"),
    _colour((_dyed((0.53, 0.78)),), "blue", "cobalt", "royal blue"),
    _colour((_dyed((0.81, 0.91)),), "teal", "turquoise", "petrol"),
    _colour((_dyed((0.92, 1)),), "green", "emerald", "sea green"),
)  # fmt: skip

FINISHES = (
    Term(
        "hair_appearance", "tone", (_natural((0, 0.27)),), ("dark", "deep-coloured"),
    ),
    Term("hair_appearance", "tone", (_natural((0.74, 1)),), ("light", "light-coloured", "pale")),
    Term(
        "hair_appearance", "tone", (box(dye=(0.87, 1)),),
        ("dyed", "brightly coloured", "unnaturally coloured"),
    ),
    Term(
        "hair_appearance", "highlights", (box(highlights=(0.84, 1)),),
        ("highlighted", "streaked", "streaky"), (),
        ("with highlights", "with streaks", "with coloured strands"),
    ),
    Term(
        "hair_finer_style", "finish", (box(shine=(0.74, 1)),),
        ("glossy", "shiny", "gleaming"), (), ("with shine",),
    ),
    Term("hair_finer_style", "finish", (box(shine=(0, 0.25)),), ("matt", "dull", "matte")),
    Term(
        "hair_finer_style", "tips", (box(wisps=(0.74, 1)),),
        ("wispy", "ragged", "choppy", "tousled"), (), ("with ragged ends",),
    ),
    Term("hair_finer_style", "tips", (box(wisps=(0, 0.22)),), ("neat", "tidy", "neatly cut")),
    Term("hair_finer_style", "strands", (box(strand_width=(0.74, 1)),), ("coarse", "thick-strand")),
    Term("hair_finer_style", "strands", (box(strand_width=(0, 0.26)),), ("fine", "fine-strand")),
)  # fmt: skip

COLOUR_WORDS = (*COLOURS, *FINISHES)
