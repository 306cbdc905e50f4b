"""Hooks by example: an executor that shortens runs, to try a recipe before a long one."""

from __future__ import annotations

# [shown]
from dataclasses import dataclass

from styleforge import Forge, UserError, hookimpl

styleforge_api = 1


@dataclass(frozen=True)
class Short:
    """Runs recipes here, with fewer steps."""

    forge: Forge
    steps: int

    def submit(self, recipe, *, checkpoint=None, resume=False, preview_every=0):
        fewer = recipe.with_steps(self.steps)
        return self.forge.executor("inline").submit(
            fewer, checkpoint=checkpoint, resume=resume, preview_every=preview_every
        )


@hookimpl
def make_executor(forge, spec):
    name, _, steps = spec.partition(":")
    if name != "short":
        return None  # not ours
    if not steps.isdigit() or int(steps) < 1:
        msg = f"{spec!r} was asked for; a number of steps is expected, such as 'short:4'."
        raise UserError(msg)
    return Short(forge, int(steps))


# [end]
