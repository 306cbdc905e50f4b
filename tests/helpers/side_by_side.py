"""Runs as a list and one after another, and what is left of lanes."""

from __future__ import annotations

import threading

import torch

from styleforge.errors import UserError
from styleforge.run.events import Finished
from styleforge.run.job import Job
from styleforge.run.many import Task, together

PATIENCE = 60  # seconds for what happens at once


def run(forge, recipes, **how):
    """What ended each run, by its number."""
    told = together(forge.executor("inline"), map(Task, recipes), **how)
    return dict(one for one in told if isinstance(one[1], Finished | UserError))


def alone(forge, recipes):
    torch.set_num_threads(1)
    found = [Job(forge, one).result() for one in recipes]
    torch.set_num_threads(2)
    return found


def lanes() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("lane")]


def begins_with() -> int:
    """Torch's threads in a new thread of Python."""
    found: list[int] = []
    thread = threading.Thread(target=lambda: found.append(torch.get_num_threads()))
    thread.start()
    thread.join()
    return found[0]
