"""For tests of plugins and of core: a toy domain, a toy pack, and the laws that plugins keep.

``forge.use(styleforge.testing.toy)`` makes the toy known. The laws are classes to subclass::

    from styleforge.testing import DomainLaws, LossLaws
    import styleforge_shoes

    class TestShoes(DomainLaws, LossLaws):
        plugin = styleforge_shoes

Names are loaded when they are first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from styleforge.testing.classes import (
        AllLaws,
        AttributeLaws,
        ComponentLaws,
        DomainLaws,
        LossLaws,
        PackLaws,
        PanelLaws,
        PluginLaws,
        RegionLaws,
        RuleLaws,
        StageLaws,
    )
    from styleforge.testing.laws.law import Law, LawBroken

_HOMES = {
    "classes": (
        "AllLaws", "AttributeLaws", "ComponentLaws", "DomainLaws", "LossLaws", "PackLaws",
        "PanelLaws", "PluginLaws", "RegionLaws", "RuleLaws", "StageLaws",
    ),
    "laws.law": ("Law", "LawBroken"),
}  # fmt: skip

__all__ = [
    "AllLaws",
    "AttributeLaws",
    "ComponentLaws",
    "DomainLaws",
    "Law",
    "LawBroken",
    "LossLaws",
    "PackLaws",
    "PanelLaws",
    "PluginLaws",
    "RegionLaws",
    "RuleLaws",
    "StageLaws",
]


def __getattr__(name: str) -> Any:
    for module, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"styleforge.testing.{module}"), name)
    msg = f"module 'styleforge.testing' has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return sorted(__all__)
