"""Silence for a piece of work whose warnings say nothing to the user.

Python's filters of warnings are of the process: two threads that changed and restored them at once
would leave the other's behind. So they take turns, at a lock that is the process's for that reason:
it holds nothing of ours, and one for each forge would let two forges change the filters at once.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_TURN = threading.RLock()  # one for the process, as the filters that it guards


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
