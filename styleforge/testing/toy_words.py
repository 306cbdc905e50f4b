"""Tiny encoders of random but fixed weights: words and pictures in one space, and identities."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, normalize

from styleforge.errors import UserError
from styleforge.recipe.words import spelt

WIDTH = 6  # numbers in an embedding
SHAPES = ("tall", "wide", "round")
COLOURS = ("red", "green", "blue")
IGNORED = frozenset({"thing", "a", "the", "and"})


class Pooled(nn.Module):
    """A random projection of a picture's box means, of length 1; smooth in the picture."""

    projection: Tensor
    shift: Tensor

    def __init__(self, seed: int, side: int, width: int) -> None:
        super().__init__()
        rng = torch.Generator().manual_seed(seed)
        self.side = side
        self.register_buffer("projection", torch.randn(3 * side**2, width, generator=rng))
        self.register_buffer("shift", torch.randn(width, generator=rng))

    def forward(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to ``(N, width)`` of length 1."""
        small = adaptive_avg_pool2d(image, self.side).flatten(1)
        return normalize(small @ self.projection + self.shift, dim=1)


class ToyEncoder(nn.Module):
    """Knows six words; a description is the mean of its words, in the space of pictures."""

    words: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.width = WIDTH
        self.pictures = Pooled(2, side=4, width=WIDTH)
        rng = torch.Generator().manual_seed(3)
        self.register_buffer("words", torch.randn(len(SHAPES + COLOURS), WIDTH, generator=rng))

    def place(self, text: str, about: str = "") -> tuple[str, tuple[str, ...]]:
        """The known words of a text, unknown ones by the nearest known, with a note of those.

        Raises:
            UserError: if there are no words, or none can be placed.
        """
        del about  # its few words are all told apart
        found, notes = [], []
        for piece in spelt(text):
            word = piece.read
            if word in IGNORED:
                continue
            near = difflib.get_close_matches(word, SHAPES + COLOURS, n=1)
            found += near
            if near and near != [word]:
                notes.append(f"{piece.said!r} was read as {near[0]!r}.")
            elif not near:
                notes.append(f"{piece.said!r} is not known and left out.")
        if not found:
            known = ", ".join(SHAPES + COLOURS)
            msg = f"None of {text!r} can be placed; the toy encoder knows {known}."
            raise UserError(msg)
        return " ".join(found), tuple(notes)

    def embed_text(self, texts: Sequence[str]) -> Tensor:
        """Descriptions to ``(N, width)`` of length 1."""
        rows = []
        for text in texts:
            said = self.place(text)[0].split()
            at = [(SHAPES + COLOURS).index(word) for word in said]
            rows.append(self.words[at].mean(0))
        return normalize(torch.stack(rows), dim=1)

    def embed_image(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to ``(N, width)`` of length 1."""
        found: Tensor = self.pictures(image)
        return found


def embedding() -> ToyEncoder:
    """The text-image encoder."""
    return ToyEncoder()


def identity() -> Pooled:
    """The identity encoder."""
    return Pooled(4, side=8, width=5)
