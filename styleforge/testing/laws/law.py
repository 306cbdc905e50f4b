"""A `Law`: a function that is silent about what is right and raises `LawBroken` about the rest."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from styleforge.errors import UserError


class LawBroken(AssertionError):
    """A law does not hold. The message says what was found, what was expected, what to do."""


@dataclass(frozen=True)
class Law:
    """What must hold for every thing of a kind.

    ``check`` is given the subject (see `styleforge.testing.subjects`). ``applies`` says for which
    subjects the law makes sense, all where it is None. A ``slow`` law loads the models of a pack
    or runs an optimization; ``styleforge check --quick`` leaves it out.
    """

    kind: str
    check: Callable[[Any], None]
    applies: Callable[[Any], bool] | None = None
    slow: bool = False

    @property
    def name(self) -> str:
        """Kind and function, such as ``loss.is_differentiable``."""
        return f"{self.kind}.{self.check.__name__}"

    @property
    def title(self) -> str:
        """The law as a sentence: the first paragraph of the function's docstring."""
        return " ".join((inspect.getdoc(self.check) or "").split("\n\n")[0].split())


def enforce(law: Law, subject: Any) -> None:
    """Check a law.

    Raises:
        LawBroken: if it does not hold, or the plugin's code fails under it.
    """
    __tracebackhide__ = True  # of pytest: the message says it all
    try:
        with _one_thread():
            law.check(subject)
    except LawBroken:
        raise
    except UserError as error:
        msg = f"{subject} refused: {error}"
        raise LawBroken(msg) from error
    except Exception as error:
        where = _place(error)
        msg = (
            f"{subject} raised {type(error).__name__}: {error} ({where}). It was expected to work "
            "there, or to raise a UserError whose message says what to do."
        )
        raise LawBroken(msg) from error


@contextmanager
def _one_thread() -> Iterator[None]:
    """The toy's tensors are so small that threads would mostly wait for each other."""
    import torch  # laws about plugins as a whole are read without it

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _place(error: BaseException) -> str:
    """File and line where an error was raised."""
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    if last is None:
        return "nowhere"
    return f"{last.tb_frame.f_code.co_filename}:{last.tb_lineno}"
