"""A real server, killed with SIGKILL while edits run and wait: none is lost, none is begun anew."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image
from toy_server import asked

from styleforge.client import Client
from styleforge.run.checkpoint import read_header
from styleforge.server.work import CHECKPOINT

SCRIPT = Path(__file__).parents[1] / "helpers" / "killed_server.py"
LONG = asked(attributes={"shape": "gallery:bob"}, preset="toy-loho", steps=12)


class Killed:
    """Servers on one folder, one after another."""

    def __init__(self, folder, gallery):
        self.folder, self.gallery = folder, gallery
        self.process = self.client = None

    def start(self):
        command = [sys.executable, str(SCRIPT), str(self.folder), str(self.gallery)]
        path = os.pathsep.join(one for one in sys.path if one)
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
        )
        self.client = Client(f"http://127.0.0.1:{self.until('port ')}")
        return self.client

    def until(self, begin):
        """The rest of the line that begins so."""
        for line in self.process.stdout:
            if line.startswith(begin):
                return line.removeprefix(begin).strip()
        pytest.fail("The server ended.")

    def kill(self, how=signal.SIGKILL):
        self.process.send_signal(how)
        self.process.wait(60)
        self.process.stdout.close()
        self.client.close()


@pytest.mark.slow
def test_a_killed_server_goes_on_where_its_edits_were(tmp_path, gallery):
    server = Killed(tmp_path / "kept", gallery)
    client = server.start()
    try:
        running, waits = (
            client._json("POST", "/edits", json=LONG)["id"] for _ in range(2)
        )  # fmt: skip
        server.until("step 4")
        server.kill()
        _, done = read_header(tmp_path / "kept" / "edits" / running / CHECKPOINT)
        assert done >= 3

        client = server.start()
        assert int(server.until("step ")) == done + 1  # not the first
        ended = [client.wait(one) for one in (running, waits)]
        assert [one.state for one in ended] == ["done", "done"]
        assert not any("anew" in text for one in ended for text in one.notes)
        first, second = (client.result(one) for one in ended)
        assert _pixels(first) == _pixels(second)  # which was never interrupted
        assert len(client.edits()) == 2
    finally:
        server.kill()


def _pixels(data):
    return Image.open(io.BytesIO(data)).tobytes()
