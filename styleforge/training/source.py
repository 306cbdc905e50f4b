"""What a mapper is trained on: pictures to edit, and what to ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import torch

from styleforge.errors import UserError
from styleforge.prepare.prepare import prepare

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor

    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Attribute

PICTURES = (".png", ".jpg", ".jpeg", ".webp")
HELD = 0.1  # part of a folder's pictures that is held out


@dataclass(frozen=True)
class Examples:
    """A batch of edits to learn: pictures ``(N, 3, H, W)`` and, by attribute, what is asked for.

    Worlds that know the answer of an edit add it: ``answer`` is the edited picture, ``steps`` the
    steps in W+ ``(N, rows, width)`` that lead there, by attribute, which add up. Their errors count
    by their length after ``metric`` ``(width, K)``: what the generator does not see does not count.
    With ``latent`` ``(N, rows, width)`` known, there may be no picture. ``keys`` name the pictures,
    ``donors`` the references, so that what was found of one of them can be kept.
    """

    image: Tensor | None = None
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pictures: Mapping[str, Tensor] = field(default_factory=dict)
    answer: Tensor | None = None
    steps: Mapping[str, Tensor] | None = None
    metric: Tensor | None = None
    latent: Tensor | None = None
    keys: tuple[str, ...] = ()
    donors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@runtime_checkable
class Source(Protocol):
    """Draws examples; a pack has one as its component ``edits``."""

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        kinds: Mapping[str, str],
        *,
        held: bool = False,
        answers: bool = True,
    ) -> Examples:
        """``count`` examples for a pattern of conditions.

        Args:
            rng: where chance comes from.
            count: of examples.
            kinds: ``text`` or ``image`` by attribute.
            held: of the pictures that are never trained on.
            answers: render the answers too, where the source can.
        """
        ...

    def describe(self) -> Mapping[str, object]:
        """What a model card says of the data, as JSON.

        ``source`` is a phrase that says what is edited, ``licence`` what the trained weights are
        under; the rest is counts, those of what is held out among them.
        """
        ...


class FolderSource:
    """Pictures of a folder, and words that the attributes bring; knows no answers.

    Raises:
        UserError: if the folder holds fewer than two pictures, or an attribute has no words.
    """

    def __init__(
        self, folder: str | Path, models: Models, attributes: tuple[Attribute, ...]
    ) -> None:
        files = sorted(p for p in Path(folder).glob("*") if p.suffix.lower() in PICTURES)
        if len(files) < 2:
            msg = f"{folder} holds {len(files)} pictures; a mapper needs two or more to learn from."
            raise UserError(msg)
        silent = [item.name for item in attributes if not item.words]
        if silent:
            msg = f"No words are known for {', '.join(silent)}; give the attribute `words`."
            raise UserError(msg)
        count = max(1, round(HELD * len(files)))
        self.files = {True: files[:count], False: files[count:]}
        self.models = models
        self.words = {item.name: item.words for item in attributes}
        self._prepared: dict[Path, Tensor] = {}

    def draw(
        self,
        rng: np.random.Generator,
        count: int,
        kinds: Mapping[str, str],
        *,
        held: bool = False,
        answers: bool = True,
    ) -> Examples:
        """See `Source`; references are pictures of the same folder."""
        del answers
        image, keys = self._some(rng, count, held=held)
        texts = {
            name: tuple(str(word) for word in rng.choice(self.words[name], count))
            for name, kind in kinds.items()
            if kind == "text"
        }
        pictures = {
            name: self._some(rng, count, held=held)[0]
            for name, kind in kinds.items()
            if kind == "image"
        }
        return Examples(image, texts, pictures, keys=keys)

    def describe(self) -> Mapping[str, object]:
        """See `Source`; the folder's path stays private, and its licence is not known."""
        return {
            "source": "pictures of a folder, with the words that the attributes bring",
            "licence": "not known: it depends on that of the pictures",
            "pictures": {"train": len(self.files[False]), "held": len(self.files[True])},
            "words": {name: len(words) for name, words in self.words.items()},
        }

    def _some(
        self, rng: np.random.Generator, count: int, *, held: bool
    ) -> tuple[Tensor, tuple[str, ...]]:
        files = self.files[held]
        chosen = [files[int(at)] for at in rng.integers(len(files), size=count)]
        for path in chosen:
            if path not in self._prepared:
                self._prepared[path] = prepare(path, self.models).image
        return torch.cat([self._prepared[path] for path in chosen]), tuple(map(str, chosen))
