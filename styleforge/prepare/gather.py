"""From the conditions of a recipe to references and embeddings, by role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from styleforge.errors import PluginError, UserError
from styleforge.pack.guards import Guarded
from styleforge.prepare.cache import prepared_with
from styleforge.prepare.found import check, require, vague
from styleforge.prepare.inputs import name_of
from styleforge.prepare.painted import PaintedMask
from styleforge.prepare.problem import Reference
from styleforge.prepare.said import said
from styleforge.recipe.combine import pasted_alone
from styleforge.recipe.condition import Condition, Custom, ImageRef, Mask, Swatch, Text, kind_of
from styleforge.recipe.refusals import refuse_others

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.recipe.domain import Attribute, Domain
    from styleforge.recipe.recipe import Recipe


class Gathered:
    """References and descriptions by role, as far as they were found; each file prepared once.

    Args:
        forge: what plugins registered.
        recipe: tells the models, how poses are met, and whether there are stages.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> me = ImageRef("me.png")
        >>> recipe = forge.recipe("toy", identity=me, conditions={"toy.shape": me})
        >>> found = Gathered(forge, recipe)
        >>> found.references["identity"] = found.file(me)
        >>> list(found.add(recipe.conditions, recipe))  # names of pictures, each before it is read
        []
        >>> list(found.references)
        ['identity', 'shape']
    """

    def __init__(self, forge: Forge, recipe: Recipe) -> None:
        self.forge, self.recipe = forge, recipe
        self.models = forge.models_of(recipe)
        self.prepared = prepared_with(self.models)
        self.references: dict[str, Reference] = {}
        self.described: dict[str, Tensor] = {}
        self.notes: list[str] = []
        self.files: dict[tuple[str, int | None], Reference] = {}
        self.masks: dict[tuple[str, str], PaintedMask] = {}

    @property
    def sha256(self) -> dict[str, str]:
        """Of the files that were read, by path."""
        pictures = {path: one.sha256 for (path, _), one in self.files.items()}
        return pictures | {path: one.sha256 for (path, _), one in self.masks.items()}

    def file(self, image: ImageRef, *, painted: bool = False) -> Reference:
        """A prepared picture; of several subjects none need be chosen where one is painted."""
        key = (image.path, image.subject)
        if key not in self.files:
            self.files[key] = self.prepared.file(*key, painted=painted)
        return self.files[key]

    def mask(self, mask: Mask) -> PaintedMask:
        """A painted mask."""
        key = (mask.path, mask.over)
        if key not in self.masks:
            self.masks[key] = self.prepared.mask(mask.path, mask.over)
        return self.masks[key]

    def painted(self, reference: Reference, role: str, part: Recipe) -> Reference:
        """A reference with the region that was painted for it in its role."""
        mask = part.masks.get(role)
        if mask is None:
            return reference
        region = self.forge.domains[part.domain].region
        return self.prepared.painted(reference, self.mask(mask), region)

    def add(
        self, conditions: Mapping[str, Condition], part: Recipe, *, prefix: str = ""
    ) -> Iterator[str]:
        """The conditions of an edit of a domain, under their attributes' roles; yields the name of
        each picture before it is prepared.
        """
        domain = self.forge.domains[part.domain]
        for name, condition in conditions.items():
            attribute = self.forge.attributes[name]
            refuse_others([name], [part.domain], self.forge.attributes)
            if kind_of(condition) not in attribute.accepts:
                accepts = ", ".join(attribute.accepts)
                msg = f"{name} takes {accepts}; it was given a {kind_of(condition)}."
                raise UserError(msg)
            if isinstance(condition, ImageRef):
                if (condition.path, condition.subject) not in self.files:
                    yield name_of(condition)
                self.references[prefix + attribute.role] = self._picture(
                    condition, attribute, domain, part
                )
            elif isinstance(condition, Mask):
                self.references[prefix + attribute.role] = self._drawn(
                    condition, attribute, domain, part
                )
            elif isinstance(condition, Custom):
                self._read(condition, domain, prefix + attribute.role)
            else:
                self._said(condition, attribute, part, prefix + attribute.role)

    def unused_masks(self, part: Recipe) -> Iterator[str]:
        """A sentence for each mask of a role that has no picture, over which it would lie."""
        pictured = {
            self.forge.attributes[name].role
            for name, condition in part.conditions.items()
            if isinstance(condition, ImageRef)
        }
        for role, mask in part.masks.items():
            if role not in {"identity", *pictured}:
                yield (
                    f"The mask {mask.path} is not used: {part.domain}.{role} has no picture that "
                    "it could lie over. Give one, or a mask for another role (identity is the "
                    "picture that is edited)."
                )

    def _said(
        self, condition: Text | Swatch, attribute: Attribute, part: Recipe, role: str
    ) -> None:
        identity = self.references["identity"]
        found = said(self.forge, self.models, condition, attribute, part, identity)
        if found.reference is not None:
            self.references[role] = found.reference
        if found.described is not None:
            self.described[role] = found.described
        self.notes += found.notes

    def _read(self, condition: Custom, domain: Domain, role: str) -> None:
        """A condition of a plugin's own kind.

        Raises:
            UserError: if nobody registered what reads it.
            PluginError: if that fails, or gives neither a reference nor an embedding.
        """
        kind = f"condition/{condition.name}"
        components = self.forge.components
        what = f"The component {kind!r} of "
        read = Guarded(components[kind], what + components.owner(kind))
        identity = self.references["identity"]
        found = read(condition.value, identity, domain.region, self.models)
        if isinstance(found, Reference):
            self.references[role] = found
        elif getattr(found, "ndim", 0) == 2:
            self.described[role] = found
        else:
            msg = (
                f"{read.what} gave a {type(found).__name__}; a Reference, or an embedding (1, E) "
                "is expected."
            )
            raise PluginError(msg)

    def _drawn(
        self, condition: Mask, attribute: Attribute, domain: Domain, part: Recipe
    ) -> Reference:
        if not attribute.aligned:
            msg = (
                f"{attribute.name} was given a mask, which only says where something is to be; "
                "give it a picture."
            )
            raise UserError(msg)
        if not part.stages and part.compose.mode != "pasted":
            msg = (
                f"{part.method} maps in one pass, which cannot follow a mask. Choose a preset that "
                f"optimizes, or describe {attribute.name} otherwise."
            )
            raise UserError(msg)
        mask = self.mask(condition)
        return self.prepared.drawn(self.references["identity"], mask, domain.region)

    def _picture(
        self, condition: ImageRef, attribute: Attribute, domain: Domain, part: Recipe
    ) -> Reference:
        here = attribute.role in part.masks
        reference = self.painted(self.file(condition, painted=here), attribute.role, part)
        if here and pasted_alone(part):  # else all is known that counts
            mask = self.mask(part.masks[attribute.role])
            require(reference, domain.region, self.models.least(domain.region), mask=mask.source)
        else:
            check(reference, domain, self.models, role=attribute.role)
        if not here:
            self.notes += vague(reference, domain.region, self.models.pack.vague)
        # A mapper reads references of any pose; what is compared or pasted in place is bent.
        in_place = attribute.aligned and (bool(self.recipe.stages) or _pasted(attribute, part))
        if in_place and self.recipe.pose == "warp":
            identity = self.references["identity"]
            return self.prepared.posed(reference, identity, domain.region)
        return reference


def _pasted(attribute: Attribute, part: Recipe) -> bool:
    """Whether a recipe lays the pixels of an attribute's picture over the identity."""
    if part.start_paste is None:
        return False
    return part.start_paste.structure in {attribute.role, f"{part.domain}_{attribute.role}"}
