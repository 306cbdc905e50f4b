"""A worker process: it keeps its forge and models, and runs what it is told, one at a time.

It speaks on what were its standard input and output; what plugins print goes to standard error. It
ends when its input ends, which it does with the process that started it.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from collections.abc import Callable

    from styleforge.forge import Forge
    from styleforge.workers.doing import Doing
    from styleforge.workers.frames import Message

LONGEST = 60.0  # seconds that a step may take after the parent has gone


def main() -> None:
    """Serve until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what Ctrl-C means
    heard = os.fdopen(os.dup(0), "rb")
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - it stays open
    Worker(heard, told, parted=_leave_soon).serve()
    atexit._run_exitfuncs()  # noqa: SLF001 - what plugins asked for
    os._exit(0)  # taking torch down in order takes seconds


def _leave_soon() -> None:
    """End this process before long, whatever it does."""
    leave = threading.Timer(LONGEST, os._exit, (1,))
    leave.daemon = True
    leave.start()


class Worker:
    """Runs orders of one stream, and tells their events on another.

    Args:
        heard: orders come here.
        told: events go there.
        parted: called once nobody gives orders any more; what is done by then is being kept.

    Example:
        >>> import io
        >>> Worker(io.BytesIO(), io.BytesIO()).serve()  # nothing is asked
    """

    def __init__(
        self, heard: BinaryIO, told: BinaryIO, parted: Callable[[], object] = bool
    ) -> None:
        self._heard, self._told, self._parted = heard, told, parted
        self._orders: SimpleQueue[Message | None] = SimpleQueue()
        self._doing: Doing | None = None
        self._number = 0  # of the run
        self._alone = False
        self._forge: Forge | None = None

    def serve(self) -> None:
        """Do what is asked until the input ends."""
        threading.Thread(target=self._listen, name="orders", daemon=True).start()
        while (message := self._orders.get()) is not None:
            if message.what == "home":
                self._move_in(message.body.decode())
            else:
                self._run(message)

    def _listen(self) -> None:
        from styleforge.workers.frames import Broken, read

        try:
            while True:
                message = read(self._heard)
                if message.what in {"stop", "drop"}:
                    self._end(message.what, message.fields["number"])
                else:
                    self._orders.put(message)
        except Broken:
            self._alone = True
            self._orders.put(None)
            self._end("drop", self._number)  # its checkpoint is written
            self._parted()

    def _end(self, how: str, number: int) -> None:
        """Stop or drop the run of a number, unless another one goes on by now."""
        doing = self._doing
        if doing is not None and number == self._number:
            getattr(doing, how)()

    def _move_in(self, home: str) -> None:
        """Make the forge."""
        from styleforge.errors import as_said
        from styleforge.run.packed import pack
        from styleforge.workers.home import forge_at

        try:
            self._forge = forge_at(home)
        except BaseException as error:  # whatever a plugin does
            self._tell("refused", pack(as_said(error)))
        else:
            self._tell("ready")

    def _run(self, message: Message) -> None:
        from styleforge.run.events import Step
        from styleforge.run.packed import pack
        from styleforge.workers.doing import Doing
        from styleforge.workers.order import Order

        assert self._forge is not None
        fields = dict(message.fields)
        self._number = fields.pop("number")
        self._doing = doing = Doing(self._forge, Order(**fields))
        if self._alone:
            return
        try:
            self._tell("begun")
            for event in doing:
                preview = isinstance(event, Step) and event.preview is not None
                self._tell("event", pack(event), preview=preview)
        finally:
            self._doing = None
        self._tell("over")

    def _tell(self, what: str, body: bytes = b"", **fields: Any) -> None:
        from styleforge.workers.frames import Message, to_bytes

        try:
            self._told.write(to_bytes(Message(what, fields, body)))
            self._told.flush()
        except OSError:  # nobody listens any more
            self._alone = True
            self._end("drop", self._number)


if __name__ == "__main__":
    main()
