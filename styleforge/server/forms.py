"""What can be asked for, so that a client can draw its form: domains, and the gallery."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from styleforge.api.able import able_attributes, able_packs
from styleforge.api.asked_for import FARTHEST
from styleforge.api.fitting import presets_of
from styleforge.api.one_pass import maps, one_pass_preset
from styleforge.client.answers import Portrait
from styleforge.errors import UserError
from styleforge.pack.gallery import caption_of
from styleforge.recipe.condition import LONGEST
from styleforge.recipe.refusals import roles_of_paste
from styleforge.server.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from styleforge.forge import Forge
    from styleforge.pack.pack import Pack
    from styleforge.recipe.domain import Attribute, Domain, Preset

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_PICTURE = r"^(gallery|upload):.+$"
_KINDS: dict[str, dict[str, Any]] = {
    "image": {"title": "A picture", "type": "string", "pattern": _PICTURE},
    "swatch": {"title": "A colour", "type": "string", "pattern": "^#[0-9a-fA-F]{6}$",
               "format": "color"},
    "text": {"title": "Words", "type": "string", "minLength": 1, "maxLength": LONGEST},
    "mask": {"title": "A mask", "type": "string", "pattern": "^mask:upload:.+$"},
}  # fmt: skip


@dataclass(frozen=True)
class Forms:
    """The forms of a forge's domains, as they are when somebody asks.

    Presets are those that some pack here can do; `styleforge packs` says what others lack. What is
    trained while the server runs is offered from the next request on.

    Example:
        >>> from styleforge.testing import toy
        >>> [one["name"] for one in Forms(toy.toy_forge()).domains]
        ['toy']
    """

    forge: Forge

    @property
    def domains(self) -> list[dict[str, Any]]:
        """The domains: what each attribute takes, presets, what each pack can do of them."""
        return [self._domain(one) for one in self.forge.domains.values()]

    @cached_property
    def gallery(self) -> tuple[Portrait, ...]:
        """The pictures that packs ship."""
        return tuple(
            Portrait(name=path.stem, pack=pack.name, caption=caption_of(path))
            for pack in self.forge.packs.values()
            for path in (sorted(pack.gallery.glob("*.png")) if pack.gallery else ())
        )

    def picture(self, name: str, pack: str = "") -> Path:
        """The file of a picture of the gallery.

        Raises:
            Failure: if there is none of that name.
        """
        for one in self.gallery:
            folder = self.forge.packs[one.pack].gallery
            if one.name == name and pack in {"", one.pack} and folder:
                return folder / f"{one.name}.png"
        raise Failure(404, f"The gallery has no picture {name[:64]!r}; /gallery lists them.")

    def _domain(self, domain: Domain) -> dict[str, Any]:
        packs = able_packs(self.forge, domain.name)
        attributes = self.forge.attributes_of(domain.name)
        offers = [self._pack(one, domain.name) for one in packs]
        offered = {name for one in offers for name in one["presets"]}
        presets = [one for one in domain.presets if one.name in offered]
        return {
            "name": domain.name,
            "title": domain.title,
            "help": domain.help,
            "attributes": [self._attribute(one, packs) for one in attributes],
            "presets": [self._preset(one, domain.name) for one in presets],
            "packs": offers,
            "schema": self._schema(domain, attributes, packs, [one.name for one in presets]),
        }

    def _attribute(self, one: Attribute, packs: tuple[Pack, ...]) -> dict[str, Any]:
        words = dict.fromkeys(word for pack in packs for word in pack.suggested(one))
        return {
            "name": one.name,
            "role": one.role,
            "title": one.title,
            "help": one.help,
            "accepts": list(one.accepts),
            "words": list(words),
        }

    def _preset(self, preset: Preset, domain: str) -> dict[str, Any]:
        return {
            "name": preset.name,
            "title": preset.title,
            "help": preset.help,
            "steps": self.forge.recipe(domain, preset.name).steps,
            "one_pass": maps(self.forge, domain, preset.name),
        }

    def _pack(self, pack: Pack, domain: str) -> dict[str, Any]:
        """What a pack can do of a domain: presets, attributes, and those that one pass changes."""
        names = presets_of(self.forge, domain, pack.name)
        known = {preset.name: preset for preset in self.forge.domains[domain].presets}
        able = able_attributes(self.forge, domain, [known[one] for one in names])
        return {
            "name": pack.name,
            "title": pack.title,
            "help": pack.help,
            "photographs": pack.size is None,  # they keep their own size
            "gallery": pack.gallery is not None,
            "presets": list(names),
            "attributes": [one.name for one in able],
            "one_pass": [one.name for one in self._in_one_pass(able, domain, pack)],
        }

    def _in_one_pass(
        self, able: tuple[Attribute, ...], domain: str, pack: Pack
    ) -> tuple[Attribute, ...]:
        try:
            preset = one_pass_preset(self.forge, domain, pack=pack.name)
        except UserError:
            return ()
        recipe = self.forge.recipe(domain, preset, pack=pack.name)
        if self.forge.lacks(recipe, pack.name):
            return ()
        if maps(self.forge, domain, preset):
            return tuple(one for one in able if one.drives)
        roles = roles_of_paste(recipe)
        return able if roles is None else tuple(one for one in able if one.role in roles)

    def _schema(
        self,
        domain: Domain,
        attributes: tuple[Attribute, ...],
        packs: tuple[Pack, ...],
        presets: Sequence[str],
    ) -> dict[str, Any]:
        """The JSON Schema of the requests for a domain."""
        roles = {one.role: self._value(one, packs) for one in attributes}
        strength = {"type": "number", "minimum": 0, "maximum": FARTHEST, "default": 1}
        pictures = ["identity", *roles]
        which = {"type": "integer", "minimum": 1}
        painted = {"type": "string", "pattern": "^upload:.+$"}
        return {
            "$schema": DRAFT,
            "title": domain.title,
            "description": domain.help,
            "type": "object",
            "required": ["domain", "identity", "attributes"],
            "properties": {
                "domain": {"const": domain.name},
                "identity": {**_KINDS["image"], "title": "The picture that is edited"},
                "attributes": {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": False,
                    "properties": roles,
                },
                "strengths": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": dict.fromkeys(roles, strength),
                },
                "subjects": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": dict.fromkeys(pictures, which),
                },
                "masks": {
                    "type": "object",
                    "additionalProperties": False,
                    "properties": dict.fromkeys(pictures, painted),
                },
                "preset": {"enum": ["", *presets], "default": ""},
                "refine": {"enum": ["", *presets], "default": ""},
                "pack": {"enum": ["", *(one.name for one in packs)], "default": ""},
                "steps": {"type": "integer", "minimum": 1},
                "seed": {"type": "integer", "minimum": 0, "default": 0},
            },
        }

    def _value(self, one: Attribute, packs: tuple[Pack, ...]) -> dict[str, Any]:
        """What an attribute takes."""
        kinds = [dict(_KINDS[kind]) for kind in one.accepts if kind in _KINDS]
        words = [word for pack in packs for word in pack.suggested(one)]
        for kind in kinds:
            if kind["title"] == "Words" and words:
                kind["examples"] = list(dict.fromkeys(words))
        return {"title": one.title, "description": one.help, "anyOf": kinds}
