"""Registries: named things, each with the plugin that owns it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from styleforge.errors import PluginError, UserError, did_you_mean
from styleforge.plugins.discovery import owner

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)


class Register(Protocol[T_contra]):
    """What a registering hook is given; ``settings`` are the plugin's, None where it has none.

    Example:
        >>> from styleforge import Domain, Forge, hookimpl
        >>> class Lips:
        ...     @hookimpl
        ...     def register_domains(self, register: Register[Domain]) -> None:
        ...         lips = Domain(name="lips", title="Lips", help="", region="lips", keep=("face",))
        ...         register(lips)
        >>> forge = Forge(())
        >>> forge.use(Lips())
        >>> forge.domains["lips"].region
        'lips'
    """

    @property
    def settings(self) -> Any:
        """An instance of what the plugin's ``register_settings`` declared."""

    def __call__(self, item: T_contra, *, name: str | None = None, replace: bool = False) -> None:
        """Add an item under its own name or ``name``; ``replace`` overrides on purpose."""


@dataclass(frozen=True)
class Entry(Generic[T]):
    """A registered item and the plugin and distribution it came from.

    Example:
        >>> Entry("mean", sum, plugin="lips", distribution="styleforge-lips").replaces
        False
    """

    name: str
    item: T
    plugin: str
    distribution: str
    replaces: bool = False


class Registry(Generic[T]):
    """Named items of one kind.

    Args:
        kind: what they are, as messages name it.
        item_type: the class that items must have; any callable where None.
        advice: what to do about a name that is missing, as a sentence; empty where unknown.

    Example:
        >>> losses = Registry("loss")
        >>> losses.add(losses.entry(max, "most", "lips", "styleforge-lips", replace=False))
        >>> list(losses), losses.owner("most")
        (['most'], "plugin 'lips' of styleforge-lips")
    """

    def __init__(
        self,
        kind: str,
        item_type: type | None = None,
        advice: Callable[[str], str] | None = None,
    ) -> None:
        self.kind = kind
        self.item_type = item_type
        self._advice = advice
        self._entries: dict[str, Entry[T]] = {}
        self._replaced: dict[str, Entry[T]] = {}  # what came under a name and was replaced

    def entry(
        self, item: Any, name: str | None, plugin: str, distribution: str, *, replace: bool
    ) -> Entry[T]:
        """Check an item; it is not added yet.

        Raises:
            PluginError: if the item is of the wrong type or has no name.
        """
        if self.item_type is not None and not isinstance(item, self.item_type):
            msg = (
                f"Plugin {plugin!r} registered a {type(item).__name__} as a {self.kind}; "
                f"a {self.item_type.__name__} was expected."
            )
            raise PluginError(msg)
        if self.item_type is None and not callable(item):
            msg = f"Plugin {plugin!r} registered {item!r} as a {self.kind}; it must be callable."
            raise PluginError(msg)
        name = name or getattr(item, "name", None)
        if not isinstance(name, str) or not name:
            msg = f"Plugin {plugin!r} registered a {self.kind} without a name; pass name='...'."
            raise PluginError(msg)
        return Entry(name, item, plugin, distribution, replace)

    def add(self, entry: Entry[T]) -> None:
        """Add a checked item.

        Raises:
            PluginError: if the name is taken and the item does not replace it on purpose.
        """
        self.check_free(entry)
        taken = self._entries.get(entry.name)
        if taken is None:
            self._entries[entry.name] = entry
        elif entry.replaces:
            self._entries[entry.name], self._replaced[entry.name] = entry, taken
        else:  # what replaces it was loaded first
            self._replaced[entry.name] = entry

    def drop(self, plugin: str) -> None:
        """Forget what a plugin added; what it had replaced is back."""
        self._replaced = {name: one for name, one in self._replaced.items() if one.plugin != plugin}
        for entry in self.entries():
            if entry.plugin == plugin:
                before = self._replaced.pop(entry.name, None)
                if before is None:
                    del self._entries[entry.name]
                else:
                    self._entries[entry.name] = before

    def clash(self, entry: Entry[T]) -> Entry[T] | None:
        """What has the name that an item claims without replacing it; None where it is free."""
        taken = self._entries.get(entry.name)
        if taken is None or entry.replaces:
            return None
        if not taken.replaces:
            return taken
        return self._replaced.get(entry.name)  # None: a replacement waits for the item

    def check_free(self, entry: Entry[T]) -> None:
        """Refuse a name that is taken, or is replaced by two.

        Raises:
            PluginError: naming both distributions.
        """
        taken = self._entries.get(entry.name)
        if taken is not None and taken.replaces and entry.replaces:
            msg = (
                f"Two plugins replace the {self.kind} {entry.name!r}: {taken.plugin!r} of "
                f"{taken.distribution} and {entry.plugin!r} of {entry.distribution}. Disable one "
                "of them."
            )
            raise PluginError(msg)
        awaited = taken is not None and taken.replaces and entry.name not in self._replaced
        if taken is not None and not entry.replaces and not awaited:
            msg = (
                f"Two plugins claim the {self.kind} {entry.name!r}: {taken.plugin!r} of "
                f"{taken.distribution} and {entry.plugin!r} of {entry.distribution}. Disable one "
                "of them, or register the second with replace=True."
            )
            raise PluginError(msg)

    def __getitem__(self, name: str) -> T:
        if name in self._entries:
            return self._entries[name].item
        have = ", ".join(sorted(self._entries)) or "none"
        hint = self._advice(name) if self._advice is not None else ""
        hint = hint or did_you_mean(name, self._entries).lstrip()
        msg = f"There is no {self.kind} {name!r}; there are: {have}. {hint}"
        raise UserError(msg.rstrip())

    def owner(self, name: str) -> str:
        """The plugin that an item came from, as a message names it."""
        entry = self._entries[name]
        return owner(entry.plugin, entry.distribution)

    def idle(self) -> tuple[Entry[T], ...]:
        """Entries that replace what nobody registered."""
        return tuple(
            entry
            for entry in self._entries.values()
            if entry.replaces and entry.name not in self._replaced
        )

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> tuple[Entry[T], ...]:
        """All entries, in the order of registration."""
        return tuple(self._entries.values())

    def values(self) -> tuple[T, ...]:
        """All items, in the order of registration."""
        return tuple(entry.item for entry in self._entries.values())


@dataclass(frozen=True)
class Collector:
    """The `register` callable of one plugin and one registry; what it is given waits in a list.

    Example:
        >>> losses, scratch = Registry("loss"), []
        >>> register = Collector(losses, "lips", "styleforge-lips", settings=None, scratch=scratch)
        >>> register(max, name="most")
        >>> len(scratch), len(losses)  # it waits until the whole plugin is found to be sound
        (1, 0)
    """

    registry: Registry[Any]
    plugin: str
    distribution: str
    settings: Any
    scratch: list[tuple[Registry[Any], Entry[Any]]]

    def __call__(self, item: Any, *, name: str | None = None, replace: bool = False) -> None:
        """Check an item and keep it.

        Raises:
            PluginError: if it is of the wrong type, has no name, or was registered already.
        """
        registry = self.registry
        entry = registry.entry(item, name, self.plugin, self.distribution, replace=replace)
        if any(have is registry and other.name == entry.name for have, other in self.scratch):
            msg = f"Plugin {self.plugin!r} registers the {registry.kind} {entry.name!r} twice."
            raise PluginError(msg)
        self.scratch.append((registry, entry))
