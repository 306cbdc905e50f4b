"""Hooks by example: settings, and a hook that reads them."""

from __future__ import annotations

# [shown]
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from styleforge import Objective, Stage, Term, hookimpl

styleforge_api = 1


@dataclass(frozen=True)
class Settings:
    """What users can set; every field has a default."""

    steps: Annotated[int, Field(ge=1)] = 8
    palette: tuple[str, ...] = ("#8a2be2", "#c0392b")


@hookimpl
def register_settings(register):
    register(Settings)


@hookimpl
def register_stages(register):
    rest = Term("rest", "pixels", {"reference": "identity", "mask": "~identity.background"}, 20.0)
    steps = register.settings.steps
    stage = Stage(name="backdrop.all", steps=steps, objective=Objective((rest,)))
    register(stage, replace=True)


# [end]
