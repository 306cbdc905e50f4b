"""Everything a styleforge plugin can add. Implement only what you need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pluggy import HookimplMarker, HookspecMarker

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.pack.pack import Pack
    from styleforge.plugins.panel import Panel
    from styleforge.plugins.registry import Register
    from styleforge.plugins.settings import Declare
    from styleforge.recipe.domain import Attribute, Domain, Preset
    from styleforge.recipe.recipe import Recipe
    from styleforge.recipe.stage import Stage
    from styleforge.run.result import Result
    from styleforge.weights.row import WeightFile

API_VERSION = 1  # of this file; a plugin says which it was written for: styleforge_api = 1
hookspec, hookimpl = HookspecMarker("styleforge"), HookimplMarker("styleforge")


# --- what exists: called once per Forge, each plugin alone --------------------------------
@hookspec
def register_domains(register: Register[Domain]) -> None:
    """Add a style domain: its region, what identity means in it, and its presets."""


@hookspec
def register_attributes(register: Register[Attribute]) -> None:
    """Add something a user can ask for; may extend another plugin's domain."""


@hookspec
def register_losses(register: Register[Any]) -> None:
    """Add a named loss, ``register(loss, name="lpips")``: a function of a View to a scalar."""


@hookspec
def register_stages(register: Register[Stage]) -> None:
    """Add a named stage; one that replaces a preset's stage of that name says replace=True."""


@hookspec
def register_presets(register: Register[Preset]) -> None:
    """Add a preset to a domain, anybody's: ``register(preset, name="lips/mine")``."""


@hookspec
def register_rules(register: Register[Any]) -> None:
    """Add a gradient rule, ``register(rule, name="project")``."""


@hookspec
def register_components(register: Register[Any]) -> None:
    """Add a named component outside a pack, e.g. ``register(make, name="inpainter/telea")``."""


@hookspec
def register_packs(register: Register[Pack]) -> None:
    """Describe models that belong together. Nothing is loaded or fetched here."""


@hookspec
def register_panels(register: Register[Panel]) -> None:
    """Add a panel to the notebook editor: a title, and a function from the session to a widget."""


@hookspec
def register_weights(register: Register[WeightFile]) -> None:
    """Add a published file of weights that users can bring: what it is for, and on what terms."""


@hookspec
def register_settings(register: Declare) -> None:
    """Declare what users can set: a frozen dataclass, `register.settings` in the other hooks."""


# --- what happens: around every run -------------------------------------------------------
@hookspec
def before_run(forge: Forge, recipe: Recipe) -> None:
    """Look at a run before it starts. Raise Refused('why') to stop it."""


@hookspec
def after_run(forge: Forge, recipe: Recipe, result: Result) -> None:
    """See a finished or stopped run (logging, galleries, metrics)."""


# --- who does it: the first answer wins ---------------------------------------------------
@hookspec(firstresult=True)
def make_executor(forge: Forge, spec: str) -> Any:
    """Turn a spec such as 'ray://there' into an `Executor`; None for specs that are not yours."""
