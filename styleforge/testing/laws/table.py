"""Every law there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from styleforge.testing.laws import (
    attribute,
    components,
    domain,
    generator,
    loss,
    pack,
    panel,
    parts,
    plugin,
    preset,
    regions,
    rule,
    set_metric,
    stage,
)

if TYPE_CHECKING:
    from styleforge.testing.laws.law import Law

MODULES = (
    plugin, domain, preset, attribute, stage, loss, rule,
    pack, regions, generator, components, parts, set_metric, panel,
)  # fmt: skip
LAWS: tuple[Law, ...] = tuple(law for module in MODULES for law in module.LAWS)


def laws_for(subject: Any) -> tuple[Law, ...]:
    """The laws that a subject is under."""
    return tuple(
        law
        for law in LAWS
        if law.kind == subject.kind and (law.applies is None or law.applies(subject))
    )
