"""A server under load, on this machine alone: `python benchmarks/load.py`.

Clients ask at once for toy edits, watch them or not, read slowly, break off, and send what no
server should take. At the end every edit that was answered for has ended, no worker is stuck, and
`/health` was answered in time. `--edit` measures instead what an edit of the gallery costs.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import io
import json
import os
import random
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib

import httpx
from PIL import Image

from styleforge.client import Client, ServerError

SERVER = """
import sys
from pathlib import Path
from dataclasses import replace
from styleforge.forge import Forge
from styleforge.hookspecs import hookimpl
from styleforge.server.serving import serve_until_told
from styleforge.server.settings import Settings
from styleforge.testing import toy
forge = toy.toy_forge()
settings = Settings(port=0, folder=Path(sys.argv[1]), queued=10_000, per_token=10_000,
                    picture_pixels=1_000_000)
serve_until_told(settings, forge, forge.executor(sys.argv[2]), ready=lambda p: print(p, flush=True))
"""


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it has 900 megapixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        crc = zlib.crc32(name + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + name + data + crc

    head = b"\0\0u0\0\0u0\x08\0\0\0\0"
    data = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1_000_000), 9))
    return b"\x89PNG\r\n\x1a\n" + data + chunk(b"IEND", b"")


def picture(width: int = 32, height: int = 32) -> bytes:
    """A picture that the toy models take."""
    file = io.BytesIO()
    noise = Image.effect_noise((width, height), 60).convert("RGB")
    noise.save(file, format="PNG")
    return file.getvalue()


def hostile(url: str, me: bytes) -> collections.Counter[int]:
    """Requests that are to be refused; how they were answered."""
    edit = {"domain": "toy", "identity": "upload:identity", "attributes": {"shape": "tall"}}
    paths = [{**edit, "identity": one} for one in ("/etc/passwd", "upload:../../a", "file:///a")]
    uploads = [bomb(), b"<html><script>alert(1)</script>", b"", me[:40], picture(2000, 2000)]
    found: collections.Counter[int] = collections.Counter()
    with httpx.Client(base_url=url, timeout=120) as http:
        for data in uploads:
            files = {"identity": ("../../../etc/cron.d/a", data)}
            answer = http.post("/edits", data={"edit": json.dumps(edit)}, files=files)
            found[answer.status_code] += 1
        for asked in paths:
            found[http.post("/edits", json=asked).status_code] += 1
        with contextlib.suppress(httpx.TransportError):  # it may hang up on who sends on
            kind = {"content-type": "application/json"}
            found[http.post("/edits", content=bytes(70_000_000), headers=kind).status_code] += 1
    return found


def broken(url: str) -> None:
    """A request that ends in its middle."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as line:
        line.sendall(b"POST /edits HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5000\r\n\r\n{")


def one_client(url: str, count: int, number: int, me: bytes, made: list[str]) -> None:
    """A client: asks, and watches, or reads slowly, or goes away."""
    chance = random.Random(number)  # noqa: S311 - not for secrets
    with Client(url, timeout=300) as client:
        for _ in range(count):
            many = (
                {"preset": "toy-loho", "shape": me} if chance.random() < 0.2 else {"shape": "tall"}
            )
            edit = client.edit("toy", me, **many)
            made.append(edit.id)
            what = chance.random()
            if what < 0.2:  # reads a little of the events, and goes
                events = client.events(edit)
                next(events)
                events.close()
            elif what < 0.3:  # reads slowly
                for _, _event in zip(range(3), client.events(edit), strict=False):
                    time.sleep(0.5)
            elif what < 0.4:
                broken(url)


def load(executor: str, clients: int, edits: int) -> int:
    """Run it; 1 if anything was lost, stuck or slow."""
    me = picture()
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-c", SERVER, folder, executor],
            stdout=subprocess.PIPE, text=True, env={**os.environ, "OMP_NUM_THREADS": "1"},
        )  # fmt: skip
        assert process.stdout is not None
        url = f"http://127.0.0.1:{int(process.stdout.readline())}"
        times: list[float] = []
        ended = threading.Event()

        def watch() -> None:
            with httpx.Client(base_url=url, timeout=60) as http:
                while not ended.wait(0.1):
                    begun = time.perf_counter()
                    http.get("/health").raise_for_status()
                    times.append(time.perf_counter() - begun)

        watcher = threading.Thread(target=watch)
        watcher.start()
        begun = time.monotonic()
        made: list[str] = []
        share = [edits // clients + (one < edits % clients) for one in range(clients)]
        threads = [
            threading.Thread(target=one_client, args=(url, count, number, me, made))
            for number, count in enumerate(share)
        ]
        for one in threads:
            one.start()
        refused = hostile(url, me)
        for one in threads:
            one.join()
        with Client(url, timeout=300) as client:
            while (health := client.health())["waiting"] + health["running"]:
                time.sleep(0.5)
            states = collections.Counter(client.get(one).state for one in made)
            results = sum(client.result(one).startswith(b"\x89PNG") for one in made)
            seconds = time.monotonic() - begun
            with contextlib.suppress(ServerError):  # no worker is stuck: another edit is done
                states[f"then {client.wait(client.edit('toy', me, shape='tall')).state}"] += 1
        ended.set()
        watcher.join()
        process.terminate()
        process.wait(60)
        process.stdout.close()
    times.sort()
    p95 = times[int(0.95 * len(times))]
    kinds = ", ".join(f"{count} x {status}" for status, count in sorted(refused.items()))
    print(f"{executor}: {clients} clients, {edits} edits in {seconds:.0f} s: {dict(states)}")
    print(f"pictures fetched: {results}; hostile requests: {kinds}")
    print(f"/health, {len(times)} times: median {1e3 * times[len(times) // 2]:.0f} ms, "
          f"95th percentile {1e3 * p95:.0f} ms, longest {1e3 * times[-1]:.0f} ms")  # fmt: skip
    fine = len(set(made)) == edits == states["done"] == results and states["then done"] == 1
    return 0 if fine and p95 < 0.1 and set(refused) <= {413, 422} else 1


def cost() -> int:
    """CPU-seconds of an edit of the gallery, in this process, models loaded."""
    import styleforge as sf

    asked = {"shape": "long wavy hair", "appearance": "#8a2be2"}
    pictures = {"shape": "gallery:noor", "appearance": "gallery:otto"}
    kinds = {
        "one pass": (10, lambda: sf.edit("hair", "gallery:mira", **asked)),
        "loho-fast": (1, lambda: sf.transfer("hair", "gallery:mira", steps=36, **pictures)),
    }
    print("| edit | CPU-seconds | of 1,000, in CPU-hours |\n|---|---|---|")
    for name, (times, run) in kinds.items():
        if times > 1:
            run()  # loads the models
        before = resource.getrusage(resource.RUSAGE_SELF)
        for _ in range(times):
            run()
        after = resource.getrusage(resource.RUSAGE_SELF)
        spent = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        each = spent / times
        print(f"| {name} | {each:.1f} | 1,000 x {each:.1f} s / 3,600 = {each / 3.6:.2f} |")
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--executor", default="processes:1")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--edits", type=int, default=500)
    parser.add_argument("--edit", action="store_true", help="measure what an edit costs")
    chosen = parser.parse_args()
    sys.exit(cost() if chosen.edit else load(chosen.executor, chosen.clients, chosen.edits))
