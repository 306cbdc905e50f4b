"""Captions: what holds of a person, in one of many phrasings, most of it left unsaid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .description import held_out
from .scan import domain
from .term import bare_tail, without_article
from .words import CLOTHING_NOUNS, HAIR_NOUNS, HELD_OUT, WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from styleforge_portraits.world import Person

    from .term import Term

_ORDER = (
    "volume", "length", "style", "texture", "ends", "tuck", "finish", "tips", "strands",
    "highlights", "scale", "cloth tone", "tone", "cloth colour", "hair colour", "pattern",
    "neckline", "shoulders",
)  # fmt: skip
_FRAMES = (
    "a person with {}", "someone with {}", "a portrait of a person with {}", "a picture of {}",
)  # fmt: skip


def describe(
    person: Person,
    rng: np.random.Generator,
    about: str | None = None,
    *,
    unseen: bool = False,
) -> str:
    """A true caption of a person.

    Args:
        person: who is described.
        rng: chooses what is said, and how.
        about: a group of factors (``hair_shape``) or the beginning of several (``hair``); None
            speaks about anything.
        unseen: also use names and combinations that are held out of training.
    """
    return phrase(choose(person, rng, about, unseen=unseen), rng, unseen=unseen)


def choose(
    person: Person,
    rng: np.random.Generator,
    about: str | None = None,
    *,
    unseen: bool = False,
    most: int = 3,
) -> tuple[Term, ...]:
    """One to ``most`` terms that hold, of different axes; the nearest one where none holds."""
    spoken = _spoken(about, unseen=unseen)
    true = [term for term in spoken if term.holds(person)]
    if not true:
        return (min(spoken, key=lambda term: term.distance(person)),)
    wanted = int(rng.integers(1, most + 1)) + (2 if about is None else 0)
    chosen: list[Term] = []
    # styles are rare and say most
    weights = [2.0 if term.axis in ("style", "hair colour") else 1.0 for term in true]
    order = rng.permutation(len(true))
    ranked = sorted(order, key=lambda k: -(float(rng.random()) ** (1 / weights[k])))
    for place in ranked:
        term = true[place]
        if len(chosen) == wanted:
            break
        if term.axis in {one.axis for one in chosen}:
            continue
        if not unseen and held_out((*chosen, term)):
            continue
        chosen.append(term)
    return tuple(chosen)


def draw(
    rng: np.random.Generator, about: str, *, unseen: bool = False, most: int = 2
) -> tuple[Term, ...]:
    """One to ``most`` terms of different axes, each as likely as any other.

    Rare styles are said as often as common ones. The terms may contradict each other.

    Args:
        rng: chooses the terms.
        about: a group of factors (``hair_shape``) or the beginning of several (``hair``).
        unseen: also use styles and pairs that are held out of training.
        most: terms.

    Example:
        >>> import numpy as np
        >>> [term.names[0] for term in draw(np.random.default_rng(0), "hair_shape", most=1)]
        ['chin-length']
    """
    spoken = _spoken(about, unseen=unseen)
    wanted = int(rng.integers(1, most + 1))
    chosen: list[Term] = []
    for place in rng.permutation(len(spoken)):
        term = spoken[place]
        if len(chosen) == wanted:
            break
        if term.axis not in {one.axis for one in chosen} and (
            unseen or not held_out((*chosen, term))
        ):
            chosen.append(term)
    return tuple(chosen)


def _spoken(about: str | None, *, unseen: bool) -> tuple[Term, ...]:
    return tuple(
        term
        for term in WORDS
        if (about is None or term.group.startswith(about))
        and (unseen or term.key not in HELD_OUT.styles)
    )


def phrase(terms: Sequence[Term], rng: np.random.Generator, *, unseen: bool = False) -> str:
    """The terms in words; ``terms`` must not be empty."""
    hair = [term for term in terms if domain(term) == "hair"]
    worn = [term for term in terms if domain(term) == "clothing"]
    rest = [term for term in terms if domain(term) == "identity"]
    parts = []
    if hair:
        parts.append(_noun_phrase(hair, HAIR_NOUNS, rng, unseen=unseen))
    if worn:
        text = _noun_phrase(worn, CLOTHING_NOUNS, rng, unseen=unseen)
        parts.append(f"wearing {text}" if hair or rng.random() < 0.2 else text)
    parts += [_pick(term.tails, rng, unseen=unseen) for term in rest]
    text = ", ".join(parts)
    if hair and rng.random() < 0.25:
        return _pick(_FRAMES, rng, unseen=True).format(text)
    if not hair and (rest or worn) and rng.random() < 0.2:
        return f"a person {text}" if rest and not worn else f"a person, {text}"
    return text


def _noun_phrase(
    terms: Sequence[Term], heads: Sequence[str], rng: np.random.Generator, *, unseen: bool
) -> str:
    head, adjectives, tails, styled = "", [], [], False
    for term in sorted(terms, key=_flexible):  # what is nothing but a style takes the noun
        forms = [(form, name) for form in ("adjectives", "nouns", "tails")
                 for name in getattr(term, form)
                 if (form != "nouns" or not styled) and (unseen or not _hidden(name))]  # fmt: skip
        form, name = forms[int(rng.integers(len(forms)))]
        if form == "nouns":
            head, styled = name, True
        elif form == "adjectives":
            adjectives.append((term.axis, name))
            if term.head and not styled:
                head = term.head
        else:
            tails.append(name)
    adjectives.sort(key=lambda item: _ORDER.index(item[0]) if item[0] in _ORDER else 0)
    if rng.random() < 0.15:
        adjectives = [adjectives[k] for k in rng.permutation(len(adjectives))]
    words = [name for _, name in adjectives]
    kind = rng.random()
    noun = _head(heads, rng)
    if not head and words and len(words) > 1 and not tails and kind < 0.10:
        return f"{noun} that {_be(noun)} {', '.join(words[:-1])} and {words[-1]}"
    if styled and kind < 0.35:
        head = f"a {without_article(head)} {heads[1] if heads is HAIR_NOUNS else heads[0]}"
    text = _with_article(words, head or noun)
    joined = " and ".join(
        [*tails[:1], *(tail.removeprefix("with ") for tail in tails[1:])]
        if tails and tails[0].startswith("with ")
        else tails
    )
    return f"{text} {joined}" if joined else text


def _flexible(term: Term) -> bool:
    return bool(term.adjectives or term.tails)


def _head(heads: Sequence[str], rng: np.random.Generator) -> str:
    # mostly the first: "hair", "top"
    name = heads[0] if rng.random() < 0.6 else heads[int(rng.integers(len(heads)))]
    plural = name in ("hair", "clothing", "clothes", "locks", "tresses", "strands")
    return name if plural else f"a {name}"


def _be(noun: str) -> str:
    return "are" if noun in ("clothes", "locks", "tresses", "strands") else "is"


def _with_article(words: Sequence[str], head: str) -> str:
    bare = without_article(head)
    text = " ".join([*words, bare])
    if bare == head:
        return text
    return f"{'an' if text[0] in 'aeiou' else 'a'} {text}"


def _pick(names: Sequence[str], rng: np.random.Generator, *, unseen: bool) -> str:
    allowed = [name for name in names if unseen or not _hidden(name)]
    return allowed[int(rng.integers(len(allowed)))]


def _hidden(name: str) -> bool:
    return bare_tail(without_article(name)) in HELD_OUT.names
