"""Hooks by example: a plugin that refuses long runs."""

from __future__ import annotations

# [shown]
from styleforge import Refused, hookimpl

styleforge_api = 1

MOST = 100


@hookimpl
def before_run(recipe):
    if recipe.steps > MOST:
        msg = f"This machine is shared: {recipe.steps} steps were asked for, {MOST} are allowed."
        raise Refused(msg)


# [end]
