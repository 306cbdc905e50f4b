"""Methods: presets of a domain, and the recipe of each for a case."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from styleforge.api.own import own_preset
from styleforge.api.transfer_recipe import transfer_recipe
from styleforge.errors import UserError
from styleforge.evaluate.cases import IDENTITY, Case
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import Condition, ImageRef, Text
from styleforge.recipe.refusals import roles_of, roles_of_paste

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.recipe.recipe import Recipe

ALL = ""  # of `Setting.steps`: every method that has stages
USED = ("landmarks", "poser", "inpainter")  # kinds that a run uses where they are there


@dataclass(frozen=True)
class Setting:
    """How every method of a comparison is run.

    Args:
        domain: what is styled.
        pack: the pack of models.
        seed: governs everything random in a run.
        steps: in all, by method; under ``""`` those of every method that has stages.

    Example:
        >>> Setting("lips", "toy", steps={"loho": 120}).of("loho")
        120
    """

    domain: str
    pack: str
    seed: int = 0
    steps: Mapping[str, int] = field(default_factory=dict)

    def of(self, method: str) -> int | None:
        """The steps of a method; None for its own."""
        return self.steps.get(method, self.steps.get(ALL))


def recipe_of(forge: Forge, setting: Setting, method: str, case: Case) -> Recipe:
    """What a method does with a case: it is asked for every attribute that it can do.

    Of words nothing is left out: what is asked for in words is either done or not.

    Raises:
        UserError: if there is no such method, the pack cannot do it, a picture cannot be read, or
            the method does not take what is asked for in words.

    Example:
        >>> from styleforge.testing import toy
        >>> case = Case("one", "", {"identity": "me.png", "shape": "me.png"})
        >>> recipe_of(toy.toy_forge(), Setting("toy", "toy"), "toy-look", case).steps
        4
    """
    bare = unmade(forge, setting.domain, method, setting.pack)
    presets = {one.name: one for one in forge.domains[setting.domain].presets}
    seen = roles_of(presets[bare.method])
    if roles_of_paste(bare) is not None and bare.start == "mapper":
        seen = None  # what is mapped first may be of any role
    mapped = bare.start == "mapper" and not bare.stages
    able = [
        one
        for one in forge.attributes_of(setting.domain)
        if (seen is None or one.role in seen) and (not mapped or one.drives)
    ]
    asked: dict[str, Condition] = {
        one.role: ImageRef(case.pictures[one.role])
        for one in able
        if one.role in case.pictures and "image" in one.accepts
    }
    asked |= {
        one.role: Text(case.words[one.role])
        for one in able
        if one.role in case.words and "text" in one.accepts
    }
    left = [role for role in case.words if role not in asked]
    if left:
        msg = f"{method} takes no words for {' and '.join(left)}, which {case.name} asks for."
        raise UserError(msg)
    steps = setting.of(method) if bare.stages else None
    return transfer_recipe(
        forge, setting.domain, case.pictures[IDENTITY], asked, pack=setting.pack, preset=method,
        seed=setting.seed, steps=steps,
    )  # fmt: skip


def unmade(forge: Forge, domain: str, method: str, pack: str = "") -> Recipe:
    """The recipe of a method without pictures: a preset of the domain, or one of the person's own.

    Raises:
        UserError: if there is none of that name.

    Example:
        >>> from styleforge.testing import toy
        >>> unmade(toy.toy_forge(), "toy", "toy-lok")
        Traceback (most recent call last):
        styleforge.errors.UserError: toy has no method 'toy-lok'; ... Did you mean toy-look? ...
    """
    names = [one.name for one in forge.domains[domain].presets]
    own = None if method in names else own_preset(forge, domain, method)
    if method not in names and own is None:
        near = difflib.get_close_matches(method, names, n=1)
        hint = f" Did you mean {near[0]}?" if near else ""
        msg = (
            f"{domain} has no method {method!r}; it has {', '.join(names)}.{hint} Methods are "
            "presets, and a plugin can add more."
        )
        raise UserError(msg)
    return forge.recipe(domain, method if own is None else own.preset, pack=pack)


def preset_of(forge: Forge, setting: Setting, method: str) -> Recipe:
    """The recipe of a method without pictures, with the setting's seed and steps.

    Raises:
        UserError: if there is no such method, or the pack lacks what it needs.
    """
    recipe = replace(unmade(forge, setting.domain, method, setting.pack), seed=setting.seed)
    missing = forge.lacks(recipe, setting.pack)
    if missing:
        msg = (
            f"The pack {setting.pack!r} cannot do {method}: it lacks {', '.join(missing)}. Leave "
            "the method out, or choose another pack."
        )
        raise UserError(msg)
    steps = setting.of(method)
    return recipe.with_steps(steps) if steps is not None and recipe.stages else recipe


def weights_of(forge: Forge, recipe: Recipe) -> str:
    """SHA-256 of the weights that a recipe is run with here; empty where the pack has no files.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> weights_of(forge, forge.recipe("toy"))
        ''
    """
    mappers = [f"mapper/{part.mapper}" for _, part in parts(recipe) if part.start_map]
    used = forge.components_of(recipe)
    return forge.models_of(recipe).fingerprint(*mappers, *used, *USED)


def digest(recipe: Recipe) -> str:
    """What tells one method's setting from another: SHA-256 of its recipe without pictures.

    Example:
        >>> from styleforge.testing import toy
        >>> recipe = toy.toy_forge().recipe("toy", "toy-loho")
        >>> digest(recipe) == digest(recipe.with_steps(4))
        False
    """
    bare = replace(recipe.as_asked(), identity=None, conditions={}, masks={})
    return hashlib.sha256(bare.to_json().encode()).hexdigest()


def chosen(names: str, known: Sequence[str]) -> tuple[str, ...]:
    """Methods of a list with commas, each once.

    Raises:
        UserError: if there is none.

    Example:
        >>> chosen("loho, mapper,loho", ())
        ('loho', 'mapper')
    """
    found = tuple(dict.fromkeys(name.strip() for name in names.split(",") if name.strip()))
    if not found:
        msg = f"Say which methods are compared: --methods {','.join(known[:2]) or 'NAME'}."
        raise UserError(msg)
    return found
