"""Runs on a cluster of Ray: several nodes, which are on one machine here."""

from __future__ import annotations

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


@pytest.fixture
def cluster(monkeypatch):
    """A head that runs nothing, and two machines with a core and a (made up) graphics card each."""
    from ray.cluster_utils import Cluster

    made = Cluster()
    made.add_node(num_cpus=0)
    made.machines = [made.add_node(num_cpus=1, num_gpus=1) for _ in range(2)]
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
            cluster.remove_node(cluster.machines[0], allow_graceful=False)
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
    with pytest.raises(UserError, match=r"cuda|CUDA"):  # which a made-up card has not
        kept.executor("ray:1?gpus=1").submit(made).result()
