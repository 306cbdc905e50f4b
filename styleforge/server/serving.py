"""Serving until Ctrl-C or SIGTERM; what runs then goes on when the server is back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import uvicorn

from styleforge.errors import UserError
from styleforge.server.app import make_app

if TYPE_CHECKING:
    import socket

    from styleforge.forge import Forge
    from styleforge.run.executor import Executor
    from styleforge.server.settings import Settings

CONNECTIONS = 1000  # at once; more are told that the server is busy
GRACE = 3  # seconds that answers in progress have when the server leaves


def serve_until_told(
    settings: Settings, forge: Forge, executor: Executor, *, ready: Callable[[int], None]
) -> None:
    """Serve, in the main thread, until the process is told to end.

    Args:
        settings: of the server.
        forge: plugins and models.
        executor: where edits run.
        ready: is given the port, once the server answers.

    Raises:
        UserError: if the address cannot be had.
    """
    app = make_app(settings, forge, executor)
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,  # addresses hold the secrets of links
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_graceful_shutdown=GRACE,
        proxy_headers=False,  # nothing here depends on who is before the proxy
    )
    try:
        listening = config.bind_socket()
    except SystemExit as error:  # uvicorn's way to say so, after its own line in the log
        msg = (
            f"{settings.host}:{settings.port} cannot be had; another program may have it. Give "
            "another --port."
        )
        raise UserError(msg) from error
    port = int(listening.getsockname()[1])
    # Ctrl-C is how it ends; what was to be kept is kept by now.
    with suppress(KeyboardInterrupt):
        _Server(config, lambda: ready(port)).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Says when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> Any:
        """Begin to answer."""
        await super().startup(sockets)
        if self.started:
            self._ready()
