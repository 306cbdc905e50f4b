"""A batch's captions: which pictures each of them is true of, and about which it says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from styleforge_portraits import language, world
from styleforge_portraits.language import HELD_OUT, WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from styleforge_portraits.language import Term

_ABOUT = (
    ("hair", 0.25), ("hair_shape", 0.25), ("hair_appearance", 0.15), ("clothing", 0.2),
    (None, 0.15),
)  # fmt: skip


@dataclass(frozen=True)
class Captions:
    """Texts ``(C,)`` and the terms of each, ``(C, len(WORDS))`` bool."""

    texts: tuple[str, ...]
    terms: NDArray[np.bool_]

    def true_of(self, truth: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """``(N, C)``: all terms hold, for a truth table ``(N, len(WORDS))``."""
        missing = (~truth).astype(np.float32) @ self.terms.T.astype(np.float32)
        return np.asarray(missing < 0.5)

    def speak_of(self, told: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """``(N, C)``: all terms are told by the inputs ``(N, len(WORDS))``."""
        return self.true_of(told)


def of_people(codes: NDArray[Any], rng: np.random.Generator) -> Captions:
    """One caption for every code ``(N, D)``, none of them held out."""
    kinds = rng.choice(len(_ABOUT), size=len(codes), p=[share for _, share in _ABOUT])
    chosen = [
        language.choose(world.decode(code), rng, _ABOUT[kind][0])
        for code, kind in zip(codes, kinds, strict=True)
    ]
    return captions(chosen, rng)


def of_terms(rng: np.random.Generator) -> Captions:
    """One caption for every term alone, in any of its names."""
    return captions([(term,) for term in WORDS if term.key not in HELD_OUT.styles], rng)


def captions(chosen: Sequence[Sequence[Term]], rng: np.random.Generator) -> Captions:
    """The terms in words, one text for each row."""
    index = {term: place for place, term in enumerate(WORDS)}
    flags = np.zeros((len(chosen), len(WORDS)), bool)
    texts = []
    for row, terms in enumerate(chosen):
        flags[row, [index[term] for term in terms]] = True
        texts.append(_prompt(terms[0], rng) if len(terms) == 1 else language.phrase(terms, rng))
    return Captions(tuple(texts), flags)


def _prompt(term: Term, rng: np.random.Generator) -> str:
    """Often the bare form that HairCLIP asks for: ``bob hairstyle``, ``purple hair``."""
    if rng.random() < 0.5:
        return language.phrase((term,), rng)
    names = [name for name in term.names if name not in HELD_OUT.names]
    name = names[int(rng.integers(len(names)))]
    noun = {"hair_shape": "hairstyle", "identity": ""}.get(
        term.group, "hair" if term.group.startswith("hair") else "top"
    )
    if noun == "hairstyle" and rng.random() < 0.3:
        noun = "hair"
    return f"{name} {noun}".strip()
