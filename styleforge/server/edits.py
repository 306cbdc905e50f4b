"""The routes ``/edits``: ask, watch, cancel, fetch, share."""

from __future__ import annotations

from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import FileResponse, StreamingResponse
from sse_starlette import EventSourceResponse
from starlette.datastructures import UploadFile

from styleforge.client.answers import Edit
from styleforge.server.asked import Again, Asked, read_asked
from styleforge.server.failures import Failure, TooLarge
from styleforge.server.log import FILE as LOG
from styleforge.server.seen import bytes_of, edit_of, ended, events_of
from styleforge.server.taking import take, take_again
from styleforge.server.who import SCHEME, Here, Owner
from styleforge.server.work import CHECKPOINT

PICTURES = 16  # of one request
_FIELD = 1_000_000  # bytes of the JSON
_LISTED = 100  # edits of one answer
_SLOW = 30.0  # seconds for which a reader of events may take nothing
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/Asked"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["edit"],
                    "properties": {
                        "edit": {"type": "string", "description": "The edit as JSON, see above."},
                        "identity": {
                            "type": "string",
                            "format": "binary",
                            "description": "A picture; others by the names in upload:NAME.",
                        },
                        "mask": {
                            "type": "string",
                            "format": "binary",
                            "description": "The identity's region, painted white on black in the "
                            "picture's own size; mask_ROLE for another picture's.",
                        },
                    },
                }
            },
        },
    }
}
ERRORS: dict[int | str, dict[str, Any]] = {
    code: {
        "description": what,
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Sentence"}}},
    }
    for code, what in {
        401: "A token is needed.",
        404: "There is none.",
        413: "Too large.",
        422: "It cannot be done; the sentence says why.",
        429: "Too many edits wait.",
    }.items()
}


routes = APIRouter(tags=["edits"], responses=ERRORS, dependencies=[Depends(SCHEME)])


@routes.post("/edits", status_code=202, openapi_extra=_BODY)
async def ask(request: Request, here: Here, own: Owner) -> Edit:
    """Ask for an edit. It is queued once its pictures are read and its recipe is made."""
    with here.places.hold(own) as place:  # refused before anything is read
        asked, files = await _read(request, here.settings.picture_bytes)
        row = await anyio.to_thread.run_sync(
            take, here, asked, files, own, place.edit, limiter=here.reading
        )
    return edit_of(row, here.line)


@routes.post("/edits/{edit}/again", status_code=202)
async def again(edit: str, wish: Again, here: Here, own: Owner) -> Edit:
    """Ask for the same edit again, with others meant of its pictures, which need not be sent."""
    with here.places.hold(own) as place:
        row = await anyio.to_thread.run_sync(here.row, edit, own)
        made = await anyio.to_thread.run_sync(take_again, here, row, wish.subjects, place.edit)
    return edit_of(made, here.line)


@routes.get("/edits")
def list_edits(here: Here, own: Owner) -> list[Edit]:
    """The newest edits of the token."""
    return [edit_of(row, here.line) for row in here.store.of(own, _LISTED)]


@routes.get("/edits/{edit}")
def show(edit: str, here: Here, own: Owner) -> Edit:
    """How an edit is."""
    return edit_of(here.row(edit, own), here.line)


@routes.get("/edits/{edit}/events", response_class=EventSourceResponse)
async def events(edit: str, here: Here, own: Owner) -> Response:
    """Watch an edit: server-sent events ``state``, ``note``, ``progress`` and ``preview``.

    Who comes late, or reads slowly, is told what there is to see now. The last event is a
    ``state`` that is ``done``, ``stopped``, ``failed`` or ``cancelled``.
    """
    row = await anyio.to_thread.run_sync(here.row, edit, own)
    feed = here.line.feed(edit)
    if feed is None:
        row = await anyio.to_thread.run_sync(here.row, edit, own)  # it may have ended just now
        told = ended(edit_of(row, here.line))
    else:
        told = events_of(feed, lambda: edit_of(here.row(edit, own), here.line))
    return EventSourceResponse(told, ping=15, send_timeout=_SLOW)


@routes.get("/edits/{edit}/packed", response_class=StreamingResponse)
async def packed(
    edit: str, here: Here, own: Owner, start: Annotated[int, Query(alias="from", ge=0)] = 0
) -> Response:
    """All events and the whole result of an edit that was asked for with ``whole``, as
    styleforge packs them, each after its length in 8 bytes; ``from`` is a place in bytes.
    """
    row = await anyio.to_thread.run_sync(here.row, edit, own)
    if not row.whole:
        raise Failure(409, f"The edit {edit} was asked for without whole.")
    path = here.line.folder(edit) / LOG
    told = bytes_of(path, start, here.line.feed(edit))
    return StreamingResponse(told, media_type="application/octet-stream")


