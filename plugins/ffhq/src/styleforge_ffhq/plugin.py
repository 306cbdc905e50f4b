"""What the distribution registers: rows of the table of weights, and a pack for each generator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from styleforge.hookspecs import hookimpl
from styleforge_ffhq.rows import ROWS

if TYPE_CHECKING:
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Register
    from styleforge.plugins.settings import Declare
    from styleforge.weights.row import WeightFile

styleforge_api = 1


@dataclass(frozen=True)
class Settings:
    """``[plugins.ffhq]``: ``inversion_steps``, of an inversion by optimization."""

    inversion_steps: Annotated[int, Field(ge=1)] = 300


@hookimpl
def register_settings(register: Declare) -> None:
    """Declare the settings."""
    register(Settings)


@hookimpl
def register_weights(register: Register[WeightFile]) -> None:
    """Add the published files that the packs can use."""
    for row in ROWS:
        register(row)


@hookimpl
def register_packs(register: Register[Pack]) -> None:
    """Add the pack ``ffhq``, and one for each other generator that the user brought."""
    from styleforge.builtin.weights import WEIGHTS
    from styleforge_ffhq.packs import packs

    lpips = next(row for row in WEIGHTS if row.name == "lpips")
    for pack in packs(steps=register.settings.inversion_steps, package=lpips):
        register(pack)
