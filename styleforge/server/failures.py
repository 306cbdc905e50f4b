"""What a server refuses: a sentence, and the status of HTTP that goes with it."""

from __future__ import annotations

from styleforge.errors import UserError, printable


class Failure(UserError):
    """A request that is refused.

    Example:
        >>> Failure(404, "There is no edit a.").status
        404
    """

    def __init__(self, status: int, sentence: str, *, wait: int = 0) -> None:
        super().__init__(sentence)
        self.status = status
        self.wait = wait  # seconds after which to try again


class TooLarge(Failure):
    """More than the server takes.

    Example:
        >>> TooLarge("The request has more than 1,000 bytes.").status
        413
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(413, sentence)


class Busy(Failure):
    """Too many edits wait.

    Example:
        >>> Busy("Two edits of yours wait.").status
        429
    """

    def __init__(self, sentence: str, wait: int = 10) -> None:
        super().__init__(429, sentence, wait=wait)


def no_edit(edit: str) -> Failure:
    """There is no such edit, or it is somebody else's: who asks is not told which.

    Example:
        >>> str(no_edit("a"))
        'There is no edit a here; it may have expired.'
    """
    return Failure(404, f"There is no edit {printable(edit, 64)} here; it may have expired.")


def no_room(error: Exception) -> Failure:
    """What is asked for cannot be kept: the disk is full, or may not be written.

    Example:
        >>> no_room(OSError(28, "No space left on device")).status
        507
    """
    why = getattr(error, "strerror", None) or error
    said = (
        f"The server cannot keep the edit ({why}). Nothing was begun; tell whoever runs the "
        "server, and ask again later."
    )
    return Failure(507, said, wait=60)
