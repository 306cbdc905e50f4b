"""Terms that call each of core's losses, for the laws of `styleforge.testing`."""

from __future__ import annotations

from styleforge.recipe.objective import Term

_HERE = {"reference": "shape", "mask": "shape.thing"}
_ANYWHERE = {"reference": "look", "mask": "image.thing", "reference_mask": "look.thing"}

styleforge_cases = (
    Term("published", "lpips", _HERE),
    Term("patent", "lpips", {**_HERE, "reduction": "patent"}),
    Term("published", "appearance", _ANYWHERE),
    Term("patent", "appearance", {**_ANYWHERE, "reduction": "patent"}),
    Term("published", "style", _ANYWHERE),
    Term("area", "style", {**_ANYWHERE, "reduction": "patent", "normalize": "area"}),
    Term("noise", "noise"),
    Term("mean", "latent"),
    Term("sum", "latent", {"reduction": "sum"}),
    Term("norm", "latent_norm"),
    Term("rows", "latent_rows"),
    Term("l1", "pixels", _HERE),
    Term("l2 over the picture", "pixels", {**_HERE, "norm": "l2", "over": "picture"}),
    Term("everywhere", "region", {"region": "thing", "target": "shape.thing"}),
    Term("where", "region", {"region": "thing", "target": "shape.thing", "where": "shape.thing"}),
    Term("whole", "text", {"text": "red"}),
    Term("masked", "text", {"text": "tall", "mask": "image.thing"}),
    Term("whole", "similarity", {"reference": "look"}),
    Term("masked", "similarity", _ANYWHERE),
    Term("reference", "colour", _ANYWHERE),
    Term("swatch", "colour", {"mask": "image.thing", "swatch": "#8a2be2"}),
    Term("identity similarity", "identity_similarity"),
)
styleforge_waived = {
    "loss.is_local/lpips:published": (
        "as published it masks the features of the whole picture, and features see beyond the mask"
    ),
    "loss.is_least_at_its_reference/colour:swatch": "a swatch is no picture that it could be",
}
