"""Adam's step is torch's, and does not bring torch's compiler along."""

from __future__ import annotations

import subprocess
import sys

import torch

from styleforge.run.moments import adam_step


def test_the_step_is_that_of_torch_to_the_bit():
    """Also where a tensor moves in some of the steps only, and at rates that change."""
    chance = torch.Generator().manual_seed(0)
    ours = [torch.randn(2, 3, generator=chance), torch.randn(5, generator=chance)]
    theirs = [one.clone() for one in ours]
    optimizer = torch.optim.Adam(theirs, foreach=False)
    moments = {}
    for step in range(20):
        moving = (0, 1) if step % 3 else (0,)
        gradients = {at: torch.randn(ours[at].shape, generator=chance) for at in moving}
        adam_step(ours, gradients, moments, 0.1 / (step + 1))
        for at, tensor in enumerate(theirs):
            tensor.grad = gradients.get(at)
        optimizer.param_groups[0]["lr"] = 0.1 / (step + 1)
        optimizer.step()
    assert all(torch.equal(one, other) for one, other in zip(ours, theirs, strict=True))


RUN = """
import sys
from styleforge.forge import Forge
from styleforge.run.job import Job
from styleforge.testing import toy
forge = Forge(())
forge.use(toy)
recipe = forge.recipe("toy", "toy-look").with_steps(2)
Job(forge, recipe, toy.toy_problem(forge.models("toy"))).result()
print([name for name in ("torch._dynamo", "torch._inductor") if name in sys.modules])
"""


def test_a_run_does_not_import_torchs_compiler():
    """It takes seconds, and nothing of it is used."""
    said = subprocess.run([sys.executable, "-c", RUN], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"
