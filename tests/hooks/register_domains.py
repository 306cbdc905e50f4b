"""Hooks by example: a domain with one preset, and what the preset needs."""

from __future__ import annotations

# [shown]
from styleforge import Compose, Domain, Objective, Preset, Stage, Term, hookimpl

styleforge_api = 1

# Outside the backdrop, every pixel is held where the identity has it.
REST = Term("rest", "pixels", {"reference": "identity", "mask": "~identity.background"}, 20.0)


@hookimpl
def register_domains(register):
    register(
        Domain(
            name="backdrop",
            title="Backdrop",
            help="What is behind a person.",
            region="background",
            keep=("face",),
            presets=(
                Preset(
                    name="quick",
                    title="Quick",
                    help="Eight steps from the inverter.",
                    stages=("backdrop.all",),
                    start="inverter",
                    compose=Compose(mode="edit"),
                ),
            ),
        )
    )


@hookimpl
def register_stages(register):
    register(Stage(name="backdrop.all", steps=8, objective=Objective((REST,)), moves=("latent",)))


# [end]
