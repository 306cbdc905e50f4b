"""What a request asks for, as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from styleforge.recipe import limits
from styleforge.recipe.faults import fault_of
from styleforge.server.failures import Failure
from styleforge.server.said import names_of
from styleforge.server.uploads import MASK, UPLOAD

Name = Annotated[str, Field(max_length=limits.NAME)]
Value = Annotated[str, Field(max_length=limits.TEXT)]
_MOST: Any = Field(max_length=limits.ENTRIES)


class Asked(BaseModel):
    """An edit: what is changed of which picture, or a whole recipe."""

    model_config = ConfigDict(extra="forbid", strict=True, title="Edit")

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
        default_factory=dict,
        description="Painted regions by role, as upload:NAME. Parts of the form that are called "
        "mask (of the identity) or mask_ROLE need not be named here.",
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


class Again(BaseModel):
    """Which ones are meant of the pictures of an edit that is asked for again."""

    model_config = ConfigDict(extra="forbid", strict=True)

    subjects: Annotated[dict[Name, int], _MOST] = Field(
        description="Which one, from 1 at the left, by role."
    )


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
    return f"The request cannot be read: {fault_of(errors)}. /docs says what is expected."


def with_masks(asked: Asked, names: Iterable[str]) -> Asked:
    """What is asked for, with the masks that were sent under names that say whose they are.

    Args:
        asked: as it came.
        names: of what was sent along.

    Example:
        >>> with_masks(Asked(), ["identity", "mask", "mask_shape"]).masks
        {'identity': 'upload:mask', 'shape': 'upload:mask_shape'}
    """
    if asked.recipe is not None:
        return asked
    named = {
        *asked.masks.values(),
        *(one.removeprefix("mask:") for one in asked.attributes.values()),
    }
    masks = dict(asked.masks)
    for name in names:
        kind, _, role = name.partition("_")
        if kind == MASK and UPLOAD + name not in named:
            masks.setdefault(role or "identity", UPLOAD + name)
    return asked.model_copy(update={"masks": masks})


def called(asked: Asked) -> dict[str, str]:
    """What the pictures that were sent are called in sentences, by their names."""
    if asked.recipe is not None:
        return {}
    drawn = {role: one.removeprefix("mask:") for role, one in asked.attributes.items()}
    return names_of({"identity": asked.identity, **drawn}, asked.masks)
