"""What a request asks for, as JSON, and the recipe that it becomes."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from styleforge.errors import UserError, printable
from styleforge.recipe import limits
from styleforge.recipe.combine import parts
from styleforge.recipe.condition import Condition, ImageRef, Mask, Swatch, Text, kind_of
from styleforge.recipe.recipe import Recipe
from styleforge.server.failures import Failure
from styleforge.server.outside import GALLERY, check_recipe, picture_path, with_files, with_names
from styleforge.server.uploads import UPLOAD

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.server.settings import Settings

Name = Annotated[str, Field(max_length=limits.NAME)]
Value = Annotated[str, Field(max_length=limits.TEXT)]
_MOST: Any = Field(max_length=limits.ENTRIES)


class Asked(BaseModel):
    """An edit: what is changed of which picture, or a whole recipe."""

    model_config = ConfigDict(extra="forbid", title="Edit")

    domain: Name = Field("", description="What is styled; `/domains` lists them.")
    identity: Value = Field(
        "upload:identity", description="The picture that is edited: upload:NAME or gallery:NAME."
    )
    attributes: Annotated[dict[Name, Value], _MOST] = Field(
        default_factory=dict,
        description="What is changed, by role: words, a colour #rrggbb, upload:NAME, gallery:NAME.",
    )
    preset: Name = Field("", description="The recipe; one pass where it is left out.")
    refine: Name = Field("", description="A preset that goes on from the one pass.")
    pack: Name = Field("", description="The models; those that can do it where it is left out.")
    strengths: Annotated[dict[Name, float], _MOST] = Field(
        default_factory=dict, description="How far each goes, 0 to 3, by role; 1 otherwise."
    )
    subjects: Annotated[dict[Name, int], _MOST] = Field(
        default_factory=dict,
        description="Which one, from 1 at the left, where a picture shows several, by role.",
    )
    masks: Annotated[dict[Name, Value], _MOST] = Field(
        default_factory=dict, description="Painted regions by role, as upload:NAME."
    )
    steps: Annotated[int, Field(ge=1)] | None = Field(None, description="In all.")
    seed: Annotated[int, Field(ge=0, lt=2**63)] = Field(0, description="Governs all chance.")
    recipe: dict[str, Any] | None = Field(
        None, description="A recipe as JSON, in place of all the above."
    )
    preview_every: Annotated[int, Field(ge=0, le=10_000)] | None = Field(
        None, description="Steps between two previews; as the server likes where it is left out."
    )
    whole: bool = Field(
        False, description="Keep all events and the whole result for `/edits/{id}/packed`."
    )


@dataclass(frozen=True, kw_only=True)
class Made:
    """The recipe of a request as it is kept, with ``upload:NAME`` for the edit's own files."""

    recipe: Recipe
    domain: str
    pictures: tuple[str, ...]


def read_asked(text: str | bytes) -> Asked:
    """Read what a request asks for.

    Raises:
        Failure: with a sentence on the first thing that is wrong.

    Example:
        >>> read_asked('{"domain": "lips", "attributes": {"colour": "#8a2be2"}}').domain
        'lips'
        >>> read_asked('{"domain": 3}')
        Traceback (most recent call last):
        styleforge.server.failures.Failure: The request cannot be read: domain: Input should be ...
    """
    try:
        return Asked.model_validate_json(text)
    except ValidationError as error:
        raise Failure(422, sentence_of(error.errors(include_url=False))) from error


def sentence_of(errors: Any) -> str:
    """A sentence on the first of pydantic's errors.

    Example:
        >>> sentence_of([{"loc": ["seed"], "msg": "Input should be a valid integer"}])
        'The request cannot be read: seed: Input should be a valid integer. /docs says what ...'
    """
    first = errors[0]
    where = printable(".".join(map(str, first["loc"])), 100)
    what = printable(str(first["msg"]), 300)
    said = f"{where}: {what}" if where else what
    return f"The request cannot be read: {said}. /docs says what is expected."


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
    from styleforge.api.recipes import edit_recipe, transfer_recipe
    from styleforge.api.subjects import with_subjects

    if not asked.domain:
        have = ", ".join(forge.domains) or "none"
        msg = f"Say what is styled: domain is one of {have}."
        raise Failure(422, msg)
    attributes = forge.attributes_of(asked.domain)
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
    return Text(value.removeprefix("text:"))


def _refuse_kinds(recipe: Recipe, attributes: Any) -> None:
    from styleforge.prepare.parse import expected

    for _, part in parts(recipe):
        for name, one in part.conditions.items():
            if kind_of(one) not in attributes[name].accepts:
                msg = (
                    f"{name} takes {expected(attributes[name])}; it was given "
                    f"{'words' if isinstance(one, Text) else f'a {kind_of(one)}'}."
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
