"""The plugins of a forge: each is loaded alone, and a broken one is kept with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import EntryPoint
from typing import Any

from styleforge.errors import PluginError, UserError
from styleforge.plugins import discovery
from styleforge.plugins.claims import belongs, losers
from styleforge.plugins.contract import check_answer, check_hooks, check_version
from styleforge.plugins.discovery import PluginInfo, SameName, fix_of, owner, reason_of
from styleforge.plugins.distributions import name_of, version_of
from styleforge.plugins.given import SettingsError, Sources
from styleforge.plugins.hook_calls import SESSION, Caller, named
from styleforge.plugins.marker import left_behind, marked
from styleforge.plugins.registry import Collector, Entry, Registry
from styleforge.plugins.settings import check_class, fill
from styleforge.plugins.without_effect import without_effect


class Plugins(Caller):
    """Loads plugins into registries and calls their hooks, one implementation at a time.

    Args:
        registries: what each registering hook fills, by the hook's name.
        sources: what was set for plugins.
        strict: raise what a plugin raises instead of keeping its reason.

    Example:
        >>> plugins = Plugins({}, Sources(files=(), explicit={}, environment={}), strict=False)
        >>> plugins.infos
        []
    """

    def __init__(
        self, registries: Mapping[str, Registry[Any]], sources: Sources, *, strict: bool
    ) -> None:
        super().__init__(strict=strict)
        self._registries = registries
        self._sources = sources
        self._settings: dict[str, Any] = {}
        self._allowed: frozenset[str] | None = None

    # --- loading --------------------------------------------------------------------------
    def use(
        self, plugin: object, name: str, distribution: str = SESSION, *, builtin: bool = False
    ) -> None:
        """Load an object or a module; faults are raised at once.

        A plugin of this session makes room for the next one of its name, as when a notebook's cell
        is run again; it stays where that one has a fault.

        Raises:
            PluginError: if it breaks the contract or claims a name that is taken.
        """
        before = next((one for one in self.infos if one.name == name), None)
        old = self._manager.get_plugin(name)
        if before is not None and before.distribution == SESSION:
            self._forget(name)
        else:
            before = None
        try:
            adds = self._register(plugin, name, distribution)
        except Exception as error:
            if before is not None:
                self._register(old, name, SESSION)
                self.infos.append(before)
            if isinstance(error, UserError):
                raise
            self._trace.error(error)
            msg = f"Plugin {name!r} cannot be used: {reason_of(error)}"
            raise PluginError(msg) from error
        self.infos.append(PluginInfo(name, distribution, "", "loaded", adds, builtin=builtin))

    def _forget(self, name: str) -> None:
        """Take a plugin out again, with all that it added."""
        self._manager.unregister(name=name)
        self._settings.pop(name, None)
        self.infos = [info for info in self.infos if info.name != name]
        for registry in self._registries.values():
            registry.drop(name)

    def load_installed(self, only: frozenset[str] | None = None) -> None:
        """Load what is installed and not switched off, or the plugins of these names.

        Raises:
            UserError: if a plugin that is named is not installed.
        """
        disabled = discovery.disabled_by(self._sources.files)
        self._allowed = discovery.allowed_names() if only is None else None
        for ended in left_behind():
            self._trace.say(
                f"The last start of styleforge ended while the {ended} was being loaded. If this "
                "one does, too, `styleforge plugins --disable NAME` with its name switches it off."
            )
        with marked() as marker:
            # Who names none is not kept waiting until all that is installed was read.
            installed = discovery.installed_entry_points() if only is None or only else ()
            for point in installed:
                if only is None or point.name in only:
                    marker.loading(owner(point.name, name_of(point.dist)))
                    info = self._load(point, disabled)  # which may evict one from the infos
                    self.infos.append(info)
        missing = (only or frozenset()) - {info.name for info in self.infos}
        if missing:
            have = ", ".join(point.name for point in installed) or "none"
            msg = f"No plugin named {', '.join(sorted(missing))} is installed; there are: {have}."
            raise UserError(msg)

    def _load(self, point: EntryPoint, disabled: Mapping[str, str]) -> PluginInfo:
        name = point.name
        distribution, version = name_of(point.dist), version_of(point.dist)
        if name in disabled:
            by = disabled[name]
            fix = f"`styleforge plugins --enable {name}` enables it." if by.startswith("`") else ""
            return PluginInfo(
                name, distribution, version, "disabled", (), f"{by} disabled it.", fix
            )
        if self._allowed is not None and name not in self._allowed:
            reason = f"{discovery.ALLOW} does not name it."
            return PluginInfo(name, distribution, version, "disabled", (), reason)
        try:
            self._trace.begin("import", name, {"module": point.value})
            with self._trace.call("import", name, {"module": point.value}):
                plugin = point.load()
            adds = self._register(plugin, name, distribution)
        except KeyboardInterrupt as error:
            error.add_note(f"The {owner(name, distribution)} was being loaded.")
            raise
        except BaseException as error:  # a plugin may even exit while it is imported
            if self._strict:
                raise
            self._trace.error(error)
            fix = "" if isinstance(error, SettingsError) else fix_of(error, name, distribution)
            return PluginInfo(name, distribution, version, "broken", (), reason_of(error), fix)
        return PluginInfo(name, distribution, version, "loaded", adds)

    def _register(self, plugin: object, name: str, distribution: str) -> tuple[str, ...]:
        """Register a plugin's hooks and collect what it adds; all of it or nothing."""
        check_version(plugin, name, distribution)
        check_hooks(plugin, name, self._manager)
        if self._manager.has_plugin(name):
            self._same_name(name, distribution)
        try:
            self._manager.register(plugin, name)
            return self._fill(plugin, name, distribution)
        except BaseException:
            self._settings.pop(name, None)
            if self._manager.get_plugin(name) is plugin:
                self._manager.unregister(name=name)
            raise

    def _fill(self, plugin: object, name: str, distribution: str) -> tuple[str, ...]:
        """Call a plugin's registering hooks; its items are added once all are found good."""
        settings, keys = self._filled_settings(plugin, name)
        scratch: list[tuple[Registry[Any], Entry[Any]]] = []
        for hook, registry in self._registries.items():
            for impl in self._implementations(hook):
                if impl.plugin is plugin:
                    before = len(scratch)
                    register = Collector(registry, name, distribution, settings, scratch)
                    with self._trace.call(hook, name) as told:
                        answer = impl.function(**named(impl, register=register))
                        told.outcome = ", ".join(entry.name for _, entry in scratch[before:])
                    check_answer(answer, hook, name)
        self._evict(scratch)
        for registry, entry in scratch:
            registry.check_free(entry)
        for registry, entry in scratch:
            registry.add(entry)
        return (*(f"{registry.kind} {entry.name}" for registry, entry in scratch), *keys)

    def _same_name(self, name: str, distribution: str) -> None:
        """Of two plugins of one name, refuse the one that has no claim to it.

        Raises:
            SameName: if it is the second.
        """
        index, have = next(
            (index, info) for index, info in enumerate(self.infos) if info.name == name
        )
        msg = f"Two plugins are named {name!r}: of {have.distribution} and of {distribution}."
        mine = Entry(name, None, name, distribution)
        if have.builtin or not belongs(mine, Entry(name, None, name, have.distribution)):
            raise SameName(msg)
        self._forget(name)
        error = SameName(f"{msg} The name is that of {distribution}.")
        self.infos.insert(index, _broken(have, error))

    def _evict(self, scratch: list[tuple[Registry[Any], Entry[Any]]]) -> None:
        """Break the plugins that took names which belong to the one that comes now.

        Raises:
            PluginError: if another name that it claims is taken by right; then all stay.
        """
        wrong, by_name = losers(scratch, self.infos), {one.name: one for one in self.infos}
        for name, error in wrong.items():
            index = next(index for index, info in enumerate(self.infos) if info.name == name)
            self._forget(name)
            self.infos.insert(index, _broken(by_name[name], error))

    def _filled_settings(self, plugin: object, name: str) -> tuple[Any, tuple[str, ...]]:
        """The plugin's settings and the names of what they add; None and nothing without any."""
        classes: list[Any] = []
        for impl in self._implementations("register_settings"):
            if impl.plugin is plugin:
                with self._trace.call("register_settings", name):
                    answer = impl.function(**named(impl, register=classes.append))
                check_answer(answer, "register_settings", name)
        if len(classes) > 1:
            msg = f"Plugin {name!r} registers settings twice; put them into one dataclass."
            raise PluginError(msg)
        given = self._sources.given(name)
        if not classes:
            if given:
                first = given[0]
                msg = f"{first.where} sets {first.key!r}, but plugin {name!r} has no settings."
                raise SettingsError(msg)
            return None, ()
        check_class(classes[0], name)
        made = self._settings[name] = fill(classes[0], name, given)
        return made, tuple(f"setting {key}" for key in made.__dataclass_fields__)

    # --- what is there --------------------------------------------------------------------
    def settings(self, name: str) -> Any:
        """The settings of a plugin.

        Raises:
            UserError: if it has none.
        """
        if name not in self._settings:
            have = ", ".join(sorted(self._settings)) or "none"
            msg = f"There are no settings of a plugin {name!r}; plugins that have some: {have}."
            raise UserError(msg)
        return self._settings[name]

    def used(self) -> dict[str, object]:
        """The plugins of this session, by name."""
        names = [one.name for one in self.infos if one.distribution == SESSION]
        return {name: self._manager.get_plugin(name) for name in names}

    def notes(self) -> tuple[str, ...]:
        """What was set or said about plugins and has no effect, as sentences."""
        return without_effect(self.infos, self._sources, self._allowed, self._registries)


def _broken(info: PluginInfo, error: PluginError) -> PluginInfo:
    """A plugin that was loaded and is left out after all."""
    fix = fix_of(error, info.name, info.distribution)
    return PluginInfo(info.name, info.distribution, info.version, "broken", (), str(error), fix)
