"""Functions imported when they are first called, so that registering them loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Deferred:
    """A function by module and name, imported at the first call.

    What the function says of itself is said here, because it is asked before the first call.

    Example:
        >>> root = Deferred("math", "sqrt")
        >>> root(9)
        3.0
    """

    module: str
    function: str
    discards: bool = False  # a rule whose `of` gradients need not be computed
    pairwise: bool = False  # a rule that compares each of its terms with every other
    orthogonal: bool = False  # a rule after which `of` has nothing along `against`
    needs: tuple[str, ...] = ()  # kinds of components that a loss or a metric asks for
    distance: bool = False  # a loss that is least where the picture is its reference
    takes_colours: bool = False  # a pasting for which a colour is reference enough
    larger: str = ""  # a function of the module that pastes at a photograph's own size
    tones: int = 1  # colours that a pasting takes of one reference
    missing: str = ""  # a function of the module that says what a pack lacks for it, in words
    reads: str = ""  # a function of the module that lists the files of weights it reads of a pack
    score: str = ""  # what a metric's score is called; its own name where this is empty
    says: str = ""  # what that score tells, in a few words
    better: str = ""  # which way it is better: more, less, or neither
    without_truth: bool = False  # a metric that needs no true answer
    in_words: bool = False  # a metric that only tells something of what words asked for

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function."""
        return getattr(import_module(self.module), self.function)(*args, **kwargs)

    def lacks(self, *args: Any) -> str:
        """What a pack lacks for the function, in words; empty where nothing."""
        if not self.missing:
            return ""
        return str(getattr(import_module(self.module), self.missing)(*args))

    def weight_files(self, *args: Any) -> tuple[Path, ...]:
        """The files of weights that the function reads for a pack."""
        return tuple(getattr(import_module(self.module), self.reads)(*args)) if self.reads else ()

    def at_full_size(self, *args: Any) -> Any:
        """Call the function that pastes at a photograph's own size; None where there is none."""
        return getattr(import_module(self.module), self.larger)(*args) if self.larger else None
