"""Objectives as data: a named, weighted loss is a `Term`, a tuple of terms an `Objective`.

Never closures: every term keeps its own gradient (the rules need it), its own slider and its own
line in the recipe. ``0.5 * shape + 2 * (look + finer)`` is an objective of three terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import Field

from styleforge.errors import UserError
from styleforge.recipe.limits import TERMS, Args, Name, Weight


@dataclass(frozen=True)
class Term:
    """A named, weighted loss.

    ``label`` is what the user sees and what rules refer to, ``loss`` the registered loss,
    ``args`` its JSON arguments. A ``probe`` is measured and used by rules, never minimised.

    Example:
        >>> shape = Term("lips.shape", "region", {"region": "lips"}, weight=0.5)
        >>> print(2 * shape)
        1·lips.shape
        >>> print(shape.as_probe("shape now"))
        0.5·shape now?
    """

    label: Name
    loss: Name
    args: Args = field(default_factory=dict)
    weight: Weight = 1.0
    probe: bool = False

    def __post_init__(self) -> None:
        # JSON knows lists only; a term that was read back must equal the one that was written
        frozen = {key: tuple(v) if isinstance(v, list) else v for key, v in self.args.items()}
        object.__setattr__(self, "args", frozen)

    def __mul__(self, factor: float) -> Term:
        return replace(self, weight=self.weight * factor)

    __rmul__ = __mul__

    def __add__(self, other: Term | Objective) -> Objective:
        return Objective((self,)) + other

    def __radd__(self, other: int) -> Objective:  # so that sum() of terms works
        return Objective((self,)) if other == 0 else NotImplemented

    def as_probe(self, label: str, **args: Any) -> Term:
        """The same loss with other arguments, measured but not minimised."""
        return replace(self, label=label, args={**self.args, **args}, probe=True)

    def __str__(self) -> str:
        return f"{self.weight:g}·{self.label}{'?' if self.probe else ''}"


@dataclass(frozen=True)
class Objective:
    """Terms that are summed. Labels are unique, so that each can be addressed.

    Example:
        >>> shape, look = Term("shape", "region"), Term("look", "appearance")
        >>> objective = 0.5 * shape + 2 * look
        >>> print(objective)
        0.5·shape + 2·look
        >>> objective.without("shape").labels
        ('look',)
    """

    terms: Annotated[tuple[Term, ...], Field(max_length=TERMS)] = ()

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for term in self.terms:
            if term.label in seen:
                msg = (
                    f"The objective has two terms labelled {term.label!r}. Give each its own "
                    "label, so that rules and sliders can tell them apart."
                )
                raise UserError(msg)
            seen.add(term.label)

    def __add__(self, other: Term | Objective) -> Objective:
        extra = (other,) if isinstance(other, Term) else other.terms
        return Objective(self.terms + extra)

    def __radd__(self, other: int) -> Objective:
        return self if other == 0 else NotImplemented

    def __mul__(self, factor: float) -> Objective:
        return Objective(tuple(term * factor for term in self.terms))

    __rmul__ = __mul__

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def __len__(self) -> int:
        return len(self.terms)

    def __getitem__(self, label: str) -> Term:
        for term in self.terms:
            if term.label == label:
                return term
        have = ", ".join(self.labels) or "none"
        msg = f"No term is labelled {label!r}; the objective has {have}."
        raise UserError(msg)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in order, probes included."""
        return tuple(term.label for term in self.terms)

    def without(self, *labels: str) -> Objective:
        """The objective less the terms of these labels."""
        return Objective(tuple(term for term in self.terms if term.label not in labels))

    def __str__(self) -> str:
        return " + ".join(map(str, self.terms)) or "0"
