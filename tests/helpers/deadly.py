"""A plugin whose loss ends its own process, as the file ``deadly.json`` beside the run says.

It holds ``{"after": 30, "times": 2}``: a process is killed where it asks for the loss the 30th
time, and that happens twice.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

from styleforge.hookspecs import hookimpl
from styleforge.run import kept

styleforge_api = 1
_asked = [0]


def deadly(view, reference="identity", mask=""):
    """The mean of the picture; its process may not live to tell."""
    told = Path("deadly.json")
    _asked[0] += 1
    if told.exists():
        kept.SAVE_EVERY = 0.0  # in this process, which is a worker's
        plan = json.loads(told.read_text())
        if plan["times"] and _asked[0] >= plan["after"]:
            told.write_text(json.dumps({**plan, "times": plan["times"] - 1}))
            os.kill(os.getpid(), signal.SIGKILL)
    return view.image.mean() ** 2


@hookimpl
def register_losses(register):
    register(deadly, name="deadly")
