"""Conditions in words and colours, as terms for an optimization.

As embeddings for a mapper they are made by `styleforge.prepare.embed`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import replace

from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.domain import Attribute
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import Stage

TEXT_WEIGHT = 2.0  # of the text loss, as published for HairCLIP (section 3.4)
SWATCH_WEIGHT = 0.02  # of the colour loss
ARTICLES = frozenset({"a", "an", "the"})
_UNSEEN = re.compile("['\u2019\u00ad\u200b\u2060\ufeff]")  # and apostrophes
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")


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


def pieces_of(text: str) -> list[str]:
    """Everything that a text says, in its order: words in small letters, numbers, signs, emoji.

    Whoever reads words reads these, and tells the user which ones it made nothing of. Punctuation
    says nothing, a hyphen separates words, and letters with accents are read without.

    Example:
        >>> pieces_of("Dark-brown, crème: 3 \N{MUSHROOM}!")
        ['dark', 'brown', 'creme', '3', '\N{MUSHROOM}']
    """
    text = unicodedata.normalize("NFKD", text).lower()
    text = unicodedata.normalize("NFC", _ACCENTS.sub("", _UNSEEN.sub("", text)))
    found: list[str] = []
    kind = " "  # of the letter before
    for letter in text:
        last, kind = kind, _kind(letter, kind)
        if kind == last and found:
            found[-1] += letter if kind != " " else ""
        elif kind != " ":
            found.append(letter)
    return found


def _kind(letter: str, before: str) -> str:
    """``w`` of a word, ``s`` of a sign, a space for what separates them."""
    category = unicodedata.category(letter)
    if category[0] == "M" or category == "Cf":  # accents and joiners belong to what they follow
        return before
    if category[0] in "LN":
        return "w"
    return "s" if category[0] == "S" and letter not in string.punctuation else " "


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
