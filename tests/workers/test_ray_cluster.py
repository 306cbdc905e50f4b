"""Runs on a cluster of Ray: several nodes, which are on one machine here."""

from __future__ import annotations

import contextlib
import socket
from dataclasses import replace

import pytest
import torch

from styleforge.errors import UserError
from styleforge.recipe.condition import ImageRef
from styleforge.run.events import Finished, Note, Step
from styleforge.run.many import Task, together
from styleforge.testing import toy
from styleforge.workers import ray_worker

ray = pytest.importorskip("ray")
pytestmark = [
    pytest.mark.slow,  # each node takes a quarter of a minute to begin
    pytest.mark.filterwarnings("ignore"),  # its own
]


def _ports():
    """Free ports for what else a node runs, so that it need not wait until these have chosen."""
    names = ("metrics_agent", "metrics_export", "dashboard_agent_listen", "runtime_env_agent")
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in names]
        return {
            f"{name}_port": one.getsockname()[1] for name, one in zip(names, found, strict=True)
        }


@pytest.fixture
def cluster(monkeypatch):
    """Two machines with a core and a (made up) graphics card each."""
    from ray.cluster_utils import Cluster

    monkeypatch.setenv("RAY_raylet_start_wait_time_s", "240")  # a busy machine is slow
    made = Cluster()
    made.add_node(num_cpus=1, num_gpus=1, include_dashboard=False, **_ports())
    made.other = made.add_node(num_cpus=1, num_gpus=1, **_ports())
    made.wait_for_nodes()
    monkeypatch.setenv("RAY_ADDRESS", made.address)
    yield made
    made.shutdown()


@pytest.fixture
def kept(cluster):
    """A forge that leaves the cluster before it ends."""
    forge = toy.toy_forge()
    yield forge
    forge.close()
    assert not ray.is_initialized()


def test_a_cluster_of_which_a_machine_is_lost(kept, cluster, pictures, monkeypatch, capfd):
    monkeypatch.chdir(pictures)
    monkeypatch.setattr(ray_worker, "PATIENCE", 20.0)  # the other machine is full
    made = kept.recipe("toy", identity=ImageRef("identity.png")).with_steps(40)
    recipes = [replace(made, seed=seed) for seed in range(4)]
    expected = [kept.executor("inline").submit(one).result() for one in recipes]
    pool = kept.executor("ray")
    assert pool.width == 2
    results, said, steps = {}, [], 0
    for index, event in together(pool, map(Task, recipes)):
        steps += isinstance(event, Step)
        if isinstance(event, Step) and steps == 10:
            cluster.remove_node(cluster.other, allow_graceful=False)
        if isinstance(event, Note):
            said.append(event.text)
        assert not isinstance(event, UserError), event
        if isinstance(event, Finished):
            results[index] = event.result
    assert sorted(results) == [0, 1, 2, 3]
    assert all(torch.equal(results[at].image, expected[at].image) for at in results)
    assert [one for one in said if "of Ray died, or its machine was lost" in one]
    told = capfd.readouterr()
    assert "Traceback" not in told.err

    with pytest.raises(UserError, match=r"asks for 3 workers with 1 CPUs and 1 GPUs each, and Ray"):
        kept.executor("ray:3?gpus=1")
    kept.close()  # its worker has the core that is left
    with pytest.raises(UserError, match="The device 'cuda' cannot be used"):  # the card is made up
        kept.executor("ray:1?gpus=1").submit(made).result()
