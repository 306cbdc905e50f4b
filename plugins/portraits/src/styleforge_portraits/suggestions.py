"""Words that the pack's encoder knows, to be offered by attribute; a test tries each of them."""

from __future__ import annotations

WORDS = {
    "hair.shape": (
        "long wavy hair", "straight", "curly", "coily", "voluminous", "cropped", "short",
        "chin-length", "shoulder-length", "very long", "bob cut", "long bob", "pixie cut", "afro",
        "bun", "undercut", "crew cut", "perm", "with a fringe", "side-swept fringe",
        "without a fringe", "side parting", "middle part", "flared ends",
    ),
    "hair.appearance": (
        "black", "dark brown", "brown", "light brown", "auburn", "chestnut", "ginger", "copper",
        "strawberry blonde", "blonde", "golden blonde", "ash blonde", "platinum", "grey", "silver",
        "white", "pink", "magenta", "purple", "lilac", "blue", "teal", "turquoise", "green",
    ),
    "clothing.shape": (
        "crew-neck", "v-neck", "turtleneck", "high-necked", "scoop-neck", "broad-shouldered",
        "narrow-shouldered",
    ),
    "clothing.appearance": (
        "white", "black", "grey", "navy", "blue", "teal", "turquoise", "green", "yellow",
        "mustard", "orange", "rust", "red", "burgundy", "pink", "purple", "beige", "brown",
    ),
    "clothing.finer_style": (
        "plain", "striped", "pinstriped", "horizontal stripes", "dotted", "checked", "gingham",
        "boldly patterned", "finely patterned",
    ),
}  # fmt: skip
