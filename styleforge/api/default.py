"""The forge of calls that are given none: one for the process, so that models are loaded once.

It is the one thing that styleforge keeps for a process; everything else belongs to a `Forge`.
"""

from __future__ import annotations

from functools import cache

from styleforge.forge import Forge


@cache
def default_forge() -> Forge:
    """The forge of `styleforge.edit` and `styleforge.transfer` where none is given.

    One for the process, made with every installed plugin when it is first asked for, so that models
    are loaded once. It does not see plugins, settings and variables that change afterwards:
    ``default_forge.cache_clear()`` forgets it, and the next call makes another.

    Raises:
        UserError: as `Forge`.

    Example:
        >>> default_forge() is default_forge()
        True
    """
    return Forge()
