"""Fetching by name, from a server on this machine: licence, digest, and going on after a break."""

from __future__ import annotations

import builtins
import http.server
import threading
from dataclasses import replace

import published_generators as published
import published_pickles as pickled
import pytest

from styleforge.errors import UserError
from styleforge.weights.add import digest_of
from styleforge.weights.fetch import CHUNK, fetch_weights
from styleforge.weights.kept import find, kept_folder
from styleforge.weights.row import WeightFile

pytest.importorskip("pooch", reason="the extra [weights] is not installed")


class Server(http.server.ThreadingHTTPServer):
    """Serves one file; breaks off after some bytes where told to."""

    content = b""
    breaks = 0
    asked: list[str]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        server = self.server
        asked = self.headers.get("Range", "")
        server.asked.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        self.send_response(206 if asked else 200)
        self.send_header("Content-Length", str(len(server.content) - start))
        self.end_headers()
        end = server.breaks or len(server.content)
        server.breaks = 0
        self.wfile.write(server.content[start:end])

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    made = Server(("127.0.0.1", 0), Handler)
    made.asked = []
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


@pytest.fixture
def row(tmp_path, server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    path = pickled.write_ada(
        tmp_path / "people.pkl", pickled.ada_network(published.rosinality_state())
    )
    path.write_bytes(path.read_bytes() + bytes(300_000))  # a pickle ends where it says so
    server.content = path.read_bytes()
    return WeightFile(
        name="people", file="people.pkl", gives="people", layout="stylegan2",
        licence="non-commercial", page="https://example.org/people",
        url=f"http://127.0.0.1:{server.server_port}/people.pkl",
        size=len(server.content), sha256=digest_of(path),
    )  # fmt: skip


def test_nothing_is_fetched_before_the_licence_is_agreed_to(row, server):
    with pytest.raises(UserError, match=r"licensed so: non-commercial .*fetch people --agree"):
        fetch_weights(row, agreed=False)
    assert server.asked == []


def test_fetched_checked_and_kept(row, server):
    kept = fetch_weights(row, agreed=True)
    assert (kept.name, kept.source, kept.facts["size"]) == ("people", "people.pkl", 16)
    assert find("people") == kept
    assert list((kept_folder() / ".downloads").iterdir()) == []  # what was converted is not needed
    assert server.asked == [""]


def test_it_goes_on_where_it_stopped(row, server):
    server.breaks = 3 * CHUNK - 1000
    with pytest.raises(UserError, match=r"could not be fetched .*goes on where it stopped"):
        fetch_weights(row, agreed=True)
    assert find("people") is None
    assert fetch_weights(row, agreed=True).facts["size"] == 16
    assert server.asked == ["", f"bytes={2 * CHUNK}-"]


def test_another_file_than_the_published_one(row, server):
    server.content = server.content[:-10] + b"0123456789"
    with pytest.raises(UserError, match=r"is not people\.pkl: its SHA-256 is another"):
        fetch_weights(row, agreed=True)
    assert find("people") is None


def test_a_web_page_in_place_of_the_file(row, server):
    server.content = b"<html><title>Sign in</title></html>"
    with pytest.raises(UserError, match=r"is a web page \('Sign in'\)"):
        fetch_weights(replace(row, sha256=""), agreed=True)


def test_a_server_that_is_not_there(row):
    with pytest.raises(UserError, match=r"could not be fetched \(ConnectionError\)"):
        fetch_weights(replace(row, url="http://127.0.0.1:9/people.pkl"), agreed=True)


def test_what_no_program_can_fetch(row):
    with pytest.raises(UserError, match=r"cannot be fetched by a program\. Get people\.pkl from"):
        fetch_weights(replace(row, url=""), agreed=True)


def test_without_pooch(row, monkeypatch):
    real = builtins.__import__

    def fake(name, *arguments):
        if name == "pooch":
            raise ImportError(name)
        return real(name, *arguments)

    monkeypatch.setattr(builtins, "__import__", fake)
    with pytest.raises(UserError, match=r'pip install "styleforge\[weights\]"'):
        fetch_weights(row, agreed=True)
