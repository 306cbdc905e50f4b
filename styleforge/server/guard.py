"""What every request passes first: who may call, how much may come, and how long it may take.

Plain ASGI, before anything is parsed: a request that is refused here costs nothing.
"""

from __future__ import annotations

import asyncio
import json
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from styleforge.errors import printable

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from styleforge.server.meters import Meters
    from styleforge.server.settings import Settings

SLOWEST = 60.0  # seconds between two pieces of a request
LONGEST = 300.0  # seconds that a whole request may take to come
_DRAINED = 4  # times the limit that is read of a request that is too large, so that it is told so
_SAFE = {"GET", "HEAD", "OPTIONS"}
_CONTENT = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_OF_DOCS = _CONTENT + "; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'"
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",  # an address may hold the secret of a link
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Refusal(Exception):
    """A request that goes no further."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, sentence


class Guard:
    """Passes on the requests that it lets in.

    Args:
        app: the next.
        settings: of the server.
        meters: told how long answers take.
    """

    def __init__(self, app: ASGIApp, settings: Settings, meters: Meters) -> None:
        self._app, self._settings, self._meters = app, settings, meters
        self._names = settings.allowed_names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, begun = time.monotonic(), False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = [*message["headers"], *_headers(scope["path"])]
                route = getattr(scope.get("route"), "path", "other")
                self._meters.request(route, message["status"], time.monotonic() - started)
            await send(message)

        body = scope["styleforge.body"] = _Body(receive, self._settings.request_bytes)
        try:
            self._check(scope)
            await self._app(scope, body, answer)
        except Refusal as refusal:
            if begun:
                raise
            if refusal.status == 413:
                await body.drain()
            await _say(answer, refusal)

    def _check(self, scope: Scope) -> None:
        """Refuse what another page makes a browser ask, and what is too large by its own word."""
        headers = {name.decode("latin-1"): v.decode("latin-1") for name, v in scope["headers"]}
        host = headers.get("host", "")
        name = urlsplit(f"//{host}").hostname or ""
        if self._names is not None and name not in self._names:
            msg = (
                f"This server is not called {printable(name, 80)!r}. Open it as "
                f"http://{self._settings.host}:{self._settings.port}, or start it with "
                "--name NAME."
            )
            raise Refusal(421, msg)
        origin = headers.get("origin", "")
        own = urlsplit(origin).netloc == host
        if origin and not own and origin not in self._settings.origins:
            msg = (
                f"Pages of {printable(origin, 80)} may not call this server. Start it with "
                "--origin to let them."
            )
            raise Refusal(403, msg)
        if (
            scope["method"] not in _SAFE
            and not origin
            and headers.get("sec-fetch-site")
            in {
                "cross-site",
                "same-site",
            }
        ):
            raise Refusal(403, "Other pages may not call this server.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._settings.request_bytes:
            raise _too_large(self._settings.request_bytes)


class _Body:
    """A request's body, as it comes, up to a limit."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive, self._most = receive, most
        self._came, self._over = 0, False
        self._end = time.monotonic() + LONGEST

    async def __call__(self) -> Message:
        if self._over:  # of a client that may go on listening for hours
            return await self._receive()
        left = min(SLOWEST, max(0.0, self._end - time.monotonic()))
        try:
            message = await asyncio.wait_for(self._receive(), left)
        except TimeoutError:
            msg = f"The request did not come in {LONGEST:g} seconds. Send it again."
            raise Refusal(408, msg) from None
        self._over = message["type"] != "http.request" or not message.get("more_body", False)
        self._came += len(message.get("body", b""))
        if self._came > self._most:
            raise _too_large(self._most)
        return message

    async def drain(self) -> None:
        """Read on for a while: who is still sending does not see the answer."""
        end, most = time.monotonic() + 10, _DRAINED * self._most
        while not self._over and self._came < most and time.monotonic() < end:
            try:
                message = await asyncio.wait_for(self._receive(), 2)
            except TimeoutError:
                return
            self._came += len(message.get("body", b""))
            self._over = message["type"] != "http.request" or not message.get("more_body", False)


def _too_large(most: int) -> Refusal:
    msg = f"The request is too large; this server takes up to {most / 1e6:g} MB. Send less."
    return Refusal(413, msg)


def _headers(path: str) -> list[tuple[bytes, bytes]]:
    content = _OF_DOCS if path.startswith("/docs") else _CONTENT
    found = HEADERS | {"content-security-policy": content}
    return [(name.encode(), value.encode()) for name, value in found.items()]


async def _say(send: Send, refusal: Refusal) -> None:
    body = json.dumps({"error": refusal.sentence}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body)),
               (b"connection", b"close")]  # fmt: skip
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
