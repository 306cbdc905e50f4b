"""The routes beside ``/edits``: what there is to ask for, figures, links, the page."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import FileResponse

from styleforge.client.answers import Portrait
from styleforge.server.failures import Failure
from styleforge.server.who import SCHEME, Here, owner_of_request

PAGE = Path(__file__).parent / "page"
routes = APIRouter(
    tags=["what there is"], dependencies=[Depends(owner_of_request), Depends(SCHEME)]
)
anybody = APIRouter(tags=["open to all"])


@routes.get("/gallery")
def gallery(here: Here) -> list[Portrait]:
    """The server's pictures; an edit names them ``gallery:NAME``."""
    return list(here.forms.gallery)


@routes.get("/gallery/{name}.png", response_class=FileResponse)
def portrait(name: str, here: Here, pack: Annotated[str, Query()] = "") -> Response:
    """A picture of the gallery."""
    path = here.forms.picture(name, pack)
    kept = {"Cache-Control": "private, max-age=86400"}
    return FileResponse(path, media_type="image/png", headers=kept)


@routes.get("/domains")
def domains(here: Here) -> list[dict[str, Any]]:
    """Attributes, presets, words and packs of each domain, and the JSON Schema of its edits."""
    return here.forms.domains


@routes.get("/metrics", response_class=Response)
def metrics(here: Here) -> Response:
    """Figures for Prometheus."""
    return Response(here.meters.text(), media_type="text/plain; version=0.0.4")


@anybody.get("/health")
async def health(here: Here) -> dict[str, Any]:
    """Whether the server is well, how many edits wait and run, whether it asks for a token."""
    return {
        "status": "ok",
        "waiting": here.line.waiting,
        "running": here.line.running,
        "width": here.line.width,
        "token": bool(here.settings.tokens),
        "version": version("styleforge"),
    }


@anybody.get("/shared/{link}")
def shared(link: str, here: Here) -> dict[str, Any]:
    """What somebody shared by a link."""
    row = here.store.shared(link)
    if row is None:
        raise Failure(404, "There is nothing behind this link; it may have expired.")
    kept = ("domain", "method", "steps", "done", "seconds", "ended", "expires")
    return {name: getattr(row, name) for name in kept} | {"notes": row.notes}


@anybody.get("/shared/{link}/result.png", response_class=FileResponse)
def shared_picture(link: str, here: Here) -> Response:
    """The picture that somebody shared."""
    row = here.store.shared(link)
    if row is None:
        raise Failure(404, "There is nothing behind this link; it may have expired.")
    return FileResponse(here.result(row), media_type="image/png")


@anybody.get("/", include_in_schema=False)
def page() -> Response:
    """The page."""
    return FileResponse(PAGE / "index.html", headers={"Cache-Control": "no-cache"})
