"""`Forge`: the one object that holds plugins and registries.

There is no module-level plugin manager: the command line and a notebook make a Forge, a test
makes its own. Every plugin is loaded alone, and a broken one is kept with its reason while the
rest goes on (`STYLEFORGE_STRICT=1` raises instead).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import Any

import pluggy

from styleforge import hookspecs
from styleforge.builtin import plugin as builtin
from styleforge.discovery import (
    PluginInfo,
    disabled_names,
    installed_entry_points,
    plugin_name,
    reason_of,
)
from styleforge.domain import Attribute, Domain
from styleforge.errors import PluginError, Refused, UserError
from styleforge.pack import Models, Pack
from styleforge.presets import recipe_of
from styleforge.recipe import Recipe
from styleforge.registry import Entry, Registry, collect
from styleforge.stage import Stage

API_VERSION = 1


class Forge:
    """Plugins, registries and loaded models.

    Args:
        plugins: ``installed`` for every installed plugin that is not disabled, or names of
            installed plugins.
        strict: raise on a broken plugin instead of keeping its reason; the environment variable
            ``STYLEFORGE_STRICT`` by default.
    """

    def __init__(
        self, plugins: str | Iterable[str] = "installed", *, strict: bool | None = None
    ) -> None:
        asked = os.environ.get("STYLEFORGE_STRICT", "") not in {"", "0"}
        self.strict = asked if strict is None else strict
        self.domains: Registry[Domain] = Registry("domain", Domain)
        self.attributes: Registry[Attribute] = Registry("attribute", Attribute)
        self.losses: Registry[Any] = Registry("loss")
        self.stages: Registry[Stage] = Registry("stage", Stage)
        self.rules: Registry[Any] = Registry("rule")
        self.components: Registry[Any] = Registry("component")
        self.packs: Registry[Pack] = Registry("pack", Pack)
        self.panels: Registry[Any] = Registry("panel")
        self._infos: list[PluginInfo] = []
        self._models: dict[tuple[str, str, str], Models] = {}
        self._manager = pluggy.PluginManager("styleforge")
        self._manager.add_hookspecs(hookspecs)
        adds = self._register(builtin, "core", "styleforge")
        self._infos.append(PluginInfo("core", "styleforge", "", "loaded", adds, builtin=True))
        if plugins == "installed":
            self._load_installed(None)
        else:
            self._load_installed(frozenset([plugins] if isinstance(plugins, str) else plugins))

    # --- plugins --------------------------------------------------------------------------
    @property
    def plugins(self) -> tuple[PluginInfo, ...]:
        """Every plugin that was found: loaded, broken or disabled."""
        return tuple(self._infos)

    def use(self, plugin: object, name: str | None = None) -> None:
        """Make an object or a module with hook implementations a plugin.

        This is how a notebook cell becomes a plugin. Faults are raised at once.

        Raises:
            PluginError: if it breaks the contract or claims a name that is taken.
        """
        name = name or plugin_name(plugin)
        try:
            adds = self._register(plugin, name, "this session")
        except UserError:
            raise
        except Exception as error:
            msg = f"Plugin {name!r} cannot be used: {error}"
            raise PluginError(msg) from error
        self._infos.append(PluginInfo(name, "this session", "", "loaded", adds))

    def _load_installed(self, only: frozenset[str] | None) -> None:
        disabled = disabled_names()
        for point in installed_entry_points():
            dist = point.dist.name if point.dist else "unknown"
            version = point.dist.version if point.dist else ""
            if only is not None and point.name not in only:
                continue
            if point.name in disabled:
                self._infos.append(PluginInfo(point.name, dist, version, "disabled"))
                continue
            try:
                adds = self._register(point.load(), point.name, dist)
            except Exception as error:
                if self.strict:
                    raise
                reason = str(error) if isinstance(error, UserError) else reason_of(error)
                self._infos.append(PluginInfo(point.name, dist, version, "broken", reason=reason))
            else:
                self._infos.append(PluginInfo(point.name, dist, version, "loaded", adds))
        missing = (only or frozenset()) - {info.name for info in self._infos}
        if missing:
            have = ", ".join(info.name for info in self._infos if not info.builtin) or "none"
            msg = f"No plugin named {', '.join(sorted(missing))} is installed; there are: {have}."
            raise UserError(msg)

    def _register(self, plugin: object, name: str, distribution: str) -> tuple[str, ...]:
        """Register a plugin's hooks and collect what it adds; all of it or nothing."""
        wanted = getattr(plugin, "styleforge_api", API_VERSION)
        if wanted > API_VERSION:
            msg = (
                f"Plugin {name!r} needs plugin interface {wanted}, this styleforge has "
                f"{API_VERSION}. Update styleforge, or install an older {distribution}."
            )
            raise PluginError(msg)
        if self._manager.has_plugin(name):
            have = next((info.distribution for info in self._infos if info.name == name), "core")
            msg = (
                f"Two plugins are named {name!r}: of {have} and of {distribution}. Disable one of "
                "them, or give the second another name."
            )
            raise PluginError(msg)
        try:
            self._manager.register(plugin, name)
            self._manager.check_pending()  # a misspelt hook would never be called
            return self._fill(plugin, name, distribution)
        except BaseException:
            if self._manager.get_plugin(name) is plugin:
                self._manager.unregister(name=name)
            raise

    def _fill(self, plugin: object, name: str, distribution: str) -> tuple[str, ...]:
        """Call a plugin's registering hooks; its items are added once all are found good."""
        scratch: list[tuple[Registry[Any], Entry[Any]]] = []
        for hook, registry in self._registries().items():
            for impl in getattr(self._manager.hook, hook).get_hookimpls():
                if impl.plugin is plugin:
                    register = collect(registry, name, distribution, scratch)
                    impl.function(**_named(impl, register=register))
        for registry, entry in scratch:
            registry.check_free(entry)
        for registry, entry in scratch:
            registry.add(entry)
        return tuple(f"{registry.kind} {entry.name}" for registry, entry in scratch)

    def _registries(self) -> Mapping[str, Registry[Any]]:
        return {
            "register_domains": self.domains,
            "register_attributes": self.attributes,
            "register_losses": self.losses,
            "register_stages": self.stages,
            "register_rules": self.rules,
            "register_components": self.components,
            "register_packs": self.packs,
            "register_panels": self.panels,
        }

    # --- what is there --------------------------------------------------------------------
    def attributes_of(self, domain: str) -> tuple[Attribute, ...]:
        """The attributes of a domain, whichever plugin added them."""
        self.domains[domain]
        return tuple(item for item in self.attributes.values() if item.domain == domain)

    def models(self, pack: str = "", *, device: str = "cpu", dtype: str = "float32") -> Models:
        """The models of a pack; the same object at every call. The first pack by default."""
        if not pack:
            if not len(self.packs):
                msg = "No pack of models is installed. Install one, such as styleforge-portraits."
                raise UserError(msg)
            pack = next(iter(self.packs))
        key = (pack, device, dtype)
        if key not in self._models:
            import torch

            self._models[key] = Models(self.packs[pack], device=device, dtype=getattr(torch, dtype))
        return self._models[key]

    def recipe(self, domain: str, preset: str = "", **changes: Any) -> Recipe:
        """The recipe of a preset, the domain's first by default, with fields changed.

        Raises:
            UserError: if there is no such domain, preset or stage.
        """
        found = self.domains[domain]
        return recipe_of(found, preset, self.stages, self.attributes, **changes)

    # --- around a run ---------------------------------------------------------------------
    def before_run(self, recipe: Recipe) -> None:
        """Ask every plugin for consent.

        Raises:
            Refused: if a plugin refuses the run.
        """
        for impl in self._manager.hook.before_run.get_hookimpls():
            try:
                impl.function(**_named(impl, forge=self, recipe=recipe))
            except Refused:
                raise
            except Exception as error:
                self._failed(impl.plugin_name, "before_run", error)

    def after_run(self, recipe: Recipe, result: Any) -> None:
        """Show every plugin the result; one that fails is noted, the result is kept."""
        for impl in self._manager.hook.after_run.get_hookimpls():
            try:
                impl.function(**_named(impl, forge=self, recipe=recipe, result=result))
            except Exception as error:
                self._failed(impl.plugin_name, "after_run", error)

    def _failed(self, plugin: str, hook: str, error: Exception) -> None:
        if self.strict:
            raise error
        for index, info in enumerate(self._infos):
            if info.name == plugin:
                reason = f"its {hook} failed: {reason_of(error)}"
                self._infos[index] = info.with_fault(reason)


def _named(impl: Any, **arguments: Any) -> dict[str, Any]:
    return {name: value for name, value in arguments.items() if name in impl.argnames}
