"""`Forge`: the one object that holds plugins and registries.

There is no module-level plugin manager: the command line and a notebook make a Forge, a test
makes its own. Every plugin is loaded alone, and a broken one is kept with its reason while the
rest goes on (`STYLEFORGE_STRICT=1` raises instead).
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterable, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from styleforge.builtin import plugin as builtin
from styleforge.mapper.outside import outside, trained
from styleforge.pack.added import knowing
from styleforge.pack.choice import Choice, choose, default_pack, lacks, lacks_of_gallery, unready
from styleforge.pack.models import Models
from styleforge.pack.pack import Pack
from styleforge.plugins.config import configured_pack, default_device, default_executor, read_config
from styleforge.plugins.discovery import PluginInfo, plugin_name
from styleforge.plugins.install_hints import how_to_add
from styleforge.plugins.loader import Plugins
from styleforge.plugins.panel import Panel
from styleforge.plugins.registry import Registry
from styleforge.plugins.settings import Sources
from styleforge.recipe.combine import combine, split
from styleforge.recipe.domain import Attribute, Preset
from styleforge.recipe.domains import Domains, Presets
from styleforge.recipe.needs import brought_to, components_of, regions_of
from styleforge.recipe.presets import Changes, default_presets, recipe_of, refuse_unknown, share
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.refusals import refuse_others, refuse_shared_masks
from styleforge.recipe.stage import Stage
from styleforge.weights.row import WeightFile

if TYPE_CHECKING:
    from styleforge.run.executor import Executor


class Forge:
    """Plugins, registries and loaded models.

    Args:
        plugins: ``installed`` for every installed plugin that is not disabled, or names of
            installed plugins.
        strict: raise on a broken plugin instead of keeping its reason; the environment variable
            ``STYLEFORGE_STRICT`` by default.
        settings: of plugins, by name: ``{"lips": {"strength": 0.5}}``. They go before those of
            the environment and of ``styleforge.toml`` (see `styleforge.plugins.settings`).
        device: where models run, as torch names it (``cuda``); ``STYLEFORGE_DEVICE`` or the CPU by
            default.
        pack: that recipes take where they name none; ``STYLEFORGE_PACK`` or ``pack`` of
            ``styleforge.toml`` by default, else the one that can do what is asked.

    Raises:
        UserError: if a ``styleforge.toml`` cannot be read, or a plugin that is named is not there.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = Forge(())  # core alone; Forge() loads the installed plugins
        >>> forge.use(toy)
        >>> list(forge.domains)
        ['toy']
        >>> forge.recipe("toy", "toy-loho").steps
        8
    """

    def __init__(
        self,
        plugins: str | Iterable[str] = "installed",
        *,
        strict: bool | None = None,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        device: str = "",
        pack: str = "",
    ) -> None:
        asked = os.environ.get("STYLEFORGE_STRICT", "") not in {"", "0"}
        self.strict = asked if strict is None else strict
        self.device = device or default_device()
        self.presets: Registry[Preset] = Presets()
        self.domains = Domains(self.presets, self._how_to_add)
        self.attributes: Registry[Attribute] = Registry("attribute", Attribute)
        self.losses: Registry[Any] = Registry("loss")
        self.stages: Registry[Stage] = Registry("stage", Stage)
        self.rules: Registry[Any] = Registry("rule")
        self.components: Registry[Any] = Registry("component")
        self.packs: Registry[Pack] = Registry("pack", Pack, self._how_to_add)
        self.panels: Registry[Panel] = Registry("panel", Panel)
        self.weights: Registry[WeightFile] = Registry("weight file", WeightFile)
        self.executors: dict[str, Any] = {}  # that keep workers, by spec
        self._models: dict[tuple[str, str, str], Models] = {}
        files = read_config()
        self.default_pack = pack or configured_pack(files)
        sources = Sources.found(files, settings)
        self._plugins = Plugins(self._registries(), sources, strict=self.strict)
        self._plugins.use(builtin, "core", "styleforge", builtin=True)
        if plugins == "installed":
            self._plugins.load_installed()
        else:
            names = [plugins] if isinstance(plugins, str) else plugins
            self._plugins.load_installed(frozenset(names))

    def _registries(self) -> Mapping[str, Registry[Any]]:
        return {
            "register_domains": self.domains,
            "register_attributes": self.attributes,
            "register_losses": self.losses,
            "register_stages": self.stages,
            "register_presets": self.presets,
            "register_rules": self.rules,
            "register_components": self.components,
            "register_packs": self.packs,
            "register_panels": self.panels,
            "register_weights": self.weights,
        }

    def _how_to_add(self, name: str) -> str:
        return how_to_add(name, self.plugins)

    # --- plugins --------------------------------------------------------------------------
    @property
    def plugins(self) -> tuple[PluginInfo, ...]:
        """Every plugin that was found: loaded, broken or disabled."""
        return tuple(self._plugins.infos)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was set or registered and has no effect, as sentences."""
        return (*self._plugins.notes(), *self.domains.notes())

    def use(self, plugin: object, name: str | None = None) -> None:
        """Make an object or a module with hook implementations a plugin.

        This is how a notebook cell becomes a plugin. Faults are raised at once. Used again under
        its name (the module's, function's or class's where none is given), a plugin takes the place
        of the earlier one, so that a cell can be run again.

        Raises:
            PluginError: if it breaks the contract or claims a name that is taken.
        """
        self._plugins.use(plugin, name or plugin_name(plugin))

    @property
    def used(self) -> dict[str, object]:
        """What was given to `use`, by name."""
        return self._plugins.used()

    def settings(self, plugin: str) -> Any:
        """The settings of a plugin: an instance of the dataclass that it registered.

        Raises:
            UserError: if there is no such plugin, or it has no settings.
        """
        return self._plugins.settings(plugin)

    @cached_property
    def in_memory(self) -> Path:
        """The folder of pictures that callers gave in memory; deleted with the forge."""
        folder = tempfile.mkdtemp(prefix="styleforge-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return Path(folder)

    # --- what is there --------------------------------------------------------------------
    def attributes_of(self, domain: str) -> tuple[Attribute, ...]:
        """The attributes of a domain, or of ``first+second``, whichever plugin added them."""
        names = split(domain)
        for name in names:
            self.domains[name]  # refuses an unknown one
        return tuple(item for item in self.attributes.values() if item.domain in names)

    def models(self, pack: str = "", *, device: str = "", dtype: str = "float32") -> Models:
        """The models of a pack; the same object at every call.

        Where no pack is named they are the default one's: see `pack_for`, which knows better what
        a recipe needs. They are on the forge's device where none is named.

        Raises:
            UserError: if there is no such pack, or none at all, or no such device.
        """
        pack = pack or default_pack(self.packs, self.default_pack)
        device = device or self.device
        key = (pack, device, dtype)
        made = self._models.get(key)
        if made is None or made.pack is not self.packs[pack]:  # a pack may have been used again
            import torch

            from styleforge.pack.device import usable

            self._models[key] = Models(
                self.packs[pack],
                device=usable(device),
                dtype=getattr(torch, dtype),
                owner=self.packs.owner(pack),
                components=self.components,
                outside=outside(self.components),
                trained=trained,
            )
        return self._models[key]

    def models_of(self, recipe: Recipe) -> Models:
        """The models that a recipe runs with: its pack's, with the regions that plugins add to it.

        Raises:
            UserError: as `pack_for`, or if there is no such pack or domain.
        """
        models = self.models(recipe.pack or self.pack_for(recipe).name)
        return knowing(models, regions_of(recipe, self.domains))

    def pack_for(self, recipe: Recipe) -> Choice:
        """The pack for a recipe that names none, and what the user should know of the choice.

        The configured one (``Forge(pack=...)``, ``STYLEFORGE_PACK``, ``styleforge.toml``), else the
        one that can do what is asked, and has the identity where that is a picture of a gallery. Of
        several the first that is registered as default wins.

        Raises:
            UserError: if there is no pack, or several and none of them can do it.
        """
        several = len(self.packs) > 1 and not self.default_pack
        missing = {name: self.lacks(recipe, name) for name in self.packs} if several else {}
        missing = lacks_of_gallery(missing, self.packs, recipe.identity)
        asked = f"{'+'.join(recipe.domains)} ({recipe.method})"
        return choose(self.packs, self.default_pack, missing, asked)

    def components_of(self, recipe: Recipe) -> tuple[str, ...]:
        """The kinds of components without which a recipe cannot run."""
        attributes = {one.name: one for one in self.attributes.values()}
        return components_of(recipe, self.losses, self.components, attributes)

    def lacks(self, recipe: Recipe, pack: str) -> tuple[str, ...]:
        """What a pack lacks for a recipe, in words; empty where it can do it."""
        models, kinds = self.models(pack), self.components_of(recipe)
        missing = lacks(models, regions_of(recipe, self.domains), kinds)
        # What is to be trained matters only where all else is there.
        return missing or unready(models, brought_to(recipe))

    def recipe(self, domain: str, preset: str = "", **changes: Unpack[Changes]) -> Recipe:
        """The recipe of a preset, the domain's first by default, with fields changed.

        ``first+second`` edits two domains together, with their presets of that name; see
        `styleforge.recipe.presets.default_presets` for those where none is named. Masks of several
        domains are named ``first.identity``, ``second.shape``.

        Raises:
            UserError: if there is no such domain, preset, stage or field, what is asked for is of
                another domain, or the domains' presets cannot be done together.
        """
        refuse_unknown(changes)
        found = [self.domains[name] for name in split(domain)]
        if len(found) == 1:
            return recipe_of(found[0], preset, self.stages, self.attributes, **changes)
        domains = tuple(one.name for one in found)
        refuse_others(changes.get("conditions", {}), domains, self.attributes)
        refuse_others(changes.get("strengths", {}), domains, self.attributes)
        refuse_shared_masks(changes.get("masks", {}), domains)
        names = (preset,) * len(found) if preset else default_presets(found)
        made = [
            recipe_of(one, name, self.stages, self.attributes, **share(changes, one.name))
            for one, name in zip(found, names, strict=True)
        ]
        return combine(*made)

    def executor(self, spec: str = "") -> Executor:
        """What runs recipes, by its spec: the first plugin's answer, ``inline`` from core.

        Where no spec is given it is ``STYLEFORGE_EXECUTOR``, or ``inline``.

        Raises:
            UserError: if no plugin knows the spec, or one refuses it.
        """
        from styleforge.run.executor import executor_of

        return executor_of(self._plugins, self, spec or default_executor())

    def close(self) -> None:
        """End the workers that executors keep. They begin again where they are needed."""
        while self.executors:
            self.executors.popitem()[1].close()

    # --- around a run ---------------------------------------------------------------------
    def before_run(self, recipe: Recipe) -> tuple[str, ...]:
        """Ask every plugin for consent.

        Returns:
            A sentence for each plugin whose hook failed; the others were asked all the same.

        Raises:
            Refused: if a plugin refuses the run.
        """
        return self._plugins.announce("before_run", forge=self, recipe=recipe)

    def after_run(self, recipe: Recipe, result: Any) -> tuple[str, ...]:
        """Show every plugin the result.

        Returns:
            A sentence for each plugin whose hook failed; the result is kept.
        """
        return self._plugins.announce("after_run", forge=self, recipe=recipe, result=result)


@cache
def default_forge() -> Forge:
    """The forge of `styleforge.edit` and `styleforge.transfer` where none is given.

    One for the process, made with every installed plugin when it is first asked for, so that models
    are loaded once. It does not see plugins, settings and variables that change afterwards:
    ``default_forge.cache_clear()`` forgets it, and the next call makes another.

    Raises:
        UserError: as `Forge`.

    Example:
        >>> default_forge() is default_forge()
        True
    """
    return Forge()
