"""What the trade's words for colours of cloth mean, where CSS has none or means another colour.

Of the xkcd colour survey (2010, CC0); CSS calls a red brown.
"""

from __future__ import annotations

COLOURS = {
    "brown": "#653700",
    "mustard": "#ceb301", "burgundy": "#610023", "terracotta": "#ca6641", "rust": "#a83c09",
    "sage": "#87ae73", "petrol": "#005f6a", "cobalt": "#1e488f", "charcoal": "#343837",
    "cream": "#ffffc2", "camel": "#c69f59", "denim": "#3b638c", "plum": "#580f41",
    "raspberry": "#b00149", "rose": "#cf6275", "slate": "#516572", "lilac": "#cea2fd",
    "mauve": "#ae7181", "mint": "#9ffeb0", "peach": "#ffb07c", "taupe": "#b9a281",
    "ochre": "#bf9005", "emerald": "#01a049", "wine": "#80013f", "brick": "#a03623",
    "sand": "#e2ca76", "eggplant": "#380835", "aubergine": "#3d0734", "apricot": "#ffb16d",
    "burnt orange": "#c04e01", "bottle green": "#044a05",
}  # fmt: skip
NOUNS = ("shirt", "t", "jumper", "sweater", "clothes", "dress", "blouse", "pullover", "tee")
