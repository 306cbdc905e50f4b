"""The text-image encoder: words and pictures in one space, trained contrastively (CLIP, 2021)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.nn import functional

from styleforge_portraits import language
from styleforge_portraits.language.scan import tokens
from styleforge_portraits.models.tower import Tower

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH = 128  # numbers in an embedding
LENGTH = 28  # words that are read of a text
PADDING, UNKNOWN = 0, 1  # rows of the word embedding before the vocabulary's


class Reader(nn.Module):
    """Text to ``(N, WIDTH)`` of length 1: word embeddings and a small transformer."""

    def __init__(self, vocabulary: Sequence[str], layers: int = 2) -> None:
        super().__init__()
        self.rows = {word: row for row, word in enumerate(vocabulary, UNKNOWN + 1)}
        self.words = nn.Embedding(len(vocabulary) + 2, WIDTH, padding_idx=PADDING)
        self.places = nn.Parameter(torch.zeros(LENGTH, WIDTH))
        layer = nn.TransformerEncoderLayer(
            WIDTH, 4, 2 * WIDTH, dropout=0.0, batch_first=True, norm_first=True
        )
        self.layers = nn.TransformerEncoder(
            layer, layers, norm=nn.LayerNorm(WIDTH), enable_nested_tensor=False
        )
        self.head = nn.Linear(WIDTH, WIDTH)
        nn.init.normal_(self.words.weight, std=0.5)

    def ids(self, texts: Sequence[str]) -> Tensor:
        """Rows of the word embedding ``(N, L)``; what is not in the vocabulary is unknown."""
        rows = [[self.rows.get(word, UNKNOWN) for word in tokens(text)][:LENGTH] for text in texts]
        longest = max(1, *map(len, rows))
        padded = [row + [PADDING] * (longest - len(row)) for row in rows]
        return torch.tensor(padded, device=self.places.device)

    def forward(self, ids: Tensor) -> Tensor:
        """Rows ``(N, L)`` to unit embeddings ``(N, WIDTH)``."""
        empty = ids == PADDING
        empty = empty & ~empty.all(1, keepdim=True)  # attention needs something to look at
        states = self.layers(self.words(ids) + self.places[: ids.shape[1]], None, empty)
        kept = (~empty).to(states)[:, :, None]
        mean = (states * kept).sum(1) / kept.sum(1)
        return functional.normalize(self.head(mean).float(), dim=1)


class PortraitEncoder(nn.Module):
    """Words and portraits in one space: a ``styleforge.pack.protocols.TextImageEncoder``."""

    width: int = WIDTH

    def __init__(self, vocabulary: Sequence[str]) -> None:
        super().__init__()
        self.reader = Reader(vocabulary)
        self.tower = Tower(WIDTH)
        self.scale = nn.Parameter(torch.tensor(2.7))  # logarithm of the inverse temperature
        letters = torch.tensor(list(" ".join(vocabulary).encode()), dtype=torch.uint8)
        self.register_buffer("letters", letters)

    def place(self, text: str, about: str = "") -> tuple[str, tuple[str, ...]]:
        """The text in known words and a sentence for each change, see ``language.place``.

        Of a long text the first 28 words count, which a note says. Words of another kind than the
        attribute ``about`` are left out.

        Raises:
            UserError: for an empty text, or if no word of it can be placed.
        """
        placed, notes = language.place(text, about)
        count = len(tokens(placed))
        if count > LENGTH:
            notes += (f"The description has {count} words; the first {LENGTH} of them are read.",)
        return placed, notes

    def embed_text(self, texts: Sequence[str]) -> Tensor:
        """Descriptions, placed first, to unit embeddings ``(N, 128)``.

        Raises:
            UserError: for an empty text, or if no word of one can be placed.
        """
        out: Tensor = self.reader(self.reader.ids([self.place(text)[0] for text in texts]))
        return out

    def embed_image(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to unit embeddings ``(N, 128)``.

        What shall not count may be set to 0 (grey): all but the hair, say.
        """
        out: Tensor = self.tower(image)
        return out


def vocabulary() -> tuple[str, ...]:
    """All words that captions can hold, sorted."""
    from styleforge_portraits.language.words import (
        CLOTHING_NOUNS,
        FILLERS,
        HAIR_NOUNS,
        NEGATIONS,
        WORDS,
    )

    texts = [*HAIR_NOUNS, *CLOTHING_NOUNS, *FILLERS, *NEGATIONS]
    for term in WORDS:
        texts += [*term.adjectives, *term.nouns, *term.tails, term.gloss]
    return tuple(sorted({word for text in texts for word in tokens(text)}))


def stored_vocabulary(state: Mapping[str, Tensor]) -> tuple[str, ...]:
    """The vocabulary that weights were trained with."""
    return tuple(bytes(state["letters"].tolist()).decode().split(" "))
