"""LOHO's stages for hair (Saha et al., CVPR 2021, arXiv 2103.03891).

``loho`` has the losses of the code released in 2021, which made the paper's figures, and the rule
as the text has it; ``loho-2021`` is that code in everything; ``loho-patent`` follows the patent's
formulas. docs/loho.md goes through them line by line.
"""

from __future__ import annotations

from dataclasses import replace

from styleforge.methods.loho import STEPS, Loho

PATENT = Loho("hair", "hair", "identity.face", "patent")
RELEASED = Loho("hair", "hair", "identity.face", "published")

STAGES = (
    RELEASED.structure_stage("loho.structure"),
    RELEASED.look_stage("loho.look", (RELEASED.orthogonal(per="whole"), RELEASED.off_noise())),
    RELEASED.structure_stage("loho-2021.structure"),
    RELEASED.look_stage("loho-2021.look", (RELEASED.orthogonal(per="row"), RELEASED.off_noise())),
    PATENT.structure_stage("loho-patent.structure"),
    PATENT.look_stage("loho-patent.look", (PATENT.orthogonal(per="whole"), PATENT.off_noise())),
    # the patent's ablation: L_r is left as it is
    RELEASED.look_stage("loho-plain.look", (RELEASED.measured(),)),
    # the paper's figure 3: everything at once, from the first step; no stage came before whose
    # regions could be kept, and those of the mean latent would be anybody's
    replace(
        RELEASED.look_stage("loho-joint.all", (RELEASED.measured(),), steps=2 * STEPS),
        regions="live",
    ),
)
