"""What a route is given: the server's parts, and whose the request is."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPBearer

from styleforge.server.desk import Desk
from styleforge.server.failures import Failure

# It says in the OpenAPI document how a token is sent; what is done with it stands below.
SCHEME = HTTPBearer(auto_error=False, description="A token, where the server asks for one.")


async def desk_of(request: Request) -> Desk:
    """The parts of the server that a request came to."""
    desk: Desk = request.app.state.desk
    return desk


Here = Annotated[Desk, Depends(desk_of)]


async def owner_of_request(request: Request, here: Here) -> str:
    """The owner of a request's edits.

    Raises:
        Failure: to a stranger.
    """
    found = here.tokens.owner(request.headers.get("authorization", ""))
    if found is None:
        raise Failure(401, "This server needs a token: send `Authorization: Bearer TOKEN`.")
    return found


Owner = Annotated[str, Depends(owner_of_request)]
