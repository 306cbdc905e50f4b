"""What tells how alike words, pictures and people are: embeddings of length 1."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor


@runtime_checkable
class TextImageEncoder(Protocol):
    """Embeds words and pictures in one space (CLIP: Radford et al. 2021).

    Example:
        >>> from styleforge.testing import toy_words
        >>> isinstance(toy_words.embedding(), TextImageEncoder)
        True
    """

    width: int  # numbers in an embedding

    def place(self, text: str, about: str = "") -> tuple[str, tuple[str, ...]]:
        """The words as the encoder understands them, and what the user should know of that.

        ``about`` is the attribute that they are said of; an unknown word is then read as one of
        that kind, or left out. Whatever is left out (words, numbers, emoji) has a note.

        Raises:
            UserError: if there are no words, or none of them can be placed.
        """
        ...

    def embed_text(self, texts: Sequence[str]) -> Tensor:
        """Descriptions to embeddings ``(N, width)`` of length 1."""
        ...

    def embed_image(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1], of any size, to ``(N, width)`` of length 1."""
        ...


@runtime_checkable
class IdentityEncoder(Protocol):
    """Tells people apart whatever is edited (ArcFace: Deng et al. 2019).

    Example:
        >>> from styleforge.testing import toy_words
        >>> isinstance(toy_words.identity(), IdentityEncoder)
        True
    """

    def __call__(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1], of any size, to ``(N, E)`` of length 1."""
        ...
