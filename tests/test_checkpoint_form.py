"""Checkpoints that were changed or damaged: refused in a sentence, before a step is taken."""

from __future__ import annotations

import json
import shutil

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import save_file

from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.run.checkpoint import load_checkpoint, read_header
from styleforge.run.checkpoint_form import SEAL, seal_of
from styleforge.run.events import Step
from styleforge.run.job import Job
from styleforge.testing import toy


@pytest.fixture(scope="module")
def problem(models):
    return toy.toy_problem(models)


@pytest.fixture(scope="module")
def written(problem, tmp_path_factory):
    """The checkpoint of a run of four steps that was stopped after three, in its second stage."""
    forge = Forge(plugins=())
    forge.use(toy)
    path = tmp_path_factory.mktemp("checkpoint") / "run.resume"
    recipe = forge.recipe("toy", "toy-loho").with_steps(4)
    job = Job(forge, recipe, problem, checkpoint=path)
    for event in job:
        if isinstance(event, Step) and event.done == 3:
            job.stop()
    return path


@pytest.fixture
def path(written, tmp_path):
    """A copy of it, for a test to change."""
    return shutil.copy(written, tmp_path / "run.resume")


def content(path):
    with safe_open(path, framework="pt") as file:
        return {key: file.get_tensor(key) for key in file.keys()}, file.metadata()  # noqa: SIM118


def rewrite(path, tensors, header, *, sealed=False):
    """Whoever changes a file can seal it anew, or leave the seal out as files of before do."""
    header = {key: one for key, one in header.items() if key != SEAL}
    if sealed:
        header[SEAL] = seal_of(tensors, header)
    save_file(tensors, path, header)


CHANGED = {
    "gone": lambda one: None,
    "empty": lambda one: torch.zeros(0),
    "without dimensions": lambda one: torch.zeros(()),
    "one dimension more": lambda one: one[None],
    "twice": lambda one: torch.cat([one[None], one[None]]),
    "longer": lambda one: torch.zeros([size + 1 for size in one.shape] or [3]),
    "whole numbers": lambda one: torch.zeros(one.shape, dtype=torch.int64),
    "truth values": lambda one: torch.zeros(one.shape, dtype=torch.bool),
    "complex": lambda one: torch.zeros(one.shape, dtype=torch.complex64),
    "NaN": lambda one: torch.full(one.shape, float("nan")),
    "infinite": lambda one: torch.full(one.shape, float("inf")),
}  # fmt: skip
NAMES = ("latent", "start", "rng", "picture", "noise.0", "best.latent", "best.noise.2",
         "region.thing", "adam.0.exp_avg", "adam.1.exp_avg_sq", "adam.1.step")  # fmt: skip


@pytest.mark.parametrize("change", CHANGED.values(), ids=CHANGED)
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sealed", [False, True])
def test_a_changed_tensor(forge, problem, path, name, change, sealed):
    tensors, header = content(path)
    new = change(tensors.pop(name))
    if new is not None:
        tensors[name] = new.contiguous()
    elif name == "picture":
        tensors = {key: one for key, one in tensors.items() if not key.startswith("region.")}
    if new is None and name == "picture":
        pytest.skip("a run whose picture is not kept draws it again")
    if name == "adam.1.step" and change is CHANGED["without dimensions"]:
        pytest.skip("no change of its form")
    rewrite(path, tensors, header, sealed=sealed)
    with pytest.raises(UserError, match="checkpoint"):
        Job.resume(forge, path, problem).result()


@pytest.mark.parametrize("name", ["adam.99.step", "adam.x.step", "noise.7", "noise.99", "noise.x",
                                  "best.noise.9", "region.nobody", "foo"])  # fmt: skip
def test_tensors_of_nothing(forge, problem, path, name):
    tensors, header = content(path)
    rewrite(path, {**tensors, name: torch.zeros(1, 1, 4, 4)}, header)
    with pytest.raises(UserError, match="checkpoint"):
        Job.resume(forge, path, problem).result()


RUNS = {
    "stage": (-1, 3, True, 1.0, None, "x"), "step": (-1, 0, 2, 10**30, True, None),
    "done": (0, 1, 2, 4, 10**30, "x", None), "seconds": (-1, None, "x", float("nan"), 1e999),
    "spread": (-1, True, [], float("inf")), "best": ("x", [], {}, True, float("nan"), None),
    "history": (None, 3, "x", {}, [], [{}], [1, 2, 3], [{"a": "x"}] * 3, [{"a": None}] * 3),
    "plan": (None, 3, {}, [1], ["abc"], [["m", 1, "a"]], [["m", True]], [[1, True, "a"]],
             [["m", True, 3]]),
}  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"), [(field, one) for field, values in RUNS.items() for one in values]
)
def test_changed_counts_and_plans(forge, problem, path, field, value):
    tensors, header = content(path)
    run = json.dumps({**json.loads(header["run"]), field: value})
    rewrite(path, tensors, {**header, "run": run})
    with pytest.raises(UserError, match="checkpoint") as caught:
        Job.resume(forge, path, problem).result()
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("field", [*RUNS, "recipe", "run"])
def test_what_is_missing(path, field):
    tensors, header = content(path)
    run = {key: one for key, one in json.loads(header["run"]).items() if key != field}
    whole = {**header, "run": json.dumps(run)}
    rewrite(path, tensors, {key: one for key, one in whole.items() if key != field})
    for read in (load_checkpoint, read_header):
        with pytest.raises(UserError, match="checkpoint"):
            read(path)


def test_one_bit_is_told_by_the_seal(path):
    tensors, header = content(path)
    assert load_checkpoint(path)
    tensors["latent"][0, 3, 3] += 1e-3
    save_file(tensors, path, header)
    with pytest.raises(UserError, match="not as it was written: it was changed or damaged"):
        load_checkpoint(path)


def test_files_of_before_have_no_seal_and_go_on_to_the_same_end(forge, problem, path):
    tensors, header = content(path)
    wanted = Job.resume(forge, path, problem).result().image
    rewrite(path, tensors, header)
    assert SEAL not in content(path)[1]
    assert torch.equal(Job.resume(forge, path, problem).result().image, wanted)


def test_a_picture_of_another_size(forge, problem, path):
    tensors, header = content(path)
    other = {name: one[..., :16, :16].contiguous() if name[:7] in {"picture", "region."} else one
             for name, one in tensors.items()}  # fmt: skip
    rewrite(path, other, header, sealed=True)
    with pytest.raises(UserError, match=r"checkpoint's picture has the shape \(1, 3, 16, 16\)"):
        Job.resume(forge, path, problem).result()


def test_regions_that_the_pack_does_not_find(forge, problem, path):
    tensors, header = content(path)
    del tensors["region.thing"]
    rewrite(path, tensors, header)
    with pytest.raises(
        UserError, match="checkpoint has the regions keep, rest, and the pack 'toy'"
    ):
        Job.resume(forge, path, problem).result()


@pytest.mark.parametrize("length", [10**9, 2**63])
def test_a_header_of_absurd_length(path, length):
    path.write_bytes(length.to_bytes(8, "little") + path.read_bytes()[8:])
    with pytest.raises(UserError, match="its header has"):
        load_checkpoint(path)
