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

from styleforge.errors import printable

VARIABLE = "STYLEFORGE_TRACE"
SHOWN = 60  # characters of the arguments
SHORT = 500  # of an error


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

    def begin(self, what: str, plugin: str, arguments: Mapping[str, Any]) -> None:
        """Print a call before it happens: one that ends Python is not printed afterwards."""
        if self.on:
            self.say(_line(0.0, plugin, what, arguments, "begins"))

    def say(self, text: str) -> None:
        """Print a sentence for the user, tracing or not."""
        print(text, file=sys.stderr)
        sys.stderr.flush()

    @contextmanager
    def call(
        self, what: str, plugin: str, arguments: Mapping[str, Any] | None = None
    ) -> Iterator[_Told]:
        """Time a call, and print it when it is over, whether it raises or not."""
        told, start = _Told(), time.perf_counter()
        try:
            yield told
        except BaseException as error:
            told.outcome = printable(f"raised {type(error).__name__}: {error}", SHORT)
            raise
        finally:
            if self.on:
                took = 1000 * (time.perf_counter() - start)
                self.say(_line(took, plugin, what, arguments or {}, told.outcome))

    def error(self, error: BaseException) -> None:
        """Print the traceback of a plugin's fault."""
        if self.on:
            traceback.print_exception(error, file=sys.stderr)


def _line(took: float, plugin: str, what: str, arguments: Mapping[str, Any], outcome: str) -> str:
    given = ", ".join(f"{key}={_short(one)}" for key, one in arguments.items())
    line = f"trace {took:8.2f} ms  {plugin:<14} {what}({given})"
    return f"{line} -> {outcome}" if outcome else line


def _short(value: Any) -> str:
    """A value in a few characters."""
    if value is None or isinstance(value, bool | int | float | str):
        text = repr(value)
        return text if len(text) <= SHOWN else text[: SHOWN - 3] + "..."
    name = getattr(value, "name", None)
    kind = type(value).__name__
    return f"{kind} {name!r}" if isinstance(name, str) else kind
