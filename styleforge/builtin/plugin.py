"""What core itself registers, through the same hooks as anyone.

Everything is `Deferred`, so that listing plugins does not load torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from styleforge.builtin.cases import styleforge_cases, styleforge_waived
from styleforge.builtin.metrics import METRICS, OF_SETS
from styleforge.builtin.weights import WEIGHTS
from styleforge.hookspecs import hookimpl
from styleforge.plugins.deferred import Deferred

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.plugins.registry import Register
    from styleforge.run.executor import Executor
    from styleforge.weights.row import WeightFile

__all__ = ["styleforge_cases", "styleforge_waived"]  # read by the laws of styleforge.testing

styleforge_api = 1

LOSSES = (
    "lpips", "appearance", "style", "noise", "latent", "latent_norm", "latent_rows", "pixels",
    "region", "text", "similarity", "colour", "identity_similarity",
)  # fmt: skip
OF_LATENTS = {"noise", "latent", "latent_norm", "latent_rows"}  # and of noise maps
DISTANCES = (
    "lpips", "appearance", "style", "latent", "pixels", "similarity", "colour",
    "identity_similarity",
)  # fmt: skip
NEEDS = {
    "lpips": ("features", "lpips"), "appearance": ("features",), "style": ("features",),
    "text": ("embedding",), "similarity": ("embedding",),
    "identity_similarity": ("identity_encoder",),
}  # fmt: skip
RULES = ("project", "pcgrad", "none", "drop")
COMPOSITIONS = ("published", "layered", "exposed", "edit", "none")
INPAINTERS = {"telea": "telea", "navier-stokes": "navier_stokes"}


@hookimpl
def register_losses(register: Register[Any]) -> None:
    """Hand over the losses."""
    for name in LOSSES:
        module = "latent_losses" if name in OF_LATENTS else "losses"
        loss = Deferred(
            f"styleforge.builtin.{module}",
            name,
            needs=NEEDS.get(name, ()),
            distance=name in DISTANCES,
        )
        register(loss, name=name)


@hookimpl
def register_rules(register: Register[Any]) -> None:
    """Hand over the gradient rules."""
    for name in RULES:
        rule = Deferred(
            "styleforge.builtin.rules",
            name,
            discards=name == "drop",
            pairwise=name == "pcgrad",
            orthogonal=name == "project",
        )
        register(rule, name=name)


@hookimpl
def register_components(register: Register[Any]) -> None:
    """Hand over inpainters, compositions, metrics, and what pastes a reference's pixels."""
    for name in COMPOSITIONS:
        register(Deferred("styleforge.compose.compose", "compose"), name=f"compose/{name}")
    for name, function in INPAINTERS.items():
        register(Deferred("styleforge.builtin.inpainters", function), name=f"inpainter/{name}")
    register(Deferred("styleforge.compose.paste", "paste"), name="paste/recoloured")
    recolour = Deferred(
        "styleforge.compose.recolour", "recolour", takes_colours=True, larger="at_full_size"
    )
    register(recolour, name="paste/recolour")
    for row in METRICS:
        register(row.component(), name=f"metric/{row.name}")
    for row in OF_SETS:
        register(row.component(), name=f"set_metric/{row.name}")


@hookimpl
def register_weights(register: Register[WeightFile]) -> None:
    """Hand over the published files that packs of any domain can use."""
    for row in WEIGHTS:
        register(row)


@hookimpl(trylast=True)
def make_executor(forge: Forge, spec: str) -> Executor | None:
    """Make ``inline``, what runs in other processes, and ``http://HOST:PORT``, elsewhere."""
    if spec.startswith(("http://", "https://")):
        from styleforge.builtin.elsewhere import http

        return http(spec)
    from styleforge.run.executor import inline
    from styleforge.workers.specs import made

    return inline(forge, spec) or made(forge, spec)
