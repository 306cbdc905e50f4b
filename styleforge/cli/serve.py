"""``styleforge serve``: a server of edits, with a page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from styleforge.cli.run import say, say_of_plugins, use_threads
from styleforge.cli.shared import DeviceOption, ThreadsOption
from styleforge.errors import UserError
from styleforge.plugins.config import EXECUTOR

if TYPE_CHECKING:
    from styleforge.server.settings import Settings

APART = "processes:1"  # so that a run does not keep the server from answering
TOKEN = "STYLEFORGE_TOKEN"  # noqa: S105 - the name of the variable
_OURS = "STYLEFORGE_SERVE_"


def serve(
    host: Annotated[
        str,
        typer.Option(
            envvar=_OURS + "HOST",
            metavar="ADDRESS",
            help="The address; beyond this machine a token is needed.",
        ),
    ] = "127.0.0.1",
    port: Annotated[
        int,
        typer.Option(envvar=_OURS + "PORT", metavar="NUMBER", help="The port; 0 for a free one."),
    ] = 8788,
    token: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TOKEN",
            help="Whoever has it may use the server, and sees what it made; repeatable. "
            "STYLEFORGE_TOKEN is better, as others on the machine see a command's words; several "
            "are divided by spaces.",
        ),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            envvar=_OURS + "DATA",
            metavar="FOLDER",
            help="Where edits and pictures are kept; among the user's data by default.",
        ),
    ] = None,
    executor: Annotated[
        str,
        typer.Option(
            "--executor",
            metavar="WHERE",
            envvar=EXECUTOR,
            help="Where edits run: as many processes (processes:4), a Ray cluster, another server.",
        ),
    ] = APART,
    name: Annotated[
        list[str] | None,
        typer.Option(
            envvar=_OURS + "NAMES",
            metavar="NAME",
            help="A name by which browsers call the server, where a proxy is before it; "
            "repeatable.",
        ),
    ] = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            envvar=_OURS + "ORIGINS",
            metavar="URL",
            help="Another page that may call it, such as https://example.org; repeatable.",
        ),
    ] = None,
    picture_mb: Annotated[
        float,
        typer.Option(
            envvar=_OURS + "PICTURE_MB", metavar="NUMBER", help="Largest picture, in megabytes."
        ),
    ] = 20,
    megapixels: Annotated[
        float,
        typer.Option(
            envvar=_OURS + "MEGAPIXELS", metavar="NUMBER", help="Largest picture, in megapixels."
        ),
    ] = 40,
    request_mb: Annotated[
        float,
        typer.Option(
            envvar=_OURS + "REQUEST_MB", metavar="NUMBER", help="Largest request, in megabytes."
        ),
    ] = 64,
    queue: Annotated[
        int,
        typer.Option(
            envvar=_OURS + "QUEUE", metavar="NUMBER", help="Edits that wait and run, in all."
        ),
    ] = 200,
    per_token: Annotated[
        int,
        typer.Option(
            envvar=_OURS + "PER_TOKEN", metavar="NUMBER", help="Of them, those of one token."
        ),
    ] = 20,
    steps: Annotated[
        int, typer.Option(envvar=_OURS + "STEPS", metavar="NUMBER", help="Steps of one edit.")
    ] = 5000,
    minutes: Annotated[
        float,
        typer.Option(
            envvar=_OURS + "MINUTES",
            metavar="NUMBER",
            help="Longest edit; after that it ends, keeping its best.",
        ),
    ] = 60,
    keep_hours: Annotated[
        float,
        typer.Option(
            envvar=_OURS + "KEEP_HOURS",
            metavar="NUMBER",
            help="After which an edit that has ended is removed, with its pictures.",
        ),
    ] = 24,
    device: DeviceOption = "",
    threads: ThreadsOption = None,
) -> None:
    """Serve edits: a web page for people, an API for programs.

    The API is described at /docs. Edits wait in a queue and outlive a restart. Ctrl-C ends the
    server; what ran goes on when it is back.
    """
    try:
        from styleforge.server.serving import serve_until_told
        from styleforge.server.settings import Settings
    except ImportError as error:
        msg = (
            f'A server takes a few more packages: `pip install "styleforge[server]"` '
            f"({error.name} is missing)."
        )
        raise UserError(msg) from error
    from styleforge.forge import Forge

    settings = Settings(
        host=host,
        port=port,
        tokens=tuple(token or os.environ.get(TOKEN, "").replace(",", " ").split()),
        folder=data,
        names=tuple(name or ()),
        origins=tuple(origin or ()),
        picture_bytes=round(1e6 * picture_mb),
        picture_pixels=round(1e6 * megapixels),
        request_bytes=round(1e6 * request_mb),
        queued=queue,
        per_token=per_token,
        steps=steps,
        seconds=60 * minutes,
        keep_hours=keep_hours,
    )
    use_threads(threads)
    forge = Forge(device=device)
    say_of_plugins(forge)
    serve_until_told(
        settings, forge, forge.executor(executor), ready=lambda port: _ready(settings, port)
    )


def _ready(settings: Settings, port: int) -> None:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    say(f"Open http://{host}:{port}; edits are kept in {settings.place}. Ctrl-C ends the server.")
    if not settings.local:
        say(
            "Other machines can reach it, and what they send is not encrypted: put a proxy that "
            "speaks HTTPS before it."
        )
