"""Descriptions of clothing to train a mapper on, where a pack brings none of its own."""

from __future__ import annotations

CUTS = (
    "bardot", "boat-neck", "button-down", "cap-sleeved", "cowl-neck", "crew-neck", "halter-neck",
    "henley", "high-necked", "hooded", "long-sleeved", "loose", "mandarin-collared", "mock-neck",
    "narrow-shouldered", "off-the-shoulder", "open-necked", "oversized", "polo", "puff-sleeved",
    "round-necked", "scoop-neck", "shirt-collared", "short-sleeved", "sleeveless", "square-necked",
    "strapless", "sweetheart", "tight", "turtleneck", "v-neck", "wrap",
)  # fmt: skip
COLOURS = (
    "beige", "black", "blue", "brown", "cream", "green", "grey", "mustard", "navy", "orange",
    "pink", "purple", "red", "teal", "turquoise", "white", "yellow",
)  # fmt: skip
PATTERNS = (
    "argyle", "camouflage", "checked", "denim", "dotted", "floral", "gingham", "herringbone",
    "houndstooth", "knitted", "lace", "leather", "leopard", "linen", "marled", "paisley",
    "pinstriped", "plain", "quilted", "ribbed", "satin", "sequinned", "striped", "tartan",
    "tie-dyed", "velvet",
)  # fmt: skip
