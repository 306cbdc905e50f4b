"""A worker process, as the process that started it sees it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from styleforge.errors import UserError
from styleforge.plugins.config import EXECUTOR
from styleforge.run.packed import unpack
from styleforge.workers.frames import Broken, Message, read, to_bytes
from styleforge.workers.order import Lost, Order

PATIENCE = 5.0  # seconds in which a worker has to end
# Nothing of the caller's own script is run again, unlike where multiprocessing spawns.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from styleforge.workers.worker import main; main()"
)


class Process:
    """A Python of its own with a forge like the caller's.

    Args:
        home: its forge, as `styleforge.workers.home.home_of` describes it.
        threads: of the CPU that its libraries begin with.

    Raises:
        UserError: if it cannot be started, or lacks what the caller has.
        Lost: if it ends while it starts.

    Example:
        >>> from styleforge.testing import toy
        >>> from styleforge.workers.home import home_of
        >>> process = Process(home_of(toy.toy_forge()), threads=1)
        >>> process.close()
    """

    def __init__(self, home: str, threads: int) -> None:
        self.home = home
        self._number = 0
        self._begun = False
        paths = json.dumps([path or str(Path.cwd()) for path in sys.path])
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this Python
                [sys.executable, "-c", _START, paths, "styleforge worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(threads),
                bufsize=0,
                start_new_session=True,  # Ctrl-C is the caller's
            )
        except (OSError, TypeError) as error:  # no memory, or no Python to be started
            msg = f"A worker process cannot be started: {error}. Run inline instead."
            raise UserError(msg) from error
        self._told = os.fdopen(os.dup(self._stdout.fileno()), "rb")
        try:
            self._move_in(home)
        except BaseException:
            self.kill()
            raise

    @property
    def _stdin(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdin)

    @property
    def _stdout(self) -> BinaryIO:
        return cast("BinaryIO", self._process.stdout)

    @property
    def pid(self) -> int:
        """Its number among the system's processes."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def _move_in(self, home: str) -> None:
        self._say(Message("home", body=home.encode()))
        answer = self._hear()
        if answer.what == "refused":
            told = unpack(answer.body)
            raise told if isinstance(told, UserError) else UserError(str(told))

    def run(self, order: Order) -> Iterator[bytes]:
        """Run an order; yields its events as `styleforge.run.packed.pack` makes them.

        Raises:
            Lost: if the process ends on the way.
        """
        self._number += 1
        self._say(Message("run", {**order.fields(), "number": self._number}))
        while (message := self._hear()).what != "over":
            if message.what == "event":
                yield message.body
            else:
                self._begun = True
                yield b""  # from here on it can be stopped
        self._begun = False

    def end(self, how: str) -> None:
        """Ask the run that goes on to ``stop``, or to ``drop``, which gives no result.

        May be called in a handler of a signal: it takes no lock. A message this short is written
        whole or not at all.
        """
        if self._begun:
            with contextlib.suppress(OSError, ValueError):
                self._stdin.write(to_bytes(Message(how, {"number": self._number})))

    def close(self) -> None:
        """End it; one that works has a moment to write its checkpoint."""
        with contextlib.suppress(OSError):
            self._stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        for stream in (self._stdin, self._stdout, self._told):
            with contextlib.suppress(OSError):
                stream.close()

    def _say(self, message: Message) -> None:
        data = memoryview(to_bytes(message))
        try:
            while data:
                data = data[self._stdin.write(data) or 0 :]
        except (OSError, ValueError) as error:
            raise Lost(self._how()) from error

    def _hear(self) -> Message:
        try:
            return read(self._told)
        except Broken as error:
            raise Lost(self._how()) from error

    def _how(self) -> str:
        """How it ended, as the end of a sentence."""
        try:
            code = self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:  # it closed its stream, or wrote something else
            self._process.kill()
            code = self._process.wait()
        if code >= 0:
            return f"ended with exit code {code}"
        with contextlib.suppress(ValueError):
            name = signal.Signals(-code).name
            memory = ", perhaps for want of memory" if name == "SIGKILL" else ""
            return f"was ended by {name}{memory}"
        return f"was ended by signal {-code}"


def _environment(threads: int) -> dict[str, str]:
    """The caller's, with a number of threads, which sleep while they wait."""
    found = {name: value for name, value in os.environ.items() if name != EXECUTOR}
    found |= dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    found.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    return found
