"""Requests to a styleforge server, and its refusals as errors."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import httpx

from styleforge.client.errors import raise_for, unreachable
from styleforge.errors import UserError

TOKEN = "STYLEFORGE_TOKEN"  # noqa: S105 - the name of the variable


class Calls:
    """A connection to a server.

    Args:
        url: its address.
        token: where it asks for one; ``STYLEFORGE_TOKEN`` by default.
        timeout: seconds for which an answer is waited for.
        transport: how requests travel, for tests.

    Raises:
        UserError: if the address is none.

    Example:
        >>> with Calls("http://127.0.0.1:8788/") as calls:
        ...     calls.url
        'http://127.0.0.1:8788'
    """

    def __init__(
        self,
        url: str,
        token: str = "",
        *,
        timeout: float = 60.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        if not self.url.startswith(("http://", "https://")):
            msg = f"{url!r} is no address of a server; it begins with http:// or https://."
            raise UserError(msg)
        # A server may have several tokens; a client has the first.
        token = token or os.environ.get(TOKEN, "").replace(",", " ").partition(" ")[0]
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=self.url, headers=headers, timeout=timeout, transport=transport
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of its connections."""
        self._http.close()

    def _json(self, method: str, path: str, **how: Any) -> Any:
        return self._ask(method, path, **how).json()

    def _ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **how)
        except httpx.TransportError as error:
            raise unreachable(self.url, error) from error
        raise_for(answer)
        return answer

    @contextmanager
    def streamed(self, path: str, **how: Any) -> Iterator[httpx.Response]:
        """An answer that comes bit by bit.

        Raises:
            ServerError: if it is refused.
        """
        with self._http.stream("GET", path, **how) as answer:
            if not answer.is_success:
                answer.read()
            raise_for(answer)
            yield answer
