"""Hooks by example: a stage in the place of one that a preset names."""

from __future__ import annotations

# [shown]
from styleforge import Objective, Schedule, Stage, Term, hookimpl

styleforge_api = 1


@hookimpl
def register_stages(register):
    rest = Term("rest", "pixels", {"reference": "identity", "mask": "~identity.background"}, 20.0)
    stage = Stage(
        name="backdrop.all",  # every preset that names it now runs this one
        steps=16,
        objective=Objective((rest,)),
        moves=("latent",),
        schedule=Schedule(lr=0.05, exploration=0.0),
    )
    register(stage, replace=True)


# [end]
