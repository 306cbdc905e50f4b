"""styleforge: attribute-wise style transfer, as plugins around a small core.

Names are loaded when they are first used, so that importing the package stays quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styleforge.condition import ImageRef, Mask, Swatch, Text
    from styleforge.domain import Attribute, Domain, Preset
    from styleforge.editing import edit
    from styleforge.errors import Refused, UserError
    from styleforge.events import Finished, Note, StageStarted, Step
    from styleforge.forge import Forge
    from styleforge.hookspecs import hookimpl
    from styleforge.job import Job
    from styleforge.objective import Objective, Term
    from styleforge.pack import Pack
    from styleforge.recipe import Recipe
    from styleforge.result import Result
    from styleforge.showing import show
    from styleforge.stage import RuleUse, Schedule, Stage
    from styleforge.view import View

_HOMES = {
    "condition": ("ImageRef", "Mask", "Swatch", "Text"),
    "domain": ("Attribute", "Domain", "Preset"),
    "editing": ("edit",),
    "errors": ("Refused", "UserError"),
    "events": ("Finished", "Note", "StageStarted", "Step"),
    "forge": ("Forge",),
    "hookspecs": ("hookimpl",),
    "job": ("Job",),
    "objective": ("Objective", "Term"),
    "pack": ("Pack",),
    "recipe": ("Recipe",),
    "result": ("Result",),
    "showing": ("show",),
    "stage": ("RuleUse", "Schedule", "Stage"),
    "view": ("View",),
}

__all__ = [
    "Attribute",
    "Domain",
    "Finished",
    "Forge",
    "ImageRef",
    "Job",
    "Mask",
    "Note",
    "Objective",
    "Pack",
    "Preset",
    "Recipe",
    "Refused",
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
    "edit",
    "hookimpl",
    "show",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"styleforge.{module}"), name)
    msg = f"module 'styleforge' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
