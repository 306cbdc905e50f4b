"""Conditions in words and colours, as terms for an optimization.

As embeddings for a mapper they are made by `styleforge.prepare.embed`.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace

from styleforge.recipe.condition import Swatch, Text
from styleforge.recipe.domain import Attribute
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import Stage

TEXT_WEIGHT = 2.0  # of the text loss, as published for HairCLIP (section 3.4)
SWATCH_WEIGHT = 0.02  # of the colour loss
ARTICLES = frozenset({"a", "an", "the"})
_APOSTROPHES = "'\u2019"
_UNSEEN = re.compile("[\u00ad\u200b\u2060\ufeff]")
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")
_LETTERS = re.compile("(?s:.)[\u0300-\u036f]*")  # each with its accents


@dataclass(frozen=True)
class Spelt:
    """A piece of a text as it is read, and as the user wrote it, which messages show.

    Example:
        >>> Spelt("creme", "Crème").said
        'Crème'
    """

    read: str
    said: str


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

    Whoever reads words reads these. Punctuation says nothing, a hyphen separates words, and letters
    with accents are read without. A message shows a piece by `spelt`.

    Example:
        >>> pieces_of("Dark-brown, crème: 3 \N{MUSHROOM}!")
        ['dark', 'brown', 'creme', '3', '\N{MUSHROOM}']
    """
    return [one.read for one in spelt(text)]


def spelt(text: str) -> list[Spelt]:
    """The pieces of a text (`pieces_of`), each with the user's own spelling.

    Whoever tells the user of a piece, such as one that it made nothing of, shows that spelling.

    Example:
        >>> [one.said for one in spelt("Dark-brown, Crème!")]
        ['Dark', 'brown', 'Crème']
    """
    found: list[tuple[str, str]] = []
    kind = " "  # of the letter before
    for written in _LETTERS.findall(unicodedata.normalize("NFC", _UNSEEN.sub("", text))):
        if written in _APOSTROPHES:
            if kind != " ":
                found[-1] = (found[-1][0], found[-1][1] + written)
            continue
        shown = written
        for letter in _plain(written):
            last, kind = kind, _kind(letter, kind)
            if kind == " ":
                continue
            if kind == last:
                found[-1] = (found[-1][0] + letter, found[-1][1] + shown)
            else:
                found.append((letter, written))
            shown = ""  # it is written once, where it is read as several letters
    return [Spelt(read, said.rstrip(_APOSTROPHES)) for read, said in found]


def _plain(letter: str) -> str:
    """A letter as it is read: small, without accents, in its common form."""
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", letter).lower())
    return unicodedata.normalize("NFC", plain)


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
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
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
