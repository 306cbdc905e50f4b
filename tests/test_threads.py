"""Threads of a run: as many as are free where nobody said, and asleep while they wait."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace

import pytest
import torch

from styleforge import Job
from styleforge.pack import threads, waiting
from styleforge.testing import toy

CPU = torch.device("cpu")


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine of eight cores, as /proc and /sys tell of it."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(8)), raising=False)

    def write(**files: str):
        for name, text in files.items():
            path = tmp_path / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def proc(load: float, running: int) -> dict[str, str]:
    return {
        "proc__loadavg": f"{load} 1.0 1.0 {running}/200 4242\n",
        "proc__stat": f"cpu  1 2 3\nprocs_running {running}\nprocs_blocked 0\n",
    }


@pytest.mark.parametrize(
    ("load", "running", "free"),
    [
        (0.1, 1, 8),  # this process alone
        (3.0, 4, 5),
        (30.0, 40, 1),
        (6.0, 1, 8),  # what ran in the last minute is over, or was this process
        (0.2, 7, 8),  # what runs this instant has just begun
    ],
)
def test_cores_are_busy_where_load_and_running_both_say_so(machine, load, running, free):
    assert threads.free(machine(**proc(load, running))) == free


def test_a_system_that_does_not_say_is_not_busy(machine):
    assert threads.free(machine()) == 8


@pytest.mark.parametrize(
    ("files", "allowed"),
    [
        ({"proc__self__cgroup": "0::/\n", "sys__fs__cgroup__cpu_dot_max": "max 100000\n"}, 8),
        ({"proc__self__cgroup": "0::/\n", "sys__fs__cgroup__cpu_dot_max": "150000 100000\n"}, 2),
        # the nearest group allows all, the one above it two
        (
            {
                "proc__self__cgroup": "0::/pod/box\n",
                "sys__fs__cgroup__pod__box__cpu_dot_max": "max 100000\n",
                "sys__fs__cgroup__pod__cpu_dot_max": "200000 100000\n",
            },
            2,
        ),
        # version 1, in a container that sees its own group at the top
        (
            {
                "proc__self__cgroup": "5:memory:/far\n4:cpu,cpuacct:/docker/abc\n",
                "sys__fs__cgroup__cpu__cpu_dot_cfs_quota_us": "300000\n",
                "sys__fs__cgroup__cpu__cpu_dot_cfs_period_us": "100000\n",
            },
            3,
        ),
        (
            {
                "proc__self__cgroup": "4:cpu:/\n",
                "sys__fs__cgroup__cpu__cpu_dot_cfs_quota_us": "-1\n",
                "sys__fs__cgroup__cpu__cpu_dot_cfs_period_us": "100000\n",
            },
            8,
        ),
        ({"proc__self__cgroup": "0::/\n", "sys__fs__cgroup__cpu_dot_max": "nonsense\n"}, 8),
    ],
)
def test_a_quota_of_a_container_is_kept(machine, files, allowed):
    assert threads.allowed(machine(**files)) == allowed


def test_affinity_is_kept(machine, monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 5}, raising=False)
    assert threads.free(machine(**proc(3.0, 4))) == 2


@pytest.fixture
def three():
    """Torch has three threads; tests have one."""
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(1)


@pytest.fixture
def unsaid(monkeypatch):
    """Nobody said how many, and two cores are free."""
    for name in threads.SAYING:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(threads, "free", lambda: 2)


@pytest.fixture
def ran(forge):
    """A short run of the toy from its recipe, after a change to that."""

    def run(**changes):
        problem = toy.toy_problem(forge.models("toy"))
        recipe = replace(forge.recipe("toy", "toy-look").with_steps(2), **changes)
        return Job(forge, recipe, problem).result()

    return run


@pytest.mark.usefixtures("three", "unsaid")
def test_a_run_takes_what_is_free_says_so_and_gives_it_back(ran):
    result = ran()
    assert result.recipe.threads == 2
    assert [note for note in result.notes if "2 of 3 CPU threads" in note]
    assert torch.get_num_threads() == 3


@pytest.mark.usefixtures("three", "unsaid")
def test_a_run_that_is_done_again_keeps_what_torch_has(ran):
    result = ran(threads=3)
    assert result.recipe.threads == 3
    assert not [note for note in result.notes if "threads" in note]


@pytest.mark.usefixtures("three", "unsaid")
def test_what_a_person_said_counts(ran, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    assert ran().recipe.threads == 3
    monkeypatch.delenv("OMP_NUM_THREADS")
    torch.set_num_threads(1)  # said as well, and fewer than are free
    assert ran().recipe.threads == 1


@pytest.mark.usefixtures("three", "unsaid")
def test_another_device_does_not_ask():
    with threads.fitted(0, torch.device("meta")) as sentence:
        assert (sentence, torch.get_num_threads()) == ("", 3)


@pytest.mark.usefixtures("three", "unsaid")
def test_who_sets_threads_during_a_run_is_left_alone():
    with threads.fitted(0, CPU):
        torch.set_num_threads(1)
    assert torch.get_num_threads() == 1


# --- waiting ----------------------------------------------------------------------------------
ORDERS = {
    "styleforge first": "import styleforge; import torch",
    "torch first": "import torch; import styleforge",
}
SAYS = """
import os, threading
from styleforge.pack.waiting import SLEEPERS, wait_asleep
torch.set_num_threads(2)
before = len(os.listdir("/proc/self/task"))
for _ in range(2):  # a second run begins no second team
    wait_asleep(torch.device("cpu"))
crowd = [one for one in threading.enumerate() if one.name == SLEEPERS]
more = len(os.listdir("/proc/self/task")) - before
print(os.environ.get("OMP_WAIT_POLICY", "unset"), len(crowd), more > os.cpu_count())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize(
    ("order", "policy", "said"),
    [
        ("styleforge first", None, "PASSIVE 0 False"),
        ("torch first", None, "unset 1 True"),
        ("torch first", "ACTIVE", "ACTIVE 0 False"),
    ],
)
def test_idle_threads_sleep_whatever_is_imported_first(order, policy, said):
    environment = {name: one for name, one in os.environ.items() if name not in waiting.SAYING}
    environment |= {"OMP_WAIT_POLICY": policy} if policy else {}
    code = ORDERS[order] + SAYS
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == said


def test_intel_s_and_llvm_s_runtimes_are_told(monkeypatch):
    told, before = [], threading.enumerate()

    class Runtime:
        GOMP_parallel = omp_set_num_threads = None  # which they have as well
        kmp_set_blocktime = staticmethod(told.append)

    for name in waiting.SAYING:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(waiting.ctypes, "CDLL", lambda _: Runtime)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 2)
    waiting.wait_asleep(CPU)
    assert told == [0]
    assert threading.enumerate() == before
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    waiting.wait_asleep(CPU)
    assert told == [0]
