"""`loho-fast` and `loho-mapped` for hair: the same two stages, with a third of the steps from a
mapped latent.
"""

from __future__ import annotations

from styleforge.methods.loho import Loho
from styleforge.methods.loho_fast import Fast
from styleforge.recipe.starts import Paste

FAST = Fast(Loho("hair", "hair", "identity.face", "published"))
PASTED = Paste(region="hair", contrast="finer_style")

STAGES = (
    *FAST.stages("loho-fast.structure", "loho-fast.look", (12, 24)),
    *FAST.stages("loho-mapped.structure", "loho-mapped.look", (4, 8)),
)
