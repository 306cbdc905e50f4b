"""`loho-fast`: LOHO's objective from an inverter's latent, in 36 steps.

What it changes is in docs/loho-fast.md; benchmarks/fast_search.py weighs each change.
"""

from __future__ import annotations

from dataclasses import replace

from styleforge.methods.loho import Loho
from styleforge.objective import Objective, Term
from styleforge.recipe import Paste, StartDetail
from styleforge.stage import Schedule, Stage

FAST = Loho("hair", "hair", "identity.face", "published")
REST = "~dilate(identity.hair, 3) & ~dilate(shape.hair, 3)"
SCHEDULE = Schedule(lr=0.03, exploration=0.0, rampup=0.05, rampdown=0.5)

KEEP = (
    FAST.identity(),
    Term("rest", "pixels", {"reference": "identity", "mask": REST}, 2.0),
)
# What was pasted is nearly right inside the hair: right colours, strands where they belong.
DRAFT = Term("draft", "pixels", {"reference": "paste", "mask": "shape.hair"}, 2.0)
OUTLINE = Term("outline", "region", {"region": "hair", "target": "shape.hair"}, 4.0)
# Hair of different size is compared by its own area, not the picture's.
FINER_STYLE = replace(FAST.finer_style(), args={**FAST.finer_style().args, "normalize": "area"})
PASTED = Paste(region="hair", contrast="finer_style")
# The pasted strands already have the contrast of the finer-style reference.
STRANDS = (StartDetail(reference="paste"),)
RULES = (FAST.orthogonal("outline"), FAST.off_noise("outline"))

_STRUCTURE = Objective((*KEEP, FAST.shape(), OUTLINE, DRAFT))
_LOOK = _STRUCTURE + Objective((FAST.appearance(), FINER_STYLE, *FAST.probes()))

STAGES = (
    Stage(name="loho-fast.structure", steps=12, objective=_STRUCTURE, schedule=SCHEDULE),
    Stage(name="loho-fast.look", steps=24, objective=_LOOK, rules=RULES, schedule=SCHEDULE),
    Stage(name="loho-mapped.structure", steps=4, objective=_STRUCTURE, schedule=SCHEDULE),
    Stage(name="loho-mapped.look", steps=8, objective=_LOOK, rules=RULES, schedule=SCHEDULE),
)
