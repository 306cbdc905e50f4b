"""What a server refuses, as the same sentence here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.errors import UserError, printable

if TYPE_CHECKING:
    import httpx


class ServerError(UserError):
    """A server refused a request, or did not answer.

    ``status`` is that of HTTP; 0 where there was no answer. ``wait``: seconds after which to try
    again, where the server says so.

    Example:
        >>> ServerError("The queue is full.", 429, wait=60).wait
        60.0
    """

    def __init__(self, sentence: str, status: int = 0, *, wait: float = 0.0) -> None:
        super().__init__(sentence)
        self.status, self.wait = status, float(wait)


def raise_for(answer: httpx.Response) -> None:
    """Raise what an answer refuses.

    Raises:
        ServerError: with the server's own sentence.

    Example:
        >>> import httpx
        >>> raise_for(httpx.Response(429, json={"error": "The queue is full."}))
        Traceback (most recent call last):
        styleforge.client.errors.ServerError: The queue is full.
    """
    if answer.is_success:
        return
    try:
        sentence = str(answer.json()["error"])
    except Exception:  # of a proxy between, or no styleforge at all
        sentence = f"The server answered {answer.status_code} {answer.reason_phrase}."
    wait = answer.headers.get("retry-after", "")
    raise ServerError(
        printable(sentence), answer.status_code, wait=float(wait) if wait.isdecimal() else 0.0
    )


def unreachable(url: str, error: Exception) -> ServerError:
    """No server answers.

    Example:
        >>> str(unreachable("http://127.0.0.1:8788", OSError("Connection refused")))
        'No styleforge server answers at http://127.0.0.1:8788 (Connection refused). ...'
    """
    why = printable(str(error) or type(error).__name__, 200)
    return ServerError(
        f"No styleforge server answers at {url} ({why}). Start one with `styleforge serve`, or "
        "correct the address."
    )
