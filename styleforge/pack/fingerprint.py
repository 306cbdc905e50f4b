"""What tells the weights of one run from those of another: a digest of files."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Sequence
from pathlib import Path

from styleforge.pack.on_disk import Seen, differs, seen

_CHUNK = 1 << 20  # bytes


class Fingerprints:
    """SHA-256 over the names and contents of files, read once until one is written again.

    May be shared among threads.

    Example:
        >>> _ = Path("a.safetensors").write_bytes(b"one")
        >>> prints = Fingerprints()
        >>> before = prints.of([Path("a.safetensors")], ())
        >>> _ = Path("a.safetensors").write_bytes(b"other")
        >>> prints.of([Path("a.safetensors")], ()) == before
        False
    """

    def __init__(self) -> None:
        self._found: dict[tuple[Path, ...], tuple[dict[Path, Seen | None], str]] = {}
        self._lock = threading.Lock()

    def of(self, files: Sequence[Path], brought: Collection[Path]) -> str:
        """The digest of files, in this order; empty without any.

        Args:
            files: all of them.
            brought: of these, those that users brought: their folder tells them apart, as some are
                called alike.
        """
        if not files:
            return ""
        key, now = tuple(files), seen(files)
        with self._lock:
            known = self._found.get(key)
            if known is None or differs(now, known[0]):
                known = self._found[key] = now, _digest(files, brought)
        return known[1]


def _digest(files: Sequence[Path], brought: Collection[Path]) -> str:
    digest = hashlib.sha256()
    for path in files:
        name = f"{path.parent.name}/{path.name}" if path in brought else path.name
        digest.update(name.encode() + b"\0")
        with path.open("rb") as file:  # they may be large
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    return digest.hexdigest()
