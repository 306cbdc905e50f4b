"""Hooks by example: a preset that is added to the domain of another plugin."""

from __future__ import annotations

# [shown]
from styleforge import Compose, Preset, hookimpl

styleforge_api = 1


@hookimpl
def register_presets(register):
    preset = Preset(
        name="average",
        title="From an average picture",
        help="The stages of `quick`, from the mean latent.",
        stages=("backdrop.all",),
        start="mean",
        compose=Compose(mode="edit"),
    )
    register(preset, name="backdrop/average")


# [end]
