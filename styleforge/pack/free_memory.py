"""How much memory is free for what comes: the machine's, and what a container may still take."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

_ROOT = Path("/")


def free_memory(root: Path = _ROOT) -> int | None:
    """Bytes that this process could still take; None where the system does not say.

    Args:
        root: where ``/proc`` and ``/sys`` are.

    Example:
        >>> free_memory(Path("/nowhere")) is None
        True
    """
    return min((*_of_machine(root), *_of_groups(root)), default=None)


def _of_machine(root: Path) -> Iterator[int]:
    """What the kernel could hand out without swapping."""
    for name, value in _named(root / "proc/meminfo"):
        if name == "MemAvailable:":
            yield value * 1024


def _of_groups(root: Path) -> Iterator[int]:
    """What cgroups leave, of both versions, at the top as a container sees it.

    Pages of files that nobody read for a while are given back before anybody is refused.
    """
    mounted = root / "sys/fs/cgroup"
    for place, limit, used, idle in (
        (mounted, "memory.max", "memory.current", "inactive_file"),
        (
            mounted / "memory",
            "memory.limit_in_bytes",
            "memory.usage_in_bytes",
            "total_inactive_file",
        ),
    ):
        try:
            left = int((place / limit).read_text()) - int((place / used).read_text())
        except (OSError, ValueError):  # no such group, or "max": no limit
            continue
        yield max(0, left + dict(_named(place / "memory.stat")).get(idle, 0))


def _named(file: Path) -> Iterator[tuple[str, int]]:
    """Names and numbers of a file that has one of each in a line."""
    try:
        lines = file.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        name, *rest = line.split()
        if rest and rest[0].isdigit():
            yield name, int(rest[0])
