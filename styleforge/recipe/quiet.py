"""Silence for a piece of work whose warnings say nothing to the user.

Python's filters of warnings are of the process: two threads that changed and restored them at once
would leave the other's behind. So they take turns.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = threading.RLock()  # as the filters that it guards, one for the process


@contextmanager
def quiet() -> Iterator[None]:
    """While it lasts nothing warns; other threads wait for their turn to be quiet.

    Example:
        >>> with quiet():
        ...     warnings.warn("of doubtful metadata")
    """
    with _TURN, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
