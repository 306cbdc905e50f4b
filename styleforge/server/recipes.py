"""The recipe that a request becomes, and what is refused of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.errors import UserError, printable
from styleforge.prepare.inputs import with_inputs
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import Condition, ImageRef, Mask, Swatch, Text, kind_of
from styleforge.recipe.recipe import Recipe
from styleforge.server.failures import Failure
from styleforge.server.outside import GALLERY, check_recipe, picture_path, with_files, with_names
from styleforge.server.uploads import UPLOAD

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.server.asked import Asked
    from styleforge.server.settings import Settings

_KINDS = {"text": "words", "swatch": "a colour", "image": "a picture"}


@dataclass(frozen=True, kw_only=True)
class Made:
    """The recipe of a request as it is kept, with ``upload:NAME`` for the edit's own files."""

    recipe: Recipe
    domain: str
    pictures: tuple[str, ...]


def refuse_unnamed(recipe: Recipe, names: Iterable[str]) -> None:
    """Refuse pictures that were sent and that the edit has no use for.

    Raises:
        Failure: naming the first.
    """
    used = set()

    def use(item: ImageRef | Mask) -> tuple[str, str | None]:
        used.add(item.path)
        return item.path, item.sha256

    with_inputs(recipe, use)
    for name in names:
        if UPLOAD + name not in used:
            msg = (
                f"The picture {printable(name, 64)!r} was sent, and the edit names it nowhere. "
                f"Write {UPLOAD}{printable(name, 64)} where it is meant, or leave it out."
            )
            raise Failure(422, msg)


def make_recipe(asked: Asked, forge: Forge, folder: Path, settings: Settings) -> Made:
    """The recipe of a request.

    Args:
        asked: what it asks for.
        forge: plugins and models.
        folder: the edit's, where its uploads are.
        settings: what the server takes.

    Raises:
        UserError: if it names what is not there, or asks for what cannot be done.
    """
    if asked.recipe is None:
        recipe = _asked_recipe(asked, forge, folder)
    else:
        given = json.dumps(asked.recipe)
        recipe = replace(Recipe.from_json(given), threads=0, device="")
        if recipe.identity is None:
            msg = "The recipe names no identity; say in it whose picture is edited."
            raise Failure(422, msg)
        check_recipe(recipe, forge, settings)
        for one in recipe.domains:
            forge.domains[one]  # refuses one that is not there
    gallery = _gallery_of(recipe, forge)
    kept = with_names(recipe, folder)
    check_recipe(kept, forge, settings)
    with_files(kept, folder, gallery)  # every picture is there
    return Made(recipe=kept, domain="+".join(recipe.domains), pictures=tuple(pictures_of(kept)))


def pictures_of(recipe: Recipe) -> dict[str, str]:
    """The pictures of a recipe, as it names them, by role.

    Example:
        >>> from styleforge.recipe.condition import ImageRef
        >>> me = ImageRef("gallery:mira")
        >>> pictures_of(Recipe(domain="lips", method="dye", stages=(), identity=me))
        {'identity': 'gallery:mira'}
    """
    found = {} if recipe.identity is None else {"identity": recipe.identity.path}
    for prefix, part in parts(recipe):
        for name, one in part.conditions.items():
            if isinstance(one, ImageRef):
                found[prefix + name.partition(".")[2]] = one.path
    return found


def _asked_recipe(asked: Asked, forge: Forge, folder: Path) -> Recipe:
    from styleforge.api.edit_recipe import edit_recipe
    from styleforge.api.subjects import with_subjects
    from styleforge.api.transfer_recipe import transfer_recipe

    if not asked.domain:
        have = ", ".join(forge.domains) or "none"
        msg = f"Say what is styled: domain is one of {have}."
        raise Failure(422, msg)
    attributes = forge.attributes_of(asked.domain)
    _refuse_masks(asked)
    identity = _source(asked.identity, folder)
    wishes = {name: _wish(value, folder) for name, value in asked.attributes.items()}
    masks = {role: Mask(str(picture_path(one, folder))) for role, one in asked.masks.items()}
    pack = asked.pack
    if pack:
        forge.packs[pack]  # refuses one that is not there
    strengths = dict(asked.strengths) or 1.0
    common: dict[str, Any] = {"pack": pack, "strength": strengths, "seed": asked.seed,
                              "steps": asked.steps, "masks": masks}  # fmt: skip
    for name in filter(None, (asked.preset, asked.refine)):
        _known_preset(name, asked.domain, forge)
    if asked.preset and asked.refine:
        msg = "Give a preset, or a preset that refines one pass, not both."
        raise Failure(422, msg)
    if asked.preset:
        recipe = transfer_recipe(
            forge, asked.domain, identity, wishes, preset=asked.preset, **common
        )
    else:
        recipe = edit_recipe(forge, asked.domain, identity, wishes, refine=asked.refine, **common)
    _refuse_kinds(recipe, {one.name: one for one in attributes})
    return with_subjects(recipe, asked.subjects or None, attributes, asked.domain)


def _known_preset(name: str, domain: str, forge: Forge) -> None:
    """Refuse a preset that no plugin brings: those of the person who runs the server are theirs."""
    from styleforge.recipe.combine import split

    for one in split(domain):
        have = [preset.name for preset in forge.domains[one].presets]
        if name not in have:
            msg = f"{one} has no preset {printable(name, 80)!r}; it has {', '.join(have)}."
            raise Failure(422, msg)


def _refuse_masks(asked: Asked) -> None:
    """Refuse a mask of a picture that there is not."""
    pictures = [role for role, one in asked.attributes.items() if one.startswith((GALLERY, UPLOAD))]
    for role in asked.masks:
        if role not in {"identity", *pictures} and "+" not in asked.domain and "." not in role:
            have = ", ".join(["identity", *pictures])
            msg = (
                f"The mask is for {printable(role, 80)!r}, and no picture is given for that; masks "
                f"can be given for {have}."
            )
            raise Failure(422, msg)


def _source(value: str, folder: Path) -> str:
    return value if value.startswith(GALLERY) else str(picture_path(value, folder))


def _wish(value: str, folder: Path) -> Path | Condition:
    """What an attribute is asked to be. Words are words, be there a file of that name or not."""
    if value.startswith((GALLERY, UPLOAD)):
        return Path(_source(value, folder))
    if value.startswith("mask:"):
        return Mask(str(picture_path(value.removeprefix("mask:"), folder)))
    if value.startswith("#"):
        return Swatch(value)
    words = value.removeprefix("text:")
    if not words.strip():
        raise Failure(422, "The words are empty; say what is to change, or leave it out.")
    return Text(words)


def _refuse_kinds(recipe: Recipe, attributes: Any) -> None:
    from styleforge.prepare.parse import expected

    for _, part in parts(recipe):
        for name, one in part.conditions.items():
            if kind_of(one) not in attributes[name].accepts:
                msg = (
                    f"{name} takes {expected(attributes[name])}; it was given "
                    f"{_KINDS.get(kind_of(one), f'a {kind_of(one)}')}."
                )
                raise Failure(422, msg)


def _gallery_of(recipe: Recipe, forge: Forge) -> Any:
    """Refuses pictures that the gallery of the recipe's pack does not have."""
    from styleforge.prepare.prepare import resolve

    def check(source: str) -> None:
        try:
            resolve(source, forge.models_of(recipe))
        except UserError as error:
            raise Failure(422, str(error)) from error

    return check
