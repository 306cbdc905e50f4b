"""Work in processes of one thread each."""

from __future__ import annotations

import multiprocessing
from typing import TYPE_CHECKING, TypeVar

import cv2
from tqdm import tqdm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Job = TypeVar("Job")
Done = TypeVar("Done")


def in_processes(
    work: Callable[[Job], Done], jobs: Sequence[Job], processes: int, label: str
) -> Iterator[Done]:
    """What ``work`` makes of the jobs, in their order, in processes of one thread each."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(processes, initializer=_one_thread) as pool:
        yield from tqdm(pool.imap(work, jobs), total=len(jobs), desc=label)


def _one_thread() -> None:
    cv2.setNumThreads(1)
