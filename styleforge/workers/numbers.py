"""Workers and threads in a spec: ``4``, ``4:2``."""

from __future__ import annotations

from styleforge.errors import UserError

MOST = 1024  # workers, or threads; more are asked for by mistake


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
