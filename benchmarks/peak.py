"""The peak memory of a process."""

from __future__ import annotations

import resource
import sys
from pathlib import Path


def peak_mib() -> float:
    """MiB at this process's peak.

    Where Linux says it: what ``getrusage`` says there holds the peak of the process that this one
    was started from, too.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = status.read_text(encoding="utf-8").splitlines()
        (kilobytes,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
        return int(kilobytes) / 1024
    unit = 2**20 if sys.platform == "darwin" else 2**10  # bytes, or kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
