"""What a metric is given: a result beside what it was made of, and beside the true answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.prepare import masks
from styleforge.prepare.problem import Problem
from styleforge.prepare.regions import found_regions, hard_regions
from styleforge.recipe.domain import Domain

if TYPE_CHECKING:
    from styleforge.measure.wordings import Worded


@dataclass(frozen=True)
class Truth:
    """The true answer of a transfer: its picture ``(1, 3, H, W)`` and its soft regions.

    Example:
        >>> ones = torch.ones(1, 1, 32, 32)
        >>> Truth(torch.zeros(1, 3, 32, 32), {"face": ones}).image.shape
        torch.Size([1, 3, 32, 32])
    """

    image: Tensor
    regions: Mapping[str, Tensor]


@dataclass(frozen=True)
class Comparison:
    """What a metric is given: a result beside what it was made of, and beside the true answer.

    Attributes:
        image: the result ``(1, 3, H, W)`` in [-1, 1].
        answer: the true answer, where it is known; metrics that need it read ``truth``.
        problem: the pictures that led to it, and the pack's models.
        domain: what was edited.
        found: the result's regions ``(1, 1, H, W)`` by name, each 0 or 1.
        true: those of the truth; empty where it is not known.
        style: two roles; whose style the result has is said of the first against the second, whose
            outline was asked for.
        latent: the result's W+ ``(1, rows, width)``, where a generator drew it.
        words: what was asked for in words.

    Example:
        >>> from styleforge.testing import toy
        >>> one = toy.toy_comparison(same=True)
        >>> bool((one.found["thing"] == one.true["thing"]).all())
        True
    """

    image: Tensor
    answer: Truth | None
    problem: Problem
    domain: Domain
    found: Mapping[str, Tensor]
    true: Mapping[str, Tensor]
    style: tuple[str, str] | None = None
    latent: Tensor | None = None
    words: tuple[Worded, ...] = ()

    @property
    def truth(self) -> Truth:
        """The true answer.

        Raises:
            UserError: if it is not known.
        """
        if self.answer is None:
            msg = (
                "The true answer of this transfer is not known. A metric that does without says "
                "so: without_truth = True."
            )
            raise UserError(msg)
        return self.answer

    @property
    def kept(self) -> Tensor | None:
        """Where the result is to be the identity ``(1, 1, H, W)``: kept regions, left uncovered.

        By the truth where it is known, else by what the result shows. None where the domain keeps
        nothing.
        """
        if not self.domain.keep:
            return None
        own = hard_regions(dict(self.problem.identity.regions))
        if self.answer is not None:
            shown = [self.true[name] * own[name] for name in self.domain.keep]
        else:
            shown = [own[name] * (1 - self.found[self.domain.region]) for name in self.domain.keep]
        return masks.erode(torch.stack(shown).amax(dim=0), 2)

    @property
    def outside(self) -> Tensor:
        """What is the edited region neither before nor after ``(1, 1, H, W)``, each 0 or 1."""
        before = hard_regions(dict(self.problem.identity.regions))[self.domain.region]
        return (1 - before) * (1 - self.found[self.domain.region])


def comparison(
    image: Tensor,
    truth: Truth | None,
    problem: Problem,
    domain: Domain,
    style: tuple[str, str] | None = None,
    latent: Tensor | None = None,
    words: tuple[Worded, ...] = (),
) -> Comparison:
    """A result ``(1, 3, H, W)`` beside the true answer, if any, with the regions of both.

    Example:
        >>> from styleforge.testing import toy
        >>> given = toy.toy_comparison(same=True)
        >>> comparison(given.image, given.truth, given.problem, toy.TOY).style is None
        True
    """
    found = found_regions(image, problem.models)
    true = {} if truth is None else hard_regions(dict(truth.regions))
    return Comparison(image, truth, problem, domain, found, true, style, latent, words)
