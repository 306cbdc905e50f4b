"""All words of the pack, and which of them no training sees."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from .clothing import CLOTHING_WORDS
from .hair_colour import COLOUR_WORDS
from .hair_shape import SHAPES
from .term import Term

WORDS: tuple[Term, ...] = (*SHAPES, *COLOUR_WORDS, *CLOTHING_WORDS)

# The head nouns that a caption hangs its words on; they also say what a colour is the colour of.
HAIR_NOUNS = ("hair", "hairstyle", "haircut", "hairdo", "locks", "tresses", "strands")
CLOTHING_NOUNS = (
    "top", "shirt", "jumper", "sweater", "clothing", "clothes", "t-shirt", "dress", "blouse",
)  # fmt: skip

# Words without a meaning of their own.
FILLERS = frozenset(
    (
        "a", "an", "the", "with", "and", "of", "in", "on", "at", "to", "is", "are", "has", "have",
        "that", "it", "its", "haired", "cut", "style", "styled", "coloured", "colored", "color",
        "colour", "person", "woman", "man", "someone", "somebody", "people", "portrait",
        "picture", "photo", "image", "illustration", "drawing", "face", "head", "wearing",
        "wears", "who", "whose", "which", "their", "his", "her", "my", "but", "very", "really",
        "some", "girl", "boy", "lady", "guy", "as", "all", "over", "be", "make", "made", "give",
        "hue", "tone", "shade", "s", "looking", "look", "neck", "neckline", "worn", "please",
        "length", "necked", "sleeved", "rocker",
    )
)  # fmt: skip
NEGATIONS = ("no", "not", "without", "never")

# Words that are no names here, and the name that comes nearest in meaning.
NEAREST = MappingProxyType({
    "lavender": "purple", "mauve": "purple", "indigo": "purple", "amethyst": "purple",
    "burgundy": "auburn", "maroon": "auburn", "mahogany": "auburn", "scarlet": "red",
    "crimson": "red", "rust": "red", "salmon": "pink", "coral": "pink", "cherry": "magenta",
    "cyan": "teal", "aqua": "teal", "aquamarine": "teal", "azure": "blue", "sapphire": "blue",
    "navy": "blue", "mint": "green", "jade": "green", "lime": "green", "olive": "green",
    "ebony": "black", "onyx": "black", "caramel": "light brown", "sandy": "dark blonde",
    "beige": "platinum", "cream": "platinum", "gold": "golden", "ivory": "white",
    "charcoal": "grey", "tawny": "auburn", "ombre": "highlights", "balayage": "highlights",
    "dreadlocks": "coily", "dreads": "coily", "cornrows": "coily", "ringlets": "curly",
    "mohawk": "undercut", "ponytail": "bun", "braid": "bun", "braids": "bun", "plait": "bun",
    "cornrow": "coily", "dreadlock": "coily", "fauxhawk": "undercut", "jewfro": "afro",
    "spikes": "crew cut", "plaits": "bun", "crimped": "wavy", "beachy": "wavy", "slicked": "sleek",
    "surfer": "wavy", "messed": "voluminous",
    "mullet": "shoulder-length", "shaggy": "wispy", "messy": "wispy", "spiky": "wispy",
    "fluffy": "voluminous", "bushy": "voluminous", "lank": "flat", "flowing": "long",
    "waist": "very long", "shaved": "bald", "quiff": "crew cut", "pompadour": "crew cut",
    "rectangular": "checked", "tartan": "checked", "lined": "striped",
})  # fmt: skip

# Colours that only hair has a name for, where clothing is spoken of.
CLOTH_NEAREST = MappingProxyType({
    "black": "dark", "white": "light", "platinum": "light", "silver": "light grey",
    "brown": "dark rust", "dark brown": "dark rust", "ash brown": "dark rust",
    "light brown": "rust", "auburn": "dark red", "strawberry blonde": "light orange",
    "blonde": "light yellow", "golden blonde": "mustard", "dark blonde": "mustard",
    "magenta": "pink",
})  # fmt: skip


@dataclass(frozen=True)
class HeldOut:
    """What no training's captions contain, to measure how unseen descriptions do.

    Args:
        names: synonyms of words that are trained under another name.
        styles: keys of meanings without any trained name; their gloss says them otherwise.
        pairs: keys of two meanings that no caption holds together.
    """

    names: tuple[str, ...]
    styles: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]


HELD_OUT = HeldOut(
    names=("lilac", "copper", "topknot", "undulating", "brunette", "blunt bangs"),
    styles=("style/hime cut", "style/bowl cut"),
    pairs=(
        ("texture/curly", "style/bob"),
        ("texture/wavy", "style/bob"),
        ("style/afro", "hair colour/purple"),
        ("style/afro", "hair colour/blonde"),
        ("style/pixie cut", "hair colour/pink"),
        ("style/bun", "hair colour/teal"),
        ("style/bun", "fringe/fringe"),
        ("length/long", "hair colour/green"),
        ("length/short", "hair colour/platinum"),
        ("length/shoulder-length", "texture/straight"),
        ("texture/curly", "hair colour/grey"),
        ("style/undercut", "hair colour/blue"),
    ),
)


def by_key(key: str) -> Term:
    """The meaning of a key, ``axis/first name``."""
    return next(term for term in WORDS if term.key == key)


def trained_names(term: Term) -> tuple[str, ...]:
    """The names that training may use for a meaning; none for a style that is held out."""
    if term.key in HELD_OUT.styles:
        return ()
    return tuple(name for name in term.names if name not in HELD_OUT.names)
