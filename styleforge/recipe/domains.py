"""Domains, each with the presets that plugins add to it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from styleforge.errors import PluginError
from styleforge.plugins.discovery import owner
from styleforge.plugins.registry import Entry, Registry
from styleforge.recipe.domain import Domain, Preset


class Presets(Registry[Preset]):
    """Presets that plugins add to domains, by ``DOMAIN/PRESET``.

    Example:
        >>> presets = Presets()
        >>> look = Preset(name="look", title="Look", help="The colour.", stages=())
        >>> presets.add(presets.entry(look, "lips/mine", "mine", "styleforge-mine", replace=False))
        >>> presets["lips/mine"].name  # what it is called in its domain
        'mine'
    """

    def __init__(self) -> None:
        super().__init__("preset", Preset)

    def entry(
        self, item: Any, name: str | None, plugin: str, distribution: str, *, replace: bool
    ) -> Entry[Preset]:
        """Check a preset; it is not added yet.

        Raises:
            PluginError: if it is none, or its name does not say whose it is.
        """
        made = super().entry(item, name, plugin, distribution, replace=replace)
        domain, slash, short = made.name.partition("/")
        if not (domain and slash and short):
            msg = (
                f"Plugin {plugin!r} registered the preset {made.name!r} without saying of which "
                f"domain; pass name='DOMAIN/{short or made.name}'."
            )
            raise PluginError(msg)
        return _renamed(made, short)


class Domains(Registry[Domain]):
    """Domains; each comes with its own presets, then those that plugins add to it.

    A preset of a domain that nobody registered waits for it, and one of a name that the domain has
    already is left out; `notes` says so.

    Args:
        presets: that are added.
        advice: what to do about a domain that is missing; see `Registry`.

    Example:
        >>> from styleforge import hookimpl
        >>> from styleforge.testing import toy
        >>> class Mine:
        ...     @hookimpl
        ...     def register_presets(self, register):
        ...         mine = Preset(name="mine", title="Mine", help="", stages=("toy.look",))
        ...         register(mine, name="toy/mine")
        >>> forge = toy.toy_forge()
        >>> forge.use(Mine())
        >>> forge.domains["toy"].presets[-1].name, forge.recipe("toy", "mine").steps
        ('mine', 4)
    """

    def __init__(
        self, presets: Registry[Preset], advice: Callable[[str], str] | None = None
    ) -> None:
        super().__init__("domain", Domain, advice)
        self._presets = presets

    def __getitem__(self, name: str) -> Domain:
        return self._whole(super().__getitem__(name))

    def entries(self) -> tuple[Entry[Domain], ...]:
        """All entries, by rank, and of one rank in the order of registration."""
        found = sorted(super().entries(), key=lambda one: one.item.rank)
        return tuple(replace(one, item=self._whole(one.item)) for one in found)

    def __iter__(self) -> Iterator[str]:
        return (one.name for one in sorted(super().entries(), key=lambda one: one.item.rank))

    def values(self) -> tuple[Domain, ...]:
        """All domains, by rank, and of one rank in the order of registration."""
        return tuple(entry.item for entry in self.entries())

    def notes(self) -> tuple[str, ...]:
        """What was added and has no effect, as sentences."""
        notes = []
        for entry in self._presets.entries():
            domain, _, name = entry.name.partition("/")
            by = f"The {owner(entry.plugin, entry.distribution)} adds the preset {name!r} to"
            if domain not in self:
                near = difflib.get_close_matches(domain, self, n=1)
                if near:  # else the domain is not installed, which is no mistake
                    notes.append(f"{by} {domain!r}, which is no domain; did you mean {near[0]!r}?")
            elif name in {one.name for one in super().__getitem__(domain).presets}:
                notes.append(f"{by} {domain}, which has one of that name and keeps it.")
        return tuple(notes)

    def _whole(self, domain: Domain) -> Domain:
        """A domain with what plugins added."""
        own = {one.name for one in domain.presets}
        added = tuple(
            entry.item
            for entry in self._presets.entries()
            if entry.name.partition("/")[0] == domain.name and entry.item.name not in own
        )
        return replace(domain, presets=(*domain.presets, *added)) if added else domain


def _renamed(entry: Entry[Preset], name: str) -> Entry[Preset]:
    return replace(entry, item=replace(entry.item, name=name))
