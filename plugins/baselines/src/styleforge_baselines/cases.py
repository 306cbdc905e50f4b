"""Terms that call the losses of this plugin, for the laws of `styleforge.testing`."""

from __future__ import annotations

from styleforge.recipe.objective import Term

styleforge_cases = (
    Term("whole", "baselines.perceptual", {"reference": "shape"}),
    Term("masked", "baselines.perceptual", {"reference": "shape", "mask": "shape.thing"}),
)

_NO_PAINTER = "it needs a painter that was trained for the pack, and the toy has none; it has tests"
styleforge_waived = {
    "mapper.maps_latents": (
        "StyleCLIP's mappers need a StyleGAN2 that was measured, or a training; they have tests"
    ),
    "paste.pastes_a_picture/paste/michigan": _NO_PAINTER,
    "preset.runs/hair/michigan": _NO_PAINTER,
    "preset.is_deterministic/hair/michigan": _NO_PAINTER,
}
