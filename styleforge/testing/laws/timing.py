"""How long the short run of a law may take."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from styleforge.testing.laws.law import LawBroken

if TYPE_CHECKING:
    from styleforge.testing.subjects import Subject

LIMIT = 60.0  # seconds; the toy models take less than one, and machines may be busy


@contextmanager
def in_time(subject: Subject, limit: float | None = None) -> Iterator[None]:
    """Time what is done within.

    Raises:
        LawBroken: if it took more than ``limit`` seconds, `LIMIT` by default.
    """
    most = LIMIT if limit is None else limit
    started = time.perf_counter()
    yield
    taken = time.perf_counter() - started
    if taken > most:
        msg = (
            f"{subject} took {taken:.3g} s for a few steps on the toy models; at most {most:.3g} s "
            "were expected. Look for models that are loaded, files that are read or requests that "
            "are waited for at every step."
        )
        raise LawBroken(msg)
