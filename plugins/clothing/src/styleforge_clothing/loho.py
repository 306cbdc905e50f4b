"""LOHO's stages for clothing (arXiv 2103.03891), from the inversion, and the fast ones.

The pasted picture knows what clothing the result has, hair in front of it included; so the fast
stages ask it for the outline.
"""

from __future__ import annotations

from dataclasses import replace

from styleforge.methods.loho import Loho
from styleforge.methods.loho_fast import SCHEDULE, Fast

KEEP = "identity.face | identity.skin | identity.hair"
STEPS = 100  # of each stage, from the inversion

LOHO = Loho("clothing", "clothing", KEEP, "patent")
FAST = Fast(
    Loho("clothing", "clothing", KEEP, "published"),
    outline="paste.clothing",
    draft="dilate(identity.clothing | paste.clothing, 4)",
)

LONG = (
    LOHO.structure_stage("loho.clothing.structure", STEPS),
    LOHO.look_stage("loho.clothing.look", (LOHO.orthogonal(per="row"), LOHO.off_noise()), STEPS),
    # the patent's ablation: L_r is left as it is
    LOHO.look_stage("loho-plain.clothing.look", (LOHO.measured(),), STEPS),
    # the paper's figure 3: everything at once
    replace(
        LOHO.look_stage("loho-joint.clothing.all", (LOHO.measured(),), steps=2 * STEPS),
        regions="live",
    ),
)

STAGES = (
    # From the inversion, as the fast ones, with the weights that suit that.
    *(replace(one, schedule=SCHEDULE, fitted=False) for one in LONG),
    *FAST.stages("loho-fast.clothing.structure", "loho-fast.clothing.look", (12, 24)),
    *FAST.stages("loho-mapped.clothing.structure", "loho-mapped.clothing.look", (4, 8)),
)
