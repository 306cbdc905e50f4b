"""The executor ``http://HOST:PORT``: runs recipes on a styleforge server elsewhere.

The recipe's pictures are sent along. What comes back are the same events and the same result as of
a run here; where a run is stopped or fails, its checkpoint too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from styleforge.client.client import Client
from styleforge.client.remote import RemoteRun
from styleforge.errors import UserError
from styleforge.run.checkpoint import read_header

if TYPE_CHECKING:
    from styleforge.recipe.recipe import Recipe
    from styleforge.run.executor import Run


@dataclass(frozen=True)
class Http:
    """Runs recipes on a server.

    Example:
        >>> Http("http://127.0.0.1:8788").url
        'http://127.0.0.1:8788'
    """

    url: str

    def __post_init__(self) -> None:
        Client(self.url).close()  # refuses what is no address

    @cached_property
    def width(self) -> int:
        """How many runs it does at once, as the server said when it was first asked."""
        with Client(self.url) as client:
            return max(1, int(client.health().get("width", 1)))

    def submit(
        self,
        recipe: Recipe,
        *,
        checkpoint: str | Path | None = None,
        resume: bool = False,
        preview_every: int = 0,
    ) -> Run:
        """A run of the server; it has not begun.

        Raises:
            UserError: if there is nothing to go on with.
        """
        if resume and checkpoint is None:
            msg = "A run is resumed from a checkpoint, and none was named; give `checkpoint`."
            raise UserError(msg)
        path = None if checkpoint is None else Path(checkpoint)
        if resume and path is not None:
            read_header(path)
        return RemoteRun(self.url, recipe, path, resume=resume, preview_every=preview_every)
