"""Conditions in words and colours as embeddings, by the pack's or a mapper's text-image encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.recipe.condition import Condition, Swatch, Text
from styleforge.recipe.words import phrase

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.pack.protocols import TextImageEncoder
    from styleforge.recipe.domain import Attribute


def embed(
    condition: Condition,
    attribute: Attribute,
    models: Models,
    mask: Tensor,
    *,
    mapper: str = "",
) -> tuple[Tensor, tuple[str, ...]]:
    """The embedding ``(1, E)`` of words or of a colour, and what the user should know of it.

    A colour is shown to the encoder as a picture: laid over ``mask`` ``(1, 1, H, W)``, mid-grey
    elsewhere, as the region of a reference would be. Where a ``mapper`` is to read it that has an
    encoder of its own, that embeds it.

    Raises:
        UserError: if the pack has no text-image encoder, or it can place none of the words.

    Example:
        >>> import torch
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> mask = torch.ones(1, 1, 32, 32)
        >>> found, notes = embed(Text("tal"), toy.ATTRIBUTES[0], Models(toy.toy_pack()), mask)
        >>> found.shape, notes
        (torch.Size([1, 6]), ("'tal' was read as 'tall'.",))
    """
    how = "in words" if isinstance(condition, Text) else "as a colour"
    if isinstance(condition, Text) and attribute.is_colour and not mapper:
        _refuse_without_a_name(condition.text, attribute, models)
    encoder = encoder_of(models, f"{attribute.name} {how}", mapper=mapper)
    with torch.no_grad():
        if isinstance(condition, Text):
            text, notes = _placed(condition.text, attribute, encoder)
            return encoder.embed_text([text]).to(models.device, models.dtype), notes
        assert isinstance(condition, Swatch)
        return encoder.embed_image(patch(condition, mask).to(models.device, models.dtype)), ()


def _placed(
    text: str, attribute: Attribute, encoder: TextImageEncoder
) -> tuple[str, tuple[str, ...]]:
    """The words that are embedded, and notes; a refusal shows the user's words without the prompt.

    Raises:
        UserError: if the encoder can place none of them.
    """
    said = phrase(text, attribute)
    try:
        return encoder.place(said, attribute.name)
    except UserError as error:
        raise UserError(str(error).replace(said, text) if said else str(error)) from error


def _refuse_without_a_name(text: str, attribute: Attribute, models: Models) -> None:
    """Refuse words for a colour that name none, where no encoder can place them.

    Raises:
        UserError: if the pack has no encoder.
    """
    if models.has("embedding"):
        return
    msg = (
        f"{text!r} is no name of a colour that is known, and the pack {models.pack.name!r} has no "
        f"text-image encoder that could read other words for {attribute.name}. Name a colour "
        "(auburn, dark blonde, navy), write one as '#7a1f3d', or give a picture whose colour is "
        "meant."
    )
    raise UserError(msg)


def encoder_of(models: Models, wish: str, *, mapper: str = "") -> TextImageEncoder:
    """The text-image encoder that is needed for a wish: the mapper's own, else the pack's.

    Raises:
        UserError: if there is none.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> encoder_of(Models(toy.toy_pack()), "words").width
        6
    """
    kind = f"mapper/{mapper}"
    own = getattr(models.get(kind), "encoder", None) if mapper and models.has(kind) else None
    if own is not None:
        return own  # type: ignore[no-any-return]
    if not models.has("embedding"):
        msg = (
            f"The pack {models.pack.name!r} has no text-image encoder, so that it does not take "
            f"{wish}; choose another pack, or a preset that optimizes towards pictures."
        )
        raise UserError(msg)
    encoder: TextImageEncoder = models.get("embedding")
    return encoder


def patch(swatch: Swatch, mask: Tensor) -> Tensor:
    """A colour over a mask ``(1, 1, H, W)``, mid-grey elsewhere: ``(1, 3, H, W)`` in [-1, 1].

    Example:
        >>> import torch
        >>> patch(Swatch("#ffffff"), torch.ones(1, 1, 2, 2)).unique()
        tensor([1.])
    """
    return mask * mask.new_tensor(swatch.rgb)[None, :, None, None]
