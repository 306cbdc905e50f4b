"""``STYLEFORGE_TRACE=1``: imports and hook calls of plugins on standard error, timed."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

VARIABLE = "STYLEFORGE_TRACE"
SHOWN = 60  # characters of the arguments


@dataclass
class _Told:
    """What a traced call led to; the caller may fill it in."""

    outcome: str = ""


@dataclass(frozen=True)
class Trace:
    """Prints calls while it is on.

    Example:
        >>> with Trace(on=False).call("register_domains", "lips") as told:
        ...     told.outcome = "1 item"
    """

    on: bool = False

    @classmethod
    def asked(cls) -> Trace:
        """On where the environment says so."""
        return cls(os.environ.get(VARIABLE, "") not in {"", "0"})

    @contextmanager
    def call(
        self, what: str, plugin: str, arguments: Mapping[str, Any] | None = None
    ) -> Iterator[_Told]:
        """Time a call, and print it when it is over, whether it raises or not."""
        told, start = _Told(), time.perf_counter()
        try:
            yield told
        except BaseException as error:
            told.outcome = f"raised {type(error).__name__}: {error}"
            raise
        finally:
            if self.on:
                given = ", ".join(f"{key}={_short(one)}" for key, one in (arguments or {}).items())
                took = 1000 * (time.perf_counter() - start)
                line = f"trace {took:8.2f} ms  {plugin:<14} {what}({given})"
                print(line + (f" -> {told.outcome}" if told.outcome else ""), file=sys.stderr)

    def error(self, error: BaseException) -> None:
        """Print the traceback of a plugin's fault."""
        if self.on:
            traceback.print_exception(error, file=sys.stderr)


def _short(value: Any) -> str:
    """A value in a few characters."""
    if value is None or isinstance(value, bool | int | float | str):
        text = repr(value)
        return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
    name = getattr(value, "name", None)
    kind = type(value).__name__
    return f"{kind} {name!r}" if isinstance(name, str) else kind
