"""Executors that need more than core: each is imported when its spec is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.run.executor import Executor


def http(url: str) -> Executor:
    """A styleforge server as an executor.

    Raises:
        UserError: if what talks to servers is not installed.
    """
    try:
        from styleforge.client.executor import Http
    except ImportError as error:
        msg = (
            f'To run on {url} takes one more package: `pip install "styleforge[client]"` '
            f"({error.name} is missing)."
        )
        raise UserError(msg) from error
    return Http(url)
