"""Idle threads of torch sleep, also where torch was imported before styleforge.

Between two pieces of work OpenMP's threads spin, each on a core, unless ``OMP_WAIT_POLICY`` says
``PASSIVE`` before torch is imported; styleforge says so when it is imported first. Beside another
busy program spinning multiplies the CPU time (`python -m benchmarks.busy`). What can be done later
depends on the runtime:

* libgomp, of torch's wheels for Linux, lets threads sleep after 100 turns where there are more of
  them than cores (GCC's manual of libgomp, ``GOMP_SPINCOUNT``). So a team larger than the cores
  is begun once, and sleeps as long as the process lives.
* Intel's and LLVM's are told (``kmp_set_blocktime``), for the thread that calls.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from typing import Any

import torch

SAYING = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")  # read when torch is imported
SLEEPERS = "styleforge: idle OpenMP threads sleep"
_ENOUGH = 1 << 15  # elements for which torch gives a thread work


def wait_asleep(device: torch.device) -> None:
    """Let the threads of torch sleep while they wait, unless the environment says how they wait.

    Call it in the thread that computes. Nothing is done where one thread works, or another device.

    Example:
        >>> wait_asleep(torch.device("cpu"))
    """
    settled = any(os.environ.get(name) for name in SAYING)
    if settled or device.type != "cpu" or torch.get_num_threads() < 2:
        return
    if sys.platform == "win32":  # where the process's symbols have no common table
        return
    openmp = ctypes.CDLL(None)
    if hasattr(openmp, "kmp_set_blocktime"):
        openmp.kmp_set_blocktime(0)
    elif hasattr(openmp, "GOMP_parallel") and hasattr(openmp, "omp_set_num_threads"):
        _crowd(openmp)


def _crowd(openmp: Any) -> None:
    """Begin a team of more threads than there are cores, once a process."""
    if any(one.name == SLEEPERS for one in threading.enumerate()):
        return
    begun = threading.Event()
    threading.Thread(target=_sleep, args=(openmp, begun), name=SLEEPERS, daemon=True).start()
    begun.wait()


def _sleep(openmp: Any, begun: threading.Event) -> None:
    """Begin a team of this thread, and keep it."""
    team = (os.cpu_count() or 1) + 1
    work = torch.zeros(team * _ENOUGH, dtype=torch.uint8)
    work.add_(1)  # after which torch leaves this thread's count alone
    openmp.omp_set_num_threads(team)
    work.add_(1)
    begun.set()
    threading.Event().wait()
