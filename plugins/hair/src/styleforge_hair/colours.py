"""What the trade's words for colours of hair mean, where CSS has none or means another colour.

`NATURAL` is the table of hair colours of collectedwebs.com/art/colors/hair, which character makers
quote. `SURVEY` is of the xkcd colour survey (2010, CC0). `COMMON` are swatches that lists of
colour names such as Wikipedia's give. `OURS` are our own reading: words that hairdressers use, for
the colour of another table that comes nearest.
"""

from __future__ import annotations

NATURAL = {
    "black": "#090806", "off black": "#2c222b", "dark gray": "#71635a", "dark grey": "#71635a",
    "medium gray": "#b7a69e", "medium grey": "#b7a69e", "platinum blonde": "#cabfb1",
    "bleached blonde": "#dcd0ba", "white blonde": "#fff5e1", "light blonde": "#e6cea8",
    "golden blonde": "#e5c8a8", "ash blonde": "#debc99", "honey blonde": "#b89778",
    "strawberry blonde": "#a56b46", "light red": "#b55239", "light auburn": "#91553d",
    "dark auburn": "#533d32", "dark brown": "#3b3024", "golden brown": "#554838",
    "medium brown": "#4e433f", "chestnut brown": "#504444", "brown": "#6a4e42",
    "light brown": "#a7856a", "ash brown": "#977961",
}  # fmt: skip
SURVEY = {
    "auburn": "#9a3001", "chestnut": "#742802", "chocolate": "#3d1c02", "burgundy": "#610023",
    "mahogany": "#4a0100", "caramel": "#af6f09", "rose": "#cf6275", "lilac": "#cea2fd",
    "mauve": "#ae7181", "emerald": "#01a049", "cobalt": "#1e488f", "petrol": "#005f6a",
    "mint": "#9ffeb0", "peach": "#ffb07c", "charcoal": "#343837", "rust": "#a83c09",
    "bubblegum": "#ff6cb5", "reddish brown": "#7f2b0a",
}  # fmt: skip
COMMON = {"ginger": "#b06500", "copper": "#b87333", "rose gold": "#b76e79"}
OURS = {
    name: NATURAL[like]
    for like, also in {
        "black": ("jet black", "raven", "ebony"),
        "brown": ("brunette",),
        "light brown": ("hazel",),
        "ash brown": ("mousy", "mousy brown"),
        "medium grey": ("ashen", "salt and pepper"),
        "light blonde": ("blonde", "blond", "fair", "flaxen"),
        "golden blonde": ("golden", "golden blond"),
        "ash blonde": ("ash blond",),
        "honey blonde": ("honey", "dark blonde", "dark blond", "dirty blonde", "sandy blonde"),
        "strawberry blonde": ("strawberry blond",),
        "platinum blonde": ("platinum", "platinum blond"),
        "bleached blonde": ("bleached",),
    }.items()
    for name in also
}
COLOURS = {**OURS, **COMMON, **SURVEY, **NATURAL}
NOUNS = ("haired", "hairstyle", "haircut", "hairdo", "locks", "tresses", "strands")
