"""LOHO's stages for hair (Saha et al., CVPR 2021, arXiv 2103.03891).

``loho`` follows the patent's formulas, ``loho-2021`` the constants and reductions of the code
released in 2021; docs/loho.md goes through both line by line.
"""

from __future__ import annotations

from dataclasses import replace

from styleforge.methods.loho import STEPS, Loho

PATENT = Loho("hair", "hair", "identity.face", "patent")
RELEASED = Loho("hair", "hair", "identity.face", "published")

STAGES = (
    PATENT.structure_stage("loho.structure"),
    PATENT.look_stage("loho.look", (PATENT.orthogonal(per="whole"), PATENT.off_noise())),
    RELEASED.structure_stage("loho-2021.structure"),
    RELEASED.look_stage("loho-2021.look", (RELEASED.orthogonal(per="row"), RELEASED.off_noise())),
    # the patent's ablation: L_r is left as it is
    PATENT.look_stage("loho-plain.look", (PATENT.measured(),)),
    # the paper's figure 3: everything at once, from the first step; no stage came before whose
    # regions could be kept, and those of the mean latent would be anybody's
    replace(
        PATENT.look_stage("loho-joint.all", (PATENT.measured(),), steps=2 * STEPS), regions="live"
    ),
)
