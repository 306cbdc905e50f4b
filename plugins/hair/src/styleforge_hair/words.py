"""Descriptions of hair to train a mapper on, where a pack brings none of its own.

The 44 hairstyles and 12 colours that HairCLIP was trained on (Wei et al. 2022, section 4.1).
"""

from __future__ import annotations

HAIRSTYLES = (
    "afro", "bob cut", "bowl cut", "braid", "caesar cut", "chignon", "cornrows", "crew cut",
    "crown braid", "curtained hair", "dido flip", "dreadlocks", "extensions", "fade", "fauxhawk",
    "finger waves", "french braid", "frosted tips", "full crown", "harvard clip", "high and tight",
    "hime cut", "hi-top fade", "jewfro", "jheri curl", "liberty spikes", "marcel waves", "mohawk",
    "pageboy", "perm", "pixie cut", "psychobilly wedge", "quiff", "regular taper cut", "ringlets",
    "shingle bob", "short hair", "slicked-back", "spiky hair", "surfer hair", "taper cut",
    "the rachel", "undercut", "updo",
)  # fmt: skip
COLOURS = (
    "purple", "red", "orange", "yellow", "green", "blue", "gray", "brown", "black", "white",
    "blond", "pink",
)  # fmt: skip
