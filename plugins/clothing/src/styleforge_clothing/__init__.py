"""Clothing: the second domain. Core's methods with another region, and patterns taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from styleforge.hookspecs import hookimpl
from styleforge.plugins.deferred import Deferred
from styleforge_clothing import domain, loho

if TYPE_CHECKING:
    from styleforge.plugins.registry import Register
    from styleforge.recipe.domain import Attribute, Domain
    from styleforge.recipe.stage import Stage

styleforge_api = 1


@hookimpl
def register_domains(register: Register[Domain]) -> None:
    """Add the domain ``clothing``."""
    register(domain.CLOTHING)


@hookimpl
def register_attributes(register: Register[Attribute]) -> None:
    """Add shape, appearance and finer style."""
    for attribute in domain.ATTRIBUTES:
        register(attribute)


@hookimpl
def register_stages(register: Register[Stage]) -> None:
    """Add the stages of every preset."""
    for stage in loho.STAGES:
        register(stage)


@hookimpl
def register_components(register: Register[Any]) -> None:
    """Add the pasting that takes references apart into outline and folds, tones, pattern."""
    retextured = Deferred(
        "styleforge_clothing.retexture", "retextured", takes_colours=True, tones=2
    )
    register(retextured, name="paste/patterned")
