"""StyleCLIP's latent optimization from words (Patashnik et al. 2021, section 4).

W+ alone is moved; the words' terms come with the conditions of a recipe. The published weights are
0.008 for the squared length of the step, summed over W+, and 0.005 for identity.
"""

from __future__ import annotations

from styleforge.methods.hairclip import BACKGROUND
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.stage import Schedule, Stage

OUTSIDE = "~image.hair & ~identity.hair"

STAGES = (
    Stage(
        name="styleclip.all",
        steps=200,
        objective=Objective(
            (
                Term("latent", "latent", {"reduction": "sum"}, 0.008),
                Term("identity similarity", "identity_similarity", {}, 0.005),
                Term(
                    "background",
                    "pixels",
                    {"reference": "identity", "mask": OUTSIDE, "norm": "l2", "over": "picture"},
                    BACKGROUND,
                ),
            )
        ),
        moves=("latent",),
        regions="live",
        schedule=Schedule(lr=0.1, exploration=0.0, rampup=0.05, rampdown=0.5),
        normalize_noise=False,
    ),
)
