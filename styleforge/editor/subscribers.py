"""Who hears of a session's changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styleforge.editor.snapshot import Snapshot

Subscriber = Callable[["Snapshot"], None]
log = logging.getLogger("styleforge.editor")


class Subscribers:
    """Callbacks that are given every snapshot; what one raises is logged and troubles no other."""

    def __init__(self) -> None:
        self._all: tuple[Subscriber, ...] = ()

    def add(self, callback: Subscriber, snapshot: Snapshot) -> None:
        """Tell of all snapshots from now on, the present one first."""
        self._all = (*self._all, callback)
        _tell(callback, snapshot)

    def remove(self, callback: Subscriber) -> None:
        """Tell no more."""
        self._all = tuple(one for one in self._all if one is not callback)

    def tell(self, snapshot: Snapshot) -> None:
        """Give a snapshot to all."""
        for callback in self._all:
            _tell(callback, snapshot)


def _tell(callback: Subscriber, snapshot: Snapshot) -> None:
    try:
        callback(snapshot)
    except BaseException:  # a SystemExit ends no session
        log.exception("A subscriber of the edit session failed.")
