"""A server of the toy domain in a thread, and what tests send to it."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from PIL import Image

from styleforge.client import Client
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.run.events import Step
from styleforge.server.app import make_app
from styleforge.server.settings import Settings
from styleforge.testing import toy

ANN, BOB = "a-token-of-ann-0123456789", "a-token-of-bob-0123456789"


class Gallery:
    """The toy pack with a gallery."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @hookimpl
    def register_packs(self, register):
        register(replace(toy.toy_pack(), gallery=self.folder), replace=True)


def make_forge(pictures: Path) -> Forge:
    """Core and the toy plugin, whose pack has a gallery."""
    forge = Forge(())
    forge.use(toy)
    forge.use(Gallery(pictures), "gallery")
    return forge


@dataclass
class Running:
    """A server on a free port of this machine, in a thread, and clients that end with it."""

    url: str
    app: Any
    opened: ExitStack

    def client(self, token: str = "") -> Client:
        return self.opened.enter_context(Client(self.url, token))

    def http(self, token: str = "") -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        made = httpx.Client(base_url=self.url, headers=headers, timeout=60)
        return self.opened.enter_context(made)


@contextmanager
def served(settings: Settings, forge: Forge, executor: Any = None) -> Iterator[Running]:
    """Serve until the end of the block; then leave as on SIGTERM."""
    app = make_app(settings, forge, executor or forge.executor("inline"))
    config = uvicorn.Config(app, port=settings.port, log_level="error", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 60
    while not server.started:
        assert thread.is_alive()
        assert time.monotonic() < end
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with ExitStack() as opened:
            yield Running(f"http://127.0.0.1:{port}", app, opened)
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive()


def asked(**changes: Any) -> dict[str, Any]:
    """An edit of one pass, of the gallery."""
    return {
        "domain": "toy", "identity": "gallery:ann", "attributes": {"shape": "tall"}, **changes
    }  # fmt: skip


def form(edit: dict[str, Any], **files: bytes) -> dict[str, Any]:
    """A request with pictures, as httpx takes it."""
    named = {name: ("../../name.png", data, "image/png") for name, data in files.items()}
    return {"data": {"edit": json.dumps(edit)}, "files": named}


def png(width: int = 40, height: int = 40, colour: str = "white") -> bytes:
    """A picture."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, format="PNG")
    return file.getvalue()


class Gate:
    """An executor whose runs wait, after each step, until they are let go on."""

    def __init__(self, inner: Any) -> None:
        self.inner, self.open = inner, threading.Event()
        self.begun = threading.Event()

    def submit(self, recipe, **how):
        return GatedRun(self.inner.submit(recipe, **how), self)


class GatedRun:
    def __init__(self, run, gate):
        self.run, self.gate, self.stopped = run, gate, threading.Event()

    def __iter__(self):
        for event in self.run:
            yield event
            if isinstance(event, Step):
                self.gate.begun.set()
                while not self.gate.open.wait(0.01) and not self.stopped.is_set():
                    pass

    def stop(self):
        self.stopped.set()
        self.run.stop()

    def result(self):
        return self.run.result()