@routes.get("/edits/{edit}/checkpoint", response_class=FileResponse)
def checkpoint(edit: str, here: Here, own: Owner) -> Response:
    """The state of an edit that is going on, or was ended early, to go on with elsewhere."""
    path = here.line.folder(here.row(edit, own).id) / CHECKPOINT
    if not path.is_file():
        raise Failure(404, f"The edit {edit} has no checkpoint.")
    return FileResponse(path, media_type="application/octet-stream")


@routes.delete("/edits/{edit}")
def cancel(edit: str, here: Here, own: Owner, forget: bool = False) -> Edit:
    """End an edit; the best so far is its result. ``forget`` removes one that is over, with
    its pictures.
    """
    row = here.row(edit, own)
    over = edit_of(row, here.line).over
    if forget and not over:
        raise Failure(409, f"The edit {edit} has not ended; cancel it first.")
    if forget:
        here.line.forget(row)
        return edit_of(row, here.line)
    if not over:
        here.line.cancel(row)
    return edit_of(here.row(edit, own), here.line)


@routes.get("/edits/{edit}/result.png", response_class=FileResponse)
def result(edit: str, here: Here, own: Owner) -> Response:
    """The picture, with its recipe inside."""
    return _picture(here.result(here.row(edit, own)))


@routes.get("/edits/{edit}/pictures/{role}.png", response_class=FileResponse)
def picture(edit: str, role: str, here: Here, own: Owner) -> Response:
    """A picture that the edit is made of: ``identity``, or a role."""
    return _picture(here.picture(here.row(edit, own), role))


@routes.get("/edits/{edit}/numbered.png", response_class=FileResponse)
def numbered(edit: str, here: Here, own: Owner) -> Response:
    """The picture that shows several, with their numbers, where the edit says ``choose``."""
    return _picture(here.numbered(here.row(edit, own)))


@routes.post("/edits/{edit}/link")
def share(edit: str, here: Here, own: Owner) -> Edit:
    """Make a link to the result: whoever has it sees the picture, and not what it is made of."""
    row = here.row(edit, own)
    here.share(row)
    return edit_of(here.row(edit, own), here.line)


@routes.delete("/edits/{edit}/link")
def unshare(edit: str, here: Here, own: Owner) -> Edit:
    """End the link."""
    row = here.row(edit, own)
    here.store.change(row.id, link=None)
    return edit_of(here.row(edit, own), here.line)


def _picture(path: Any) -> FileResponse:
    return FileResponse(
        path, media_type="image/png", headers={"Cache-Control": "private, no-store"}
    )


async def _read(request: Request, most: int) -> tuple[Asked, dict[str, bytes]]:
    """The JSON and the files of a request.

    Raises:
        Failure: if it is neither JSON nor a form, or has too much of either.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        body = await request.body()
        if len(body) > _FIELD:
            raise TooLarge(f"The JSON has more than {_FIELD:,} bytes. Send less.")
        return read_asked(body), {}
    if kind != "multipart/form-data":
        msg = "Send JSON (application/json), or a form with pictures (multipart/form-data)."
        raise Failure(415, msg)
    async with request.form(max_files=PICTURES, max_fields=4, max_part_size=_FIELD) as form:
        files: dict[str, bytes] = {}
        text = ""
        for name, value in form.multi_items():
            if name == "edit":
                if text:
                    raise Failure(422, "The form has two fields `edit`; send one edit at a time.")
                text = value if isinstance(value, str) else await _text_of(value)
            elif isinstance(value, UploadFile):
                if name in files:
                    raise Failure(422, f"The picture {name[:64]!r} was sent twice; send it once.")
                files[name] = await value.read(-1 if name == "checkpoint" else most + 1)
            else:
                msg = f"The form has a field {name[:64]!r}; it takes `edit`, and pictures as files."
                raise Failure(422, msg)
    if not text:
        raise Failure(422, "The form has no field `edit`; write there as JSON what is asked for.")
    return read_asked(text), files


async def _text_of(file: UploadFile) -> str:
    """The JSON of an edit that came as a file."""
    data = await file.read(_FIELD + 1)
    if len(data) > _FIELD:
        raise TooLarge(f"The JSON has more than {_FIELD:,} bytes. Send less.")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise Failure(
            422, "The field `edit` is no text; write there as JSON what is asked."
        ) from error
