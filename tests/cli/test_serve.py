"""``styleforge serve``: what it is told becomes settings, and what cannot be is a sentence."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from styleforge.client import Client
from styleforge.server import serving

TOKEN = "a-token-of-enough-letters"


@pytest.fixture
def told(cli, monkeypatch):
    """Run the command; the settings and the executor that it would serve with."""
    found = []

    def serve(settings, forge, executor, *, ready):
        found.append((settings, executor))
        ready(4321)

    monkeypatch.setattr(serving, "serve_until_told", serve)

    def run(*arguments):
        code, _, err = cli("serve", *arguments)
        assert code == 0, err
        return (*found[-1], err)

    return run


def test_it_answers_this_machine_alone_and_runs_apart_by_default(told):
    settings, executor, err = told()
    assert settings.host == "127.0.0.1"
    assert type(executor).__name__ == "Pool"
    assert executor.width == 1
    assert "Open http://127.0.0.1:4321" in err
    assert "HTTPS" not in err


def test_options_go_before_the_environment(told, monkeypatch):
    monkeypatch.setenv("STYLEFORGE_SERVE_QUEUE", "7")
    monkeypatch.setenv("STYLEFORGE_SERVE_MINUTES", "2")
    monkeypatch.setenv("STYLEFORGE_TOKEN", f"{TOKEN}, {TOKEN}-2")
    monkeypatch.setenv("STYLEFORGE_EXECUTOR", "inline")
    settings, executor, err = told("--queue", "9", "--host", "0.0.0.0", "--picture-mb", "1.5")
    assert (settings.queued, settings.seconds, settings.picture_bytes) == (9, 120, 1_500_000)
    assert settings.tokens == (TOKEN, f"{TOKEN}-2")
    assert type(executor).__name__ == "Inline"
    assert "HTTPS" in err


def test_what_cannot_be_is_a_sentence(cli, refused):
    refused(cli("serve", "--host", "0.0.0.0"), "needs a token")
    refused(cli("serve", "--host", "0.0.0.0", "--token", "short"), "16 or more")
    refused(cli("serve", "--queue", "0"), "above 0")
    refused(cli("serve", "--executor", "nowhere"), "No plugin makes an executor")


def test_it_serves_until_it_is_told_to_end(tmp_path):
    code = (
        "import sys\nfrom styleforge.forge import Forge\nfrom styleforge.testing import toy\n"
        "from styleforge.server.serving import serve_until_told\n"
        "from styleforge.server.settings import Settings\nfrom pathlib import Path\n"
        "forge = toy.toy_forge()\n"
        "serve_until_told(Settings(port=0, folder=Path(sys.argv[1])), forge,\n"
        "    forge.executor('inline'), ready=lambda port: print(port, flush=True))\n"
        "print('ended', flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "kept")], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        with Client(url) as client:
            assert client.health()["status"] == "ok"
        started = time.monotonic()
        with httpx.Client(base_url=url) as held:  # a connection that stays open
            held.get("/health")
            process.send_signal(signal.SIGINT)
            assert process.stdout.read() == "ended\n"
        assert process.wait(30) == 0
        assert time.monotonic() - started < 25
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
