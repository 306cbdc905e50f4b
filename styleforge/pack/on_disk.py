"""Files of weights, told from others that took their place: after a training, the same name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

Seen = tuple[int, int, int]  # of a file: which one, when it was written, its size


def seen(paths: Iterable[Path]) -> dict[Path, Seen | None]:
    """What tells files from others of their names; None for one that is not there.

    Example:
        >>> seen([Path("gone.safetensors")])
        {PosixPath('gone.safetensors'): None}
    """
    return {path: _seen(path) for path in paths}


def differs(now: dict[Path, Seen | None], before: dict[Path, Seen | None]) -> bool:
    """Whether other files are named, or one was written again. One that is gone is as it was.

    Example:
        >>> a, b = Path("a"), Path("b")
        >>> differs({a: (1, 2, 3)}, {a: (1, 2, 4)}), differs({b: None}, {a: None})
        (True, True)
        >>> differs({a: None}, {a: (1, 2, 3)})
        False
    """
    if now.keys() != before.keys():
        return True
    return any(one is not None and one != before[path] for path, one in now.items())


class ReadOnce:
    """What is read from a file once, and again where the file changed.

    May be shared among threads.

    Args:
        read: reads it.

    Example:
        >>> _ = Path("words.txt").write_text("one")
        >>> words = ReadOnce(Path.read_text)
        >>> words(Path("words.txt"))
        'one'
        >>> _ = Path("words.txt").write_text("others")
        >>> words(Path("words.txt"))
        'others'
    """

    def __init__(self, read: Callable[[Path], Any]) -> None:
        self._read = read
        self._lock = threading.Lock()
        self._held: tuple[Path, Seen | None, Any] | None = None

    def __call__(self, path: Path) -> Any:
        """What is in the file now."""
        with self._lock:
            now = _seen(path)
            if self._held is None or self._held[:2] != (path, now):
                self._held = (path, now, self._read(path))
            return self._held[2]


def _seen(path: Path) -> Seen | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
