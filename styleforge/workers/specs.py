"""Which executor a spec names: ``processes``, ``processes:4``, ``processes:4:2``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.workers.pool import Pool

MOST = 1024  # workers, or threads; more are asked for by mistake


def made(forge: Forge, spec: str) -> Pool | None:
    """The executor of a spec, the same at every call; None where it is not one of these.

    Raises:
        UserError: if the spec cannot be read.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> made(forge, "processes:3").width, made(forge, "inline")
        (3, None)
    """
    name, _, rest = spec.partition(":")
    if name != "processes":
        return None
    found: Pool | None = forge.executors.get(spec)
    if found is None:
        found = forge.executors[spec] = _processes(forge, spec, rest)
    return found


def numbers(spec: str, rest: str) -> tuple[int, int]:
    """The workers and the threads of each, of ``4:2``; 0 for what is not said.

    Raises:
        UserError: if they cannot be read.

    Example:
        >>> numbers("processes:4", "4")
        (4, 0)
    """
    parts = rest.split(":") if rest else []
    if len(parts) > 2 or not all(one.isdecimal() and 1 <= int(one) <= MOST for one in parts):
        name = spec.partition(":")[0]
        msg = (
            f"{spec!r} is not understood; write {name}, {name}:4 for 4 workers, or {name}:4:2 for "
            "4 workers with 2 threads each."
        )
        raise UserError(msg)
    workers, threads = [*map(int, parts), 0, 0][:2]
    return workers, threads


def _processes(forge: Forge, spec: str, rest: str) -> Pool:
    from styleforge.pack.threads import allowed
    from styleforge.workers.pool import Pool
    from styleforge.workers.process import Process

    workers, threads = numbers(spec, rest)
    return Pool(forge, workers or allowed(), partial(Process, threads=threads or 1), threads)
