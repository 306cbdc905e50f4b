"""Terms that call the losses of this plugin, for the laws of `styleforge.testing`."""

from __future__ import annotations

from styleforge.recipe.objective import Term

styleforge_cases = (
    Term("whole", "baselines.perceptual", {"reference": "shape"}),
    Term("masked", "baselines.perceptual", {"reference": "shape", "mask": "shape.thing"}),
)

styleforge_waived = {
    "mapper.maps_latents": (
        "StyleCLIP's mappers need a StyleGAN2 that was measured, or a training; they have tests"
    )
}
