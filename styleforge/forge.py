"""`Forge`: the one object that holds plugins and registries.

There is no module-level plugin manager: the command line and a notebook make a Forge, a test
makes its own. Every plugin is loaded alone, and a broken one is kept with its reason while the
rest goes on (`STYLEFORGE_STRICT=1` raises instead).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from styleforge.builtin import plugin as builtin
from styleforge.files import folder_of
from styleforge.mapper.outside import outside, trained
from styleforge.pack.choice import Choice, choice_for, default_pack, lacks, unready
from styleforge.pack.knowing import knowing
from styleforge.pack.loaded import LoadedPacks
from styleforge.pack.models import Models
from styleforge.pack.pack import Pack
from styleforge.plugins import config
from styleforge.plugins.discovery import PluginInfo, plugin_name
from styleforge.plugins.given import Sources
from styleforge.plugins.install_hints import how_to_add
from styleforge.plugins.loader import Plugins
from styleforge.plugins.panel import Panel
from styleforge.plugins.registry import Registry
from styleforge.recipe.combine import split
from styleforge.recipe.domain import Attribute, Preset
from styleforge.recipe.domains import Domains, Presets
from styleforge.recipe.needs import brought_to, components_of, regions_of
from styleforge.recipe.presets import Changes
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.several import recipe_of_domains
from styleforge.recipe.stage import Stage
from styleforge.weights.row import WeightFile

if TYPE_CHECKING:
    from styleforge.run.executor import Executor

REGISTRIES = (  # each is filled by the hook of its name: `register_domains`
    "domains", "attributes", "losses", "stages", "presets", "rules", "components", "packs",
    "panels", "weights",
)  # fmt: skip


class Forge:
    """Plugins, registries and loaded models.

    ``domains``, ``attributes`` and ``presets`` say what is styled, what can be asked for and how it
    is done; ``losses``, ``stages`` and ``rules`` are what optimizations are made of; ``packs`` have
    models, ``components`` are what plugins add to them, ``weights`` the files that users bring, and
    ``panels`` what plugins add to the editor.

    Args:
        plugins: ``installed`` for every installed plugin that is not disabled, or names of
            installed plugins.
        strict: raise on a broken plugin instead of keeping its reason; the environment variable
            ``STYLEFORGE_STRICT`` by default.
        settings: of plugins, by name: ``{"lips": {"strength": 0.5}}``. They go before those of
            the environment and of ``styleforge.toml`` (see `styleforge.plugins.given`).
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
        self.strict = config.default_strict() if strict is None else strict
        self.device = device or config.default_device()
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
        self._models = LoadedPacks(
            self.packs, self.components, outside=outside(self.components), trained=trained
        )
        files = config.read_config()
        self.default_pack = pack or config.configured_pack(files)
        sources = Sources.found(files, settings)
        by_hook = {f"register_{name}": getattr(self, name) for name in REGISTRIES}
        self._plugins = Plugins(by_hook, sources, strict=self.strict)
        self._plugins.use(builtin, "core", "styleforge", builtin=True)
        names = [plugins] if isinstance(plugins, str) else plugins
        self._plugins.load_installed(None if plugins == "installed" else frozenset(names))

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

    # --- recipes --------------------------------------------------------------------------
    def attributes_of(self, domain: str) -> tuple[Attribute, ...]:
        """The attributes of a domain, or of ``first+second``, whichever plugin added them."""
        names = split(domain)
        for name in names:
            self.domains[name]  # refuses an unknown one
        return tuple(item for item in self.attributes.values() if item.domain in names)

    def recipe(self, domain: str, preset: str = "", **changes: Unpack[Changes]) -> Recipe:
        """The recipe of a preset, the domain's first by default, with fields changed.

        ``first+second`` edits two domains together, with their presets of that name; see
        `styleforge.recipe.several.default_presets` for those where none is named. Masks of several
        domains are named ``first.identity``, ``second.shape``.

        Raises:
            UserError: if there is no such domain, preset, stage or field, what is asked for is of
                another domain, or the domains' presets cannot be done together.
        """
        domains = [self.domains[name] for name in split(domain)]
        return recipe_of_domains(domains, preset, self.stages, self.attributes, **changes)

    # --- packs and their models -----------------------------------------------------------
    def models(self, pack: str = "", *, device: str = "", dtype: str = "float32") -> Models:
        """The models of a pack; the same object at every call.

        Where no pack is named they are the default one's: see `pack_for`, which knows better what
        a recipe needs. They are on the forge's device where none is named.

        Raises:
            UserError: if there is no such pack, or none at all, or no such device.
        """
        pack = pack or default_pack(self.packs, self.default_pack)
        return self._models.of(pack, device or self.device, dtype)

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
        return choice_for(recipe, self.packs, self.default_pack, partial(self.lacks, recipe))

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

    # --- runs -----------------------------------------------------------------------------
    def executor(self, spec: str = "") -> Executor:
        """What runs recipes, by its spec: the first plugin's answer, ``inline`` from core.

        Where no spec is given it is ``STYLEFORGE_EXECUTOR``, or ``inline``.

        Raises:
            UserError: if no plugin knows the spec, or one refuses it.
        """
        from styleforge.run.executor import executor_of

        return executor_of(self._plugins, self, spec or config.default_executor())

    def close(self) -> None:
        """End the workers that executors keep. They begin again where they are needed."""
        while self.executors:
            self.executors.popitem()[1].close()

    @cached_property
    def in_memory(self) -> Path:
        """The folder of pictures that callers gave in memory; deleted with the forge."""
        return folder_of(self)

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
