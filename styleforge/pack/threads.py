"""How many CPU threads a run has, where nobody said: as many as are free.

Torch takes one for each core of the machine. A container may be allowed less than that, and other
programs may keep cores busy.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

SAYING = ("OMP_NUM_THREADS", "MKL_NUM_THREADS")  # where a person says how many
_ROOT = Path("/")


@contextmanager
def fitted(recorded: int, device: torch.device) -> Iterator[str]:
    """While it lasts, torch has no more threads than are free; yields a sentence where it has less.

    Torch keeps those that it has where a person said how many (`SAYING`), where a run is done
    again, and where another device does the work. It never gets more.

    Args:
        recorded: the threads that the run had before; 0 for a new one.
        device: on which models run.

    Example:
        >>> before = torch.get_num_threads()
        >>> with fitted(0, torch.device("cpu")):
        ...     torch.get_num_threads() <= before
        True
    """
    before = torch.get_num_threads()
    chosen = before if recorded else available(device)
    if chosen == before:
        yield ""
        return
    torch.set_num_threads(chosen)
    try:
        yield fewer(chosen, before)
    finally:
        if torch.get_num_threads() == chosen:  # else somebody said how many on the way
            torch.set_num_threads(before)


def available(device: torch.device) -> int:
    """Threads of torch that a new run gets: what torch has, and no more than are free.

    Args:
        device: on which models run.

    Example:
        >>> 1 <= available(torch.device("cpu")) <= torch.get_num_threads()
        True
    """
    have = torch.get_num_threads()
    return have if device.type != "cpu" or said() else min(have, free())


def shared_out(threads: int, among: int) -> tuple[int, ...]:
    """Threads of each of some that work side by side, as equal as can be; none gets less than 1.

    Example:
        >>> shared_out(8, 3), shared_out(1, 2)
        ((3, 3, 2), (1, 1))
    """
    each, more = divmod(threads, among)
    return tuple(max(1, each + (at < more)) for at in range(among))


def fewer(chosen: int, before: int) -> str:
    """The sentence on threads that are fewer than torch had.

    Example:
        >>> fewer(1, 2).partition(",")[0]
        'This run has 1 of 2 CPU threads'
    """
    return (
        f"This run has {chosen} of {before} CPU threads, because other programs keep cores busy, "
        "or no more are allowed here. The program's --threads, in Python the environment variable "
        "OMP_NUM_THREADS, says how many it has."
    )


def said() -> bool:
    """Whether a person said how many threads there are to be.

    Example:
        >>> said() == any(name in os.environ for name in SAYING)
        True
    """
    return any(os.environ.get(name) for name in SAYING)


def free(root: Path = _ROOT) -> int:
    """Threads that can work at once beside other programs, 1 at least.

    Args:
        root: where ``/proc`` and ``/sys`` are.

    Example:
        >>> 1 <= free() <= allowed()
        True
    """
    return max(1, min(allowed(root), (os.cpu_count() or 1) - busy(root)))


def allowed(root: Path = _ROOT) -> int:
    """Threads that this process may have at work at once: by affinity, and by a cgroup's quota.

    Example:
        >>> 1 <= allowed() <= os.cpu_count()
        True
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min((cores or 1, *(math.ceil(share) for share in _quotas(root))))


def busy(root: Path = _ROOT) -> int:
    """Cores of the machine that other programs keep busy; 0 where the system does not say.

    The load of the last minute may be this process's own, and what runs this instant may be over
    in the next: cores are busy where both say so.

    Example:
        >>> busy(Path("/nowhere"))
        0
    """
    try:
        load = float((root / "proc/loadavg").read_text().split()[0])
        lines = (root / "proc/stat").read_text().splitlines()
        running = next(int(line.split()[1]) for line in lines if line.startswith("procs_running"))
    except (OSError, ValueError, IndexError, StopIteration):
        return 0
    return max(0, min(round(load), running - 1))  # without this thread, which reads


def _quotas(root: Path) -> Iterator[float]:
    """The cores that cgroups allow this process, of both versions, by quota over period."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    mounted = root / "sys/fs/cgroup"
    for line in lines:
        _, kinds, path = line.split(":", 2)
        if kinds and "cpu" not in kinds.split(","):
            continue
        top = mounted / "cpu" if kinds else mounted
        place = top / path.lstrip("/")
        while True:  # a container sees its own group at the top, whatever its path says
            yield from _quota(place, second=not kinds)
            if place in {top, place.parent}:
                break
            place = place.parent


def _quota(place: Path, *, second: bool) -> Iterator[float]:
    try:
        if second:
            quota, period = (place / "cpu.max").read_text().split()
        else:
            quota = (place / "cpu.cfs_quota_us").read_text().strip()
            period = (place / "cpu.cfs_period_us").read_text().strip()
        cores = float(quota) / float(period)
    except (OSError, ValueError, ZeroDivisionError):  # no such group, or "max": no limit
        return
    if cores > 0:  # -1 is no limit
        yield cores
