"""Workers end with whoever started them; a script needs nothing special; what kills them ends."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import deadly
import pytest
import torch

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef
from styleforge.recipe.objective import Term
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Note, Step
from styleforge.run.many import Task, together
from styleforge.run.packed import pack
from styleforge.workers.doing import Doing
from styleforge.workers.order import Lost, NoRoom
from styleforge.workers.pool import Pool
from styleforge.workers.worker import Worker

SCRIPT = """
import os
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Step
from styleforge.testing import toy

forge = toy.toy_forge()
recipe = forge.recipe("toy", identity=ImageRef("identity.png")).with_steps(20_000)
pool = forge.executor("processes:1")
for event in pool.submit(recipe, checkpoint="killed.resume"):
    if isinstance(event, Step) and event.done == 5:
        print(*pool.pids, flush=True)
        os.kill(os.getpid(), 9)
"""


def _gone(number, within=30):
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return True
        if _state(number) == "Z":
            return True
        time.sleep(0.1)
    return False


def _state(number):
    try:
        return Path(f"/proc/{number}/stat").read_text("ascii").rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


def test_a_worker_ends_with_a_script_that_is_killed_and_writes_its_state(pictures, tmp_path):
    script = tmp_path / "script.py"  # without `if __name__ == "__main__":`
    script.write_text(SCRIPT)
    done = subprocess.run(
        [sys.executable, str(script)],
        check=False, cwd=pictures, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL
    assert not done.stderr
    (number,) = map(int, done.stdout.split())
    assert _gone(number)
    assert read_header(pictures / "killed.resume")[1] >= 5


def _deadly(forge, steps):
    """A run of the toy identity with a loss that kills its process, as deadly.json says."""
    forge.use(deadly)
    recipe = forge.recipe("toy", "toy-look", identity=ImageRef("identity.png")).with_steps(steps)
    (stage,) = recipe.stages
    objective = stage.objective + Term("deadly", "deadly", {}, weight=0.1)
    return replace(recipe, stages=(replace(stage, objective=objective),))


@pytest.fixture
def here(pictures, tmp_path, monkeypatch):
    """A folder with the toy identity, where a test may write."""
    (tmp_path / "identity.png").write_bytes((pictures / "identity.png").read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.slow
def test_a_run_that_kills_every_worker_fails_with_a_sentence(forge, here):
    recipe = _deadly(forge, 20)
    (here / "deadly.json").write_text(json.dumps({"after": 1, "times": 100}))
    run = forge.executor("processes:2").submit(recipe)
    with pytest.raises(UserError, match="ended 3 workers, one after the other; the last was ended"):
        run.result()
    assert json.loads((here / "deadly.json").read_text())["times"] == 97
    forge.close()


@pytest.mark.slow
def test_a_run_goes_on_from_its_checkpoint_to_the_same_picture(forge, here):
    recipe = _deadly(forge, 40)
    expected = forge.executor("inline").submit(recipe).result()
    (here / "deadly.json").write_text(json.dumps({"after": 25, "times": 1}))
    said = list(forge.executor("processes:1").submit(recipe))
    result = said[-1].result
    notes = [event.text for event in said if isinstance(event, Note)]
    assert [one for one in notes if "goes on after step 2" in one]
    assert [event.done for event in said if isinstance(event, Step)] == list(range(1, 41))
    assert torch.equal(result.image, expected.image)
    assert result.history == expected.history
    forge.close()


@pytest.mark.slow
def test_two_hundred_runs_on_three_workers_of_which_two_are_killed(forge, here):
    recipe = forge.recipe("toy", "toy-look", identity=ImageRef("identity.png")).with_steps(4)
    pool = forge.executor("processes:3")
    ends, kills = [], 0
    for index, event in together(pool, (Task(replace(recipe, seed=seed)) for seed in range(200))):
        if isinstance(event, Finished | UserError):
            ends.append((index, event))
        if len(ends) >= 40 + 80 * kills and kills < 2:
            kills += 1
            os.kill(pool.pids[0], signal.SIGKILL)
    assert sorted(index for index, _ in ends) == list(range(200))
    assert all(isinstance(event, Finished) for _, event in ends)
    found = dict(ends)
    assert all(found[seed].result.recipe.seed == seed for seed in range(200))
    for seed in (0, 7, 119, 199):
        expected = forge.executor("inline").submit(replace(recipe, seed=seed)).result()
        assert torch.equal(found[seed].result.image, expected.image)
    forge.close()


class Here:
    """A worker in this process; it is lost in its first run where it is told so."""

    alive = True

    def __init__(self, home, forge, lost) -> None:
        self.home, self._forge, self._lost = home, forge, lost

    def run(self, order):
        yield b""
        for event in Doing(self._forge, order):
            if self._lost and isinstance(event, Step) and event.done == 2:
                raise Lost("of Ray died, or its machine was lost")
            yield pack(event)

    def end(self, how):
        """It runs to its end."""

    def close(self):
        """There is nothing to be closed."""


def test_a_machine_that_is_lost_leaves_its_run_to_the_others(forge, here):
    """Where the others are full no worker can be begun in its place."""
    begun = []

    def start(home):
        begun.append(home)
        if len(begun) > 2:
            msg = "Ray had no room for another worker in 300 s."
            raise NoRoom(msg)
        return Here(home, forge, lost=len(begun) == 2)

    recipe = forge.recipe("toy", "toy-look", identity=ImageRef("identity.png")).with_steps(4)
    pool = Pool(forge, 2, start)
    runs = [pool.submit(replace(recipe, seed=seed)) for seed in range(4)]
    assert [run.result().recipe.seed for run in runs] == [0, 1, 2, 3]
    assert len(begun) == 3
    pool.close()
    alone = Pool(forge, 1, start)
    with pytest.raises(UserError, match="no room for another worker"):
        alone.submit(recipe).result()
    alone.close()


def _resident(number):
    """MiB of a process in memory."""
    pages = int(Path(f"/proc/{number}/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="no /proc")
def test_the_memory_of_a_worker_does_not_grow(forge, here):
    recipe = forge.recipe("toy", "toy-look", identity=ImageRef("identity.png")).with_steps(2)
    pool = forge.executor("processes:1")
    sizes = []
    for seed in range(500):
        pool.submit(replace(recipe, seed=seed)).result()
        if seed % 50 == 49:
            sizes.append(_resident(pool.pids[0]))
    assert max(sizes[5:]) - sizes[1] < 16, sizes  # MiB; a result of the toy has some 50 KB
    forge.close()


def test_a_worker_in_this_process_leaves_it_alive():
    """Only `main` ends its process where a step lasts; a timer here would end the tests."""
    parted = []
    Worker(io.BytesIO(), io.BytesIO(), parted=lambda: parted.append(True)).serve()
    end = time.monotonic() + 10
    while not parted and time.monotonic() < end:
        time.sleep(0.01)
    assert parted == [True]
    assert not [one for one in threading.enumerate() if isinstance(one, threading.Timer)]
