"""Ctrl-C in a terminal: a signal to all processes of the program's group, once or twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import styleforge
from styleforge.batches.manifest import Manifest
from styleforge.run.checkpoint import read_header

pytestmark = [
    pytest.mark.slow,  # each starts a program and its workers
    pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="no /proc"),
]
ROOT = Path(styleforge.__file__).parents[1]
# What was started in the background of a shell is born with SIGINT ignored.
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from styleforge.cli import main
main(sys.argv[1:])
"""
LONG = ("--steps", "200000")
JOBS = "".join(
    f"identity.png,{one}.png,toy-loho,200000\n" for one in ("shape", "appearance", "identity")
)


@pytest.fixture
def toys(tmp_path):
    """A distribution whose plugin is the toy one, for programs and their workers."""
    made = tmp_path / "site" / "styleforge_toys-1.0.dist-info"
    made.mkdir(parents=True)
    (made / "METADATA").write_text("Metadata-Version: 2.1\nName: styleforge-toys\nVersion: 1.0\n")
    (made / "entry_points.txt").write_text("[styleforge]\ntoy = styleforge.testing.toy\n")
    return made.parent


@pytest.fixture
def here(pictures, tmp_path, monkeypatch):
    """A folder with the toy pictures, where the program may write."""
    folder = tmp_path / "here"
    folder.mkdir()
    for one in pictures.glob("*.png"):
        (folder / one.name).write_bytes(one.read_bytes())
    (folder / "jobs.csv").write_text(f"identity,shape,preset,steps\n{JOBS}")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def begin(toys, here):
    """Begin a command in a process group of its own, as a terminal does."""
    begun = []

    def start(*words):
        paths = os.pathsep.join([str(ROOT), str(toys), os.environ.get("PYTHONPATH", "")])
        one = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, *words, "--executor", "processes:2"],
            cwd=here, env={**os.environ, "PYTHONPATH": paths}, stderr=subprocess.PIPE, text=True,
            process_group=0,
        )  # fmt: skip
        begun.append(one)
        return one

    yield start
    for one in begun:
        one.kill()
        one.wait()


def _children(number):
    found = []
    for one in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = one.read_text("ascii").rpartition(")")[2].split()[1]
        except OSError:  # it has ended
            continue
        found += [int(one.parent.name)] if int(parent) == number else []
    return found


def _wait(what, seconds=240):
    end = time.monotonic() + seconds
    while not (found := what()):
        assert time.monotonic() < end
        time.sleep(0.1)
    return found


def _pressed(program, times, lines=()):
    """Press Ctrl-C so many times; what the program says from then on, and its workers."""
    workers = _children(program.pid)
    said = [*lines]
    os.killpg(program.pid, signal.SIGINT)
    if times > 1:
        said += [line := program.stderr.readline()]
        while "Ctrl-C again" not in line:
            said += [line := program.stderr.readline()]
        os.killpg(program.pid, signal.SIGINT)
    said += program.communicate(timeout=120)[1].splitlines(keepends=True)
    return workers, "".join(said)


def _gone(workers):
    return not [one for one in workers if Path(f"/proc/{one}").exists()]


@pytest.mark.parametrize("times", [1, 2])
def test_transfer_loses_nothing(begin, here, times):
    asked = ("--identity", "identity.png", "--shape", "shape.png")
    program = begin("transfer", "toy", *asked, "-o", "out.png", *LONG)
    line = ""
    while "of 200000 steps" not in line:
        line = program.stderr.readline()
        assert line, "it has ended"
    workers, said = _pressed(program, times)
    assert workers
    _wait(lambda: _gone(workers))
    assert "Traceback" not in said
    assert read_header("out.png.resume")[1] >= 1
    if times == 1:
        assert program.returncode == 0
        assert "out.png holds the best of" in said
    else:
        assert program.returncode == 130
        assert "--resume out.png.resume" in said
    assert Path("out.png").exists() == (times == 1)


@pytest.mark.parametrize("times", [1, 2])
def test_a_batch_goes_on_later(begin, here, times):
    program = begin("batch", "jobs.csv", "--domain", "toy", "--out", "out")
    manifest = Path("out/manifest.jsonl")

    def both_run():
        return (
            len(_children(program.pid)) == 2
            and manifest.exists()
            and len(manifest.read_text().splitlines()) >= 3
        )

    _wait(both_run)
    _wait(lambda: len(list(Path("out/unfinished").glob("*.resume"))) == 2)
    workers, said = _pressed(program, times)
    _wait(lambda: _gone(workers))
    assert "Traceback" not in said
    assert program.returncode == (0 if times == 1 else 130)
    states = [one.state for one in Manifest(Path("out")).outcomes.values()]
    assert states == ["stopped", "stopped"]
    assert all(read_header(one)[1] for one in Path("out/unfinished").iterdir())
    assert not Path("out", ".batch.lock").exists()
    assert Path("out/index.html").exists()
