"""Conditions in words and colours: as embeddings for a mapper, as terms for an optimization."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.recipe.condition import Condition, Swatch, Text
from styleforge.recipe.domain import Attribute
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import Stage

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.pack import Models
    from styleforge.pack.protocols import TextImageEncoder

TEXT_WEIGHT = 2.0  # of the text loss, as published for HairCLIP (section 3.4)
SWATCH_WEIGHT = 0.02  # of the colour loss
ARTICLES = frozenset({"a", "an", "the"})


def phrase(text: str, attribute: Attribute) -> str:
    """Words as they are embedded: ``matte`` becomes ``matte lips``, ``dark lips`` stays.

    The attribute's prompt is put around words that do not name its noun. An empty text stays empty.

    Example:
        >>> lips = Attribute(name="lips.colour", title="Colour", help="", prompt="{} lips")
        >>> phrase("matte", lips), phrase("dark lips", lips)
        ('matte lips', 'dark lips')
    """
    text = " ".join(text.split())
    prompt = attribute.prompt.replace("{}", " ")
    nouns = {attribute.domain.lower(), *words_in(prompt)} - ARTICLES
    return text if not text or nouns & words_in(text) else attribute.prompt.format(text)


def words_in(text: str) -> set[str]:
    """The words of a text, without case and punctuation.

    Example:
        >>> sorted(words_in("Dark, matte lips."))
        ['dark', 'lips', 'matte']
    """
    return set(re.findall(r"\w+", text.lower()))


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
        >>> from styleforge.pack.pack import Models
        >>> from styleforge.testing import toy
        >>> mask = torch.ones(1, 1, 32, 32)
        >>> found, notes = embed(Text("tal"), toy.ATTRIBUTES[0], Models(toy.toy_pack()), mask)
        >>> found.shape, notes
        (torch.Size([1, 6]), ("'tal' was read as 'tall'.",))
    """
    import torch  # recipes are made without it

    how = "in words" if isinstance(condition, Text) else "as a colour"
    encoder = encoder_of(models, f"{attribute.name} {how}", mapper=mapper)
    with torch.no_grad():
        if isinstance(condition, Text):
            text, notes = encoder.place(phrase(condition.text, attribute))
            return encoder.embed_text([text]).to(models.device, models.dtype), notes
        assert isinstance(condition, Swatch)
        return encoder.embed_image(patch(condition, mask).to(models.device, models.dtype)), ()


def encoder_of(models: Models, wish: str, *, mapper: str = "") -> TextImageEncoder:
    """The text-image encoder that is needed for a wish: the mapper's own, else the pack's.

    Raises:
        UserError: if there is none.

    Example:
        >>> from styleforge.pack.pack import Models
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


def with_words(recipe: Recipe, attributes: Iterable[Attribute]) -> Recipe:
    """The recipe with terms for what is asked for in words or colours.

    A term that carries such an attribute by a reference is replaced, under its label, so that the
    rules of the stage still find it; where no stage carries it the last one does. Recipes whose
    references in words are replaced by a preview keep their terms.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> forge = Forge(())
        >>> forge.use(toy)
        >>> asked = {"toy.shape": Text("tall")}
        >>> recipe = replace(forge.recipe("toy", "toy-look"), conditions=asked)
        >>> with_words(recipe, toy.ATTRIBUTES).stages[0].objective["toy.shape"].loss
        'text'
    """
    if recipe.described == "preview" or not recipe.stages:
        return recipe
    for attribute in attributes:
        condition = recipe.conditions.get(attribute.name)
        if not isinstance(condition, Text | Swatch):
            continue
        term = _term(condition, attribute)
        stages = tuple(_replaced(stage, term) for stage in recipe.stages)
        if not any(term.label in stage.objective.labels for stage in stages):
            last = stages[-1]
            objective = last.objective + Objective((term,))
            stages = (*stages[:-1], replace(last, objective=objective))
        recipe = replace(recipe, stages=stages)
    return recipe


def _term(condition: Text | Swatch, attribute: Attribute) -> Term:
    own = (*attribute.likeness, *attribute.objective)
    mask = next((str(one.args["mask"]) for one in own if "mask" in one.args), "")
    if isinstance(condition, Text):
        args = {"text": phrase(condition.text, attribute)}
        return Term(attribute.name, "text", args, TEXT_WEIGHT)
    args = {"swatch": condition.colour, "mask": mask}
    return Term(attribute.name, "colour", args, SWATCH_WEIGHT)


def _replaced(stage: Stage, term: Term) -> Stage:
    terms = tuple(
        term if one.label == term.label and not one.probe else one for one in stage.objective
    )
    return replace(stage, objective=Objective(terms))
