"""styleforge: attribute-wise style transfer, as plugins around a small core.

Names are loaded when they are first used, so that importing the package stays quick.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styleforge.api import edit, transfer
    from styleforge.api.batch import Batch, BatchError
    from styleforge.api.default import default_forge
    from styleforge.api.tuples import tuples
    from styleforge.batches.call import batch
    from styleforge.batches.manifest import Outcome
    from styleforge.display.side_by_side import show
    from styleforge.errors import Refused, UserError
    from styleforge.forge import Forge
    from styleforge.hookspecs import hookimpl
    from styleforge.pack.added import AddedMapper, AddedRegion
    from styleforge.pack.pack import Pack
    from styleforge.plugins.panel import Panel
    from styleforge.plugins.registry import Register
    from styleforge.recipe.condition import Custom, ImageRef, Mask, Swatch, Text
    from styleforge.recipe.domain import Attribute, Domain, Preset
    from styleforge.recipe.objective import Objective, Term
    from styleforge.recipe.recipe import Compose, Recipe
    from styleforge.recipe.stage import RuleUse, Schedule, Stage
    from styleforge.recipe.starts import Mapped, Paste
    from styleforge.run.events import Finished, Note, Preparing, StageStarted, Step
    from styleforge.run.job import Job
    from styleforge.run.result import Result
    from styleforge.run.view import View
    from styleforge.weights.row import WeightFile

# Threads that have nothing to do sleep. Spinning, OpenMP's default, multiplies the CPU time of a
# small network where another program has the cores (docs/speed.md). Read when torch is imported; if
# that is done, the environment says nothing, and styleforge.pack.waiting does what it can.
if "torch" not in sys.modules:
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

_HOMES = {
    "api": ("edit", "transfer"),
    "api.batch": ("Batch", "BatchError"),
    "api.default": ("default_forge",),
    "api.tuples": ("tuples",),
    "batches.call": ("batch",),
    "batches.manifest": ("Outcome",),
    "display.side_by_side": ("show",),
    "errors": ("Refused", "UserError"),
    "forge": ("Forge",),
    "hookspecs": ("hookimpl",),
    "pack.added": ("AddedMapper", "AddedRegion"),
    "pack.pack": ("Pack",),
    "plugins.panel": ("Panel",),
    "plugins.registry": ("Register",),
    "recipe.condition": ("Custom", "ImageRef", "Mask", "Swatch", "Text"),
    "recipe.domain": ("Attribute", "Domain", "Preset"),
    "recipe.objective": ("Objective", "Term"),
    "recipe.recipe": ("Compose", "Recipe"),
    "recipe.stage": ("RuleUse", "Schedule", "Stage"),
    "recipe.starts": ("Mapped", "Paste"),
    "run.events": ("Finished", "Note", "Preparing", "StageStarted", "Step"),
    "run.job": ("Job",),
    "run.result": ("Result",),
    "run.view": ("View",),
    "weights.row": ("WeightFile",),
}

__all__ = [
    "AddedMapper",
    "AddedRegion",
    "Attribute",
    "Batch",
    "BatchError",
    "Compose",
    "Custom",
    "Domain",
    "Finished",
    "Forge",
    "ImageRef",
    "Job",
    "Mapped",
    "Mask",
    "Note",
    "Objective",
    "Outcome",
    "Pack",
    "Panel",
    "Paste",
    "Preparing",
    "Preset",
    "Recipe",
    "Refused",
    "Register",
    "Result",
    "RuleUse",
    "Schedule",
    "Stage",
    "StageStarted",
    "Step",
    "Swatch",
    "Term",
    "Text",
    "UserError",
    "View",
    "WeightFile",
    "batch",
    "default_forge",
    "edit",
    "hookimpl",
    "show",
    "transfer",
    "tuples",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"styleforge.{module}"), name)
    msg = f"module 'styleforge' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
