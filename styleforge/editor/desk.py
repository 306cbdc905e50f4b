"""What a session makes recipes with: plugins, a domain, a pack, pictures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from styleforge.api.able import able_attributes, able_presets, changed_attributes
from styleforge.errors import UserError
from styleforge.recipe.combine import split

if TYPE_CHECKING:
    from styleforge.editor.pictures import Pictures
    from styleforge.forge import Forge
    from styleforge.recipe.domain import Attribute, Domain, Preset
    from styleforge.recipe.own_presets import OwnPresets
    from styleforge.recipe.recipe import Recipe


@dataclass(frozen=True)
class Desk:
    """What recipes are made with: plugins, the domain, the pack and the session's pictures."""

    forge: Forge
    domain: Domain
    pack: str
    pictures: Pictures
    own: OwnPresets  # the person's
    desks: dict[str, Desk] = field(
        default_factory=dict, compare=False, repr=False
    )  # of all domains

    def at(self, domain: str) -> Desk:
        """The desk of another domain of the session; this one where none is named."""
        return self.desks.get(domain, self)

    @property
    def published(self) -> frozenset[str]:
        """The names of the domain's presets."""
        return frozenset(preset.name for preset in self.domain.presets)

    @cached_property
    def presets(self) -> tuple[Preset, ...]:
        """The domain's presets that the pack can do, the best first."""
        return able_presets(self.forge, self.domain.name, self.pack)

    @property
    def offered(self) -> tuple[Attribute, ...]:
        """The attributes that the pack can change."""
        return able_attributes(self.forge, self.domain.name, self.presets)

    @property
    def attributes(self) -> tuple[Attribute, ...]:
        """The domain's attributes, whichever plugin added them."""
        return self.forge.attributes_of(self.domain.name)

    def changed(self, preset: Preset) -> tuple[Attribute, ...]:
        """The attributes that a preset of the domain changes."""
        return changed_attributes(self.forge, self.domain.name, preset)

    def preset(self, name: str) -> Preset:
        """A preset of the domain.

        Raises:
            UserError: if there is none of that name.
        """
        for preset in self.domain.presets:
            if preset.name == name:
                return preset
        have = ", ".join(preset.name for preset in self.domain.presets) or "none"
        msg = f"{self.domain.name} has no preset {name!r}; it has {have}."
        raise UserError(msg)

    def unknown_stages(self, preset: Preset) -> str:
        """A sentence on the stages of a preset that no plugin brings; empty where all are there."""
        unknown = [name for name in preset.stages if name not in self.forge.stages]
        if not unknown:
            return ""
        one = len(unknown) == 1
        return (
            f"The preset {preset.name} needs the {'stage' if one else 'stages'} "
            f"{', '.join(unknown)}, which no plugin here brings. Choose another preset, or install "
            f"the plugin that brings {'it' if one else 'them'}."
        )

    def attribute(self, name: str) -> Attribute:
        """An attribute by name or role.

        Raises:
            UserError: if the domain has none of that name.
        """
        for item in self.attributes:
            if name in {item.name, item.role}:
                return item
        have = ", ".join(item.role for item in self.attributes)
        msg = f"{self.domain.name} has no attribute {name!r}; it has {have}."
        raise UserError(msg)


def checked_domains(forge: Forge, spec: str) -> tuple[str, ...]:
    """The domains of a session, of ``first+second``.

    Raises:
        UserError: if there is no such domain, or one has no presets.
    """
    names = split(spec)
    for name in names:
        if not forge.domains[name].presets:
            msg = f"The domain {name!r} has no presets, so an editor can run nothing. Use another."
            raise UserError(msg)
    return names


def first_recipe(forge: Forge, spec: str, pack: str) -> Recipe:
    """A recipe by which the models are chosen: of all domains, or where their first presets do not
    fit together, of the first.
    """
    try:
        return forge.recipe(spec, pack=pack)
    except UserError:
        return forge.recipe(split(spec)[0], pack=pack)


def desks_of(
    forge: Forge, domains: tuple[str, ...], pack: str, pictures: Pictures, own: OwnPresets
) -> dict[str, Desk]:
    """A desk for each domain; each knows the others."""
    desks: dict[str, Desk] = {}
    for name in domains:
        desks[name] = Desk(forge, forge.domains[name], pack, pictures, own, desks)
    return desks


def titles_of(desks: Mapping[str, Desk]) -> dict[str, str]:
    """What attributes are called, by name; with their domain's title where there are several."""
    several = len(desks) > 1
    return {
        item.name: f"{desk.domain.title}, {item.title.lower()}" if several else item.title
        for desk in desks.values()
        for item in desk.attributes
    }
