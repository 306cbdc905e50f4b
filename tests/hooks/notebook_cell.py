"""Hooks by example: a plugin in a notebook cell."""

from __future__ import annotations

# [shown]
from styleforge import Forge, hookimpl


class Logbook:
    """Prints how each run went."""

    @hookimpl
    def after_run(self, result):
        print(result)


forge = Forge()
forge.use(Logbook())
# [end]
