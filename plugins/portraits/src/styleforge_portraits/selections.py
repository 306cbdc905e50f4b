"""How pairs of the world's people are sorted by difficulty.

Its people are aligned by the eyes and more alike than those of photographs: pose and build are what
is left, and they have less hair. The published thresholds would find hardly any pair that is easy.
Clothing hangs on shoulders, of which neither face nor landmarks know: there the overlap of the
clothing itself counts.
"""

from __future__ import annotations

from styleforge.recipe.selection import Level, Selection

_SOURCE = "set for the people of this pack"
SELECTIONS = {
    "hair": Selection(
        compared="face",
        least=0.08,
        levels={
            "easy": Level((0.80, 1.0), (0.0, 4.0)),
            "medium": Level((0.65, 0.85), (4.0, 7.0)),
            "difficult": Level((0.40, 0.75), (7.0, 14.0)),
        },
        source=_SOURCE,
    ),
    "clothing": Selection(
        compared="clothing",
        least=0.1,
        levels={
            "easy": Level((0.85, 1.0), (0.0, 5.0)),
            "medium": Level((0.79, 0.85), (0.0, 7.0)),
            "difficult": Level((0.50, 0.79), (0.0, 14.0)),
        },
        source=_SOURCE,
    ),
}
