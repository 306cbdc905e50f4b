"""Notebook servers that tests start: on free ports, with notebooks of given cells."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

START_SECONDS = 90

Notebook = str | Path | Sequence[str]


@dataclass(frozen=True)
class Server:
    """A running server: its address and the folder it serves."""

    url: str
    folder: Path

    def place(self, notebook: Notebook) -> str:
        """Put a notebook into the folder under a name of its own."""
        name = f"{next(_numbers)}.ipynb"
        if isinstance(notebook, str | Path):
            shutil.copy(notebook, self.folder / name)
        else:
            (self.folder / name).write_text(json.dumps(of_cells(notebook)), encoding="utf-8")
        return name

    def call(self, path: str, method: str = "GET") -> Any:
        """What the server's API answers."""
        request = urllib.request.Request(self.url + path, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"null")


_numbers = count(1)


def of_cells(sources: Sequence[str]) -> dict[str, Any]:
    """A notebook of code cells."""
    cells = [
        {
            "cell_type": "code",
            "id": f"cell-{index}",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": source,
        }
        for index, source in enumerate(sources)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def serve(command: list[str], folder: Path, env: dict[str, str], probe: str) -> Iterator[Server]:
    """Run ``python -m command --port=...`` until it answers, and end it and its kernels after."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder.parent / f"{folder.name}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command, "--no-browser", f"--port={port}"],
            cwd=folder,
            env=env,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(url + probe, process, log)
        yield Server(url, folder)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the address answers."""
    end = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"{url} does not answer. The server said:\n{log.read_text()[-3000:]}")
