"""The application: routes, errors in sentences, and what begins and ends with it."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import anyio
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from fastapi_offline import FastAPIOffline
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from styleforge.errors import UserError
from styleforge.server import catalogue, edits
from styleforge.server.asked import Asked, sentence_of
from styleforge.server.desk import Desk
from styleforge.server.failures import Failure, no_room
from styleforge.server.guard import Guard, Refusal
from styleforge.server.sweeper import Sweeper

if TYPE_CHECKING:
    from styleforge.forge import Forge
    from styleforge.run.executor import Executor
    from styleforge.server.settings import Settings

_ABOUT = "Change one named attribute of a picture, from a picture or from words."


class Sentence(BaseModel):
    """What went wrong."""

    error: str = Field(description="What came, what was expected, what to do.")


def make_app(settings: Settings, forge: Forge, executor: Executor) -> FastAPI:
    """A server's application. It works while it is served, and leaves nothing undone.

    Args:
        settings: of the server.
        forge: plugins and models.
        executor: where edits run.

    Raises:
        UserError: if its folder cannot be had.
    """
    desk = Desk.of(settings, forge, executor)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        sweeper = Sweeper(desk.line)
        forms = asyncio.create_task(anyio.to_thread.run_sync(lambda: desk.forms.domains))
        desk.line.begin()
        sweeper.begin()
        try:
            yield
        finally:
            sweeper.leave()
            await anyio.to_thread.run_sync(desk.line.leave)
            if close := getattr(executor, "close", None):  # workers end with the server
                await anyio.to_thread.run_sync(close)
            await asyncio.gather(forms, return_exceptions=True)
            desk.store.close()

    app = FastAPIOffline(
        title="styleforge",
        description=_ABOUT,
        version=version("styleforge"),
        lifespan=life,
        redoc_url=None,
        static_url="/docs-files",
    )
    for routes in (edits.routes, catalogue.routes, catalogue.anybody):
        app.include_router(routes)
    app.mount("/page", StaticFiles(directory=catalogue.PAGE), name="page")
    _say_errors(app)
    _document(app)
    if settings.origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.origins),
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["authorization", "content-type"],
        )
    app.add_middleware(Guard, settings=settings, meters=desk.meters)
    app.state.desk = desk
    return app


def _say_errors(app: FastAPI) -> None:
    """Errors as sentences, also those of FastAPI itself."""

    @app.exception_handler(UserError)
    async def refused(_: Request, error: UserError) -> Response:
        failure = error if isinstance(error, Failure) else Failure(422, str(error))
        headers = {"Retry-After": str(failure.wait)} if failure.wait else {}
        if failure.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        return _said(failure.status, str(failure), headers)

    @app.exception_handler(Refusal)
    async def stopped(request: Request, refusal: Refusal) -> Response:
        if refusal.status == 413:
            await request.scope["styleforge.body"].drain()
        return _said(refusal.status, refusal.sentence, {"Connection": "close"})

    @app.exception_handler(RequestValidationError)
    async def unread(_: Request, error: RequestValidationError) -> Response:
        return _said(422, sentence_of(error.errors()))

    @app.exception_handler(sqlite3.Error)
    async def unkept(_: Request, error: sqlite3.Error) -> Response:
        failure = no_room(error)
        return _said(failure.status, str(failure), {"Retry-After": str(failure.wait)})

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        said = {
            404: f"There is nothing at {request.url.path[:100]}; /docs lists what there is.",
            405: f"{request.method} is not for {request.url.path[:100]}; /docs says what is.",
        }.get(error.status_code, f"The request cannot be read: {error.detail}.")
        return _said(error.status_code, said, dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def fault(_: Request, error: Exception) -> Response:
        kind = type(error).__name__
        said = f"The server failed ({kind}); its log says where. Report it to who runs it."
        return _said(500, said)


def _said(status: int, sentence: str, headers: dict[str, str] | None = None) -> Response:
    return JSONResponse({"error": sentence}, status, headers)


def _document(app: FastAPI) -> None:
    """The schema of what is read by hand, and of errors, in the OpenAPI document."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema:
            return app.openapi_schema
        said = plain()
        schemas = said.setdefault("components", {}).setdefault("schemas", {})
        for model in (Asked, Sentence):
            made = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= made.pop("$defs", {})
            schemas[model.__name__] = made
        for path in said["paths"].values():  # FastAPI's own 422 is not what this server says
            for operation in path.values():
                answers = operation["responses"]
                if "HTTPValidationError" in str(answers.get("422")):
                    sentence = {"schema": {"$ref": "#/components/schemas/Sentence"}}
                    answers["422"]["content"] = {"application/json": sentence}
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        return said

    app.openapi = openapi  # type: ignore[method-assign]
