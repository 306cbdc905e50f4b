"""What a spec of Ray says: ``ray``, ``ray:4:2``, ``ray://HOST:PORT?workers=8&gpus=1``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from styleforge.errors import UserError
from styleforge.workers.numbers import MOST, numbers


@dataclass(frozen=True)
class Wanted:
    """What a spec of Ray says: where, how many workers, what each of them gets.

    ``address`` is empty for a Ray of this machine. 0 workers are as many as there is room for.

    Example:
        >>> Wanted("ray").gpus
        0.0
    """

    spec: str
    address: str = ""
    workers: int = 0
    threads: int = 0
    gpus: float = 0.0


def wanted_of(spec: str) -> Wanted | None:
    """What a spec says: ``ray``, ``ray:4``, ``ray:4:2``, ``ray://HOST:PORT?workers=8&gpus=1``.

    Raises:
        UserError: if it cannot be read.

    Example:
        >>> found = wanted_of("ray://head:10001?workers=8&gpus=0.5")
        >>> found.address, found.workers, found.gpus
        ('ray://head:10001', 8, 0.5)
        >>> wanted_of("processes:4") is None
        True
    """
    plain, _, query = spec.partition("?")
    if plain.partition(":")[0] != "ray":
        return None
    found = Wanted(spec)
    if plain.startswith("ray://"):
        found = replace(found, address=plain)
    else:
        workers, threads = numbers(plain, plain.partition(":")[2])
        found = replace(found, workers=workers, threads=threads)
    kinds = {"workers": int, "threads": int, "gpus": float}
    try:
        for name, value in parse_qsl(query, strict_parsing=True) if query else ():
            number = kinds[name](value)
            if not 0 < number <= MOST or (number > 1 and number != int(number)):
                raise ValueError(value)  # noqa: TRY301 - one sentence for all
            found = replace(found, **{name: number})
    except (KeyError, ValueError) as error:
        msg = (
            f"{spec!r} is not understood; behind ? may stand workers=8, threads=2 and gpus=0.5 "
            "(of each worker; above 1 in whole cards), joined by &."
        )
        raise UserError(msg) from error
    return found
