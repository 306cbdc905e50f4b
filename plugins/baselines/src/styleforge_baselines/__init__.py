"""Baselines: what LOHO and HairCLIP are compared with, as presets of hair and of clothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from styleforge.hookspecs import hookimpl
from styleforge.plugins.deferred import Deferred
from styleforge_baselines import tables
from styleforge_baselines.cases import styleforge_cases as styleforge_cases  # for the laws
from styleforge_baselines.cases import styleforge_waived as styleforge_waived
from styleforge_baselines.presets import TARGETS, presets, stages
from styleforge_baselines.styleclip.presets import mappers

if TYPE_CHECKING:
    from styleforge.plugins.registry import Register
    from styleforge.recipe.domain import Preset
    from styleforge.recipe.stage import Stage

styleforge_api = 1


@hookimpl
def register_presets(register: Register[Preset]) -> None:
    """Add every method to every domain that it is written out for."""
    for target in TARGETS:
        for preset in presets(target):
            register(preset, name=f"{target.domain}/{preset.name}")


@hookimpl
def register_stages(register: Register[Stage]) -> None:
    """Add the stages of these presets."""
    for target in TARGETS:
        for stage in stages(target):
            register(stage)


@hookimpl
def register_losses(register: Register[Any]) -> None:
    """Add Image2StyleGAN's perceptual loss."""
    loss = Deferred("styleforge_baselines.losses", "perceptual", needs=("features",), distance=True)
    register(loss, name="baselines.perceptual")


@hookimpl
def register_components(register: Register[Any]) -> None:
    """Add mappers, the painter, and named sets: ``methods/NAME`` gives names of presets."""
    painter = Deferred(
        "styleforge_baselines.michigan.paste", "painted", missing="lacks", reads="files_for"
    )
    register(painter, name="paste/michigan")
    for target in TARGETS:
        for mapper in mappers(target):
            register(mapper, name=mapper.kind)
    for name, methods in tables.SETS.items():
        register(methods, name=f"methods/{name}")
