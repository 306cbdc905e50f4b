"""From a recipe's files, words and colours to a problem."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from styleforge.compose import hard_regions
from styleforge.condition import Condition, ImageRef, Mask
from styleforge.errors import UserError
from styleforge.mapper.edit import TOWARDS
from styleforge.pose import match_pose
from styleforge.prepare import check, prepare, require
from styleforge.problem import Problem, Reference
from styleforge.words import embed

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.domain import Attribute
    from styleforge.forge import Forge
    from styleforge.recipe import Recipe


def build_problem(forge: Forge, recipe: Recipe) -> tuple[Problem, tuple[str, ...]]:
    """Prepare what a recipe names; each file once, however many roles it plays.

    Returns:
        The problem, and what the user should know of the preparation.

    Raises:
        UserError: if a picture is missing, unreadable or lacks what its role needs, or words
            cannot be placed.
    """
    if recipe.identity is None:
        msg = "The recipe names no identity; say whose picture is edited."
        raise UserError(msg)
    build = _Builder(forge, recipe)
    identity = build.file(recipe.identity.path)
    check(identity, build.domain, build.models, role="identity")
    build.references["identity"] = identity
    build.add(recipe.conditions)
    towards = recipe.start_map.towards if recipe.start_map else None
    if towards is not None:
        build.add(towards.conditions, prefix=TOWARDS)
    aligned = {item.role for item in forge.attributes_of(recipe.domain) if item.aligned}
    if not aligned & {*build.references, *build.described}:  # what is changed must be there
        require(identity, build.domain.region, build.models.pack.min_region)
    notes = [note for item in build.references.values() for note in item.notes]
    problem = Problem(build.models, build.references, build.described)
    return problem, tuple(dict.fromkeys((*notes, *build.notes)))


class _Builder:
    """References and descriptions as they are found, each file prepared once."""

    def __init__(self, forge: Forge, recipe: Recipe) -> None:
        self.forge, self.recipe = forge, recipe
        self.models = forge.models(recipe.pack)
        self.domain = forge.domains[recipe.domain]
        self.references: dict[str, Reference] = {}
        self.described: dict[str, Tensor] = {}
        self.notes: list[str] = []
        self._files: dict[str, Reference] = {}

    def file(self, path: str) -> Reference:
        """A prepared picture."""
        if path not in self._files:
            self._files[path] = prepare(path, self.models)
        return self._files[path]

    def add(self, conditions: Mapping[str, Condition], *, prefix: str = "") -> None:
        """The conditions of an edit, under their attributes' roles."""
        for name, condition in conditions.items():
            attribute = self.forge.attributes[name]
            if condition.kind not in attribute.accepts:
                accepts = ", ".join(attribute.accepts)
                msg = f"{name} takes {accepts}; it was given a {condition.kind}."
                raise UserError(msg)
            if isinstance(condition, ImageRef):
                self.references[prefix + attribute.role] = self._picture(condition, attribute)
            elif isinstance(condition, Mask):
                msg = f"{name} was given a mask; no method takes masks so far."
                raise UserError(msg)
            else:
                identity = self.references["identity"]
                mask = hard_regions(identity.regions)[self.domain.region]
                found, notes = embed(condition, attribute, self.models, mask)
                self.described[prefix + attribute.role] = found
                self.notes += notes

    def _picture(self, condition: ImageRef, attribute: Attribute) -> Reference:
        reference = self.file(condition.path)
        check(reference, self.domain, self.models, role=attribute.role)
        # A mapper reads references of any pose; only what is compared in place is bent.
        in_place = attribute.aligned and bool(self.recipe.stages)
        if in_place and self.recipe.pose == "warp":
            identity = self.references["identity"]
            return match_pose(reference, identity, self.models, self.domain.region)
        return reference
