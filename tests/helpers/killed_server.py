"""A server of the toy domain in a process of its own, to be killed: folder, gallery, executor."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from toy_server import make_forge

from styleforge.run import kept
from styleforge.run.events import Step
from styleforge.server.serving import serve_until_told
from styleforge.server.settings import Settings


class Slow:
    """An executor whose steps take a while, so that there is time to kill it."""

    def __init__(self, inner):
        self.inner = inner

    def submit(self, recipe, **how):
        run = self.inner.submit(recipe, **how)
        return SlowRun(run)


class SlowRun:
    def __init__(self, run):
        self.run = run

    def __iter__(self):
        for event in self.run:
            yield event
            if isinstance(event, Step):
                print(f"step {event.done}", flush=True)
                time.sleep(0.2)

    def stop(self):
        self.run.stop()


def main(folder: str, gallery: str) -> None:
    """Serve until killed."""
    kept.SAVE_EVERY = 0.0  # a checkpoint after each step
    forge = make_forge(Path(gallery))
    settings = Settings(folder=Path(folder), port=0)
    serve_until_told(
        settings, forge, Slow(forge.executor("inline")),
        ready=lambda port: print(f"port {port}", flush=True),
    )  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
