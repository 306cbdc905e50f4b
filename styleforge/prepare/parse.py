"""From a value that a person typed to a condition: a picture, words or a colour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.prepare.addresses import address_in
from styleforge.recipe.condition import (
    Condition,
    Custom,
    ImageRef,
    Mask,
    Swatch,
    Text,
    kind_of,
)

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Attribute

PICTURES = frozenset(
    {
        *(".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".gif"),
        *(".heic", ".heif", ".avif"),
    }
)
_EXPECTED = {
    "image": "a picture file or gallery:NAME",
    "text": "words",
    "swatch": "a colour as #rrggbb",
    "mask": "mask:FILE",
}


def expected(attribute: Attribute) -> str:
    """What an attribute takes, as part of a sentence.

    Example:
        >>> from styleforge import Attribute
        >>> lips = Attribute(name="lips.colour", title="", help="", accepts=("text", "swatch"))
        >>> expected(lips)
        'words, or a colour as #rrggbb'
    """
    return ", or ".join(_EXPECTED.get(kind, f"{kind}:VALUE") for kind in attribute.accepts)


def as_condition(value: object, attribute: Attribute, models: Models) -> Condition:
    """What a caller gave for an attribute: a condition as it is, text and paths as `condition_of`.

    Raises:
        UserError: if it is of another type, or as `condition_of`.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> as_condition(Text("tall"), toy.ATTRIBUTES[0], Models(toy.toy_pack())).text
        'tall'
    """
    if isinstance(value, Condition):
        return value
    if isinstance(value, Path):
        return _accepted(image_ref(str(value), models), attribute, str(value))
    if isinstance(value, str):
        return condition_of(value, attribute, models)
    msg = f"{attribute.name} takes {expected(attribute)}; it was given a {type(value).__name__}."
    raise UserError(msg)


def condition_of(value: str, attribute: Attribute, models: Models) -> Condition:
    """What somebody asked of an attribute, as a condition that it accepts.

    Pictures are paths or ``gallery:NAME``, swatches ``#rrggbb``, and the rest is words where the
    attribute takes words; ``text:...`` and ``mask:PATH`` say what they are.

    Raises:
        UserError: if there is no such file, or the attribute does not accept the kind.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> appearance, models = toy.ATTRIBUTES[1], Models(toy.toy_pack())
        >>> [condition_of(one, appearance, models).kind for one in ("me.png", "red", "#8a2be2")]
        ['image', 'text', 'swatch']
    """
    found: Condition
    name, given, rest = value.partition(":")
    if given and name in attribute.accepts and name not in _EXPECTED:
        return Custom(name, rest)
    if value.startswith("text:"):
        found = Text(value.removeprefix("text:"))
    elif value.startswith("mask:"):
        path = value.removeprefix("mask:")
        found = Mask(path, sha256=checksum(path, models))
    elif _names_picture(value):
        found = image_ref(value, models)
    elif value.startswith("#"):
        found = Swatch(value)
    elif "text" in attribute.accepts:
        found = Text(value)
    else:
        found = image_ref(value, models)
    return _accepted(found, attribute, value)


def _accepted(found: Condition, attribute: Attribute, value: str) -> Condition:
    if kind_of(found) not in attribute.accepts:
        msg = (
            f"{attribute.name} takes {expected(attribute)}; {value!r} is of kind {kind_of(found)}."
        )
        raise UserError(msg)
    return found


def image_ref(value: str, models: Models) -> ImageRef:
    """A picture by path or ``gallery:NAME``, with its SHA-256.

    Raises:
        UserError: if it cannot be read.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> len(image_ref("me.png", Models(toy.toy_pack())).sha256)
        64
    """
    return ImageRef(value, sha256=checksum(value, models))


def checksum(value: str, models: Models) -> str:
    """SHA-256 of a picture, which is opened to see that it is one.

    Raises:
        UserError: if there is no such file, or it is not a picture.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> len(checksum("me.png", Models(toy.toy_pack())))
        64
    """
    from styleforge.prepare.opening import hashed_picture
    from styleforge.prepare.prepare import resolve

    with hashed_picture(resolve(value, models)) as (_, sha256):
        return sha256


def _names_picture(value: str) -> bool:
    """Whether a value is a file rather than words, be it there or not."""
    if value.startswith("gallery:") or Path(value).suffix.lower() in PICTURES:
        return True
    if address_in(value):  # which is refused as a picture
        return True
    try:
        if Path(value).is_dir():  # a folder may well be called like a word
            return "/" in value or value.startswith(".")
        return Path(value).is_file()
    except OSError:  # words that are too long for a file's name
        return False
