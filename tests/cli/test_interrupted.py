"""Ctrl-C, and going on afterwards."""

from __future__ import annotations

import json
import signal
from dataclasses import replace

import pytest
import torch

from styleforge.cli.progress import Progress
from styleforge.prepare.images import load_image, read_recipe, save_image
from styleforge.run.checkpoint import load_checkpoint, read_header, save_checkpoint
from styleforge.run.events import Step
from styleforge.run.job import Job


@pytest.fixture
def ctrl_c(monkeypatch):
    """Press Ctrl-C so many times at the third step."""

    def press(times: int) -> None:
        show = Progress.show

        def interrupted(self, event):
            show(self, event)
            if isinstance(event, Step) and event.done == 3:
                for _ in range(times):
                    signal.raise_signal(signal.SIGINT)

        monkeypatch.setattr(Progress, "show", interrupted)

    return press


def test_the_first_ctrl_c_keeps_the_best(cli, transfer, tmp_path, ctrl_c, refused):
    before = signal.getsignal(signal.SIGINT)
    ctrl_c(1)
    code, _, err = transfer("--shape", "shape.png")
    assert code == 0
    assert "Ctrl-C again aborts" in err
    assert "holds the best of 3 of 8 steps" in err
    again = f"styleforge transfer toy --resume {tmp_path}/out.png.resume -o {tmp_path}/out.png"
    again += " --threads 1 --device cpu"
    assert again in err
    assert (tmp_path / "out.png").exists()
    assert signal.getsignal(signal.SIGINT) is before
    refused(cli("transfer", "tox", "--resume", f"{tmp_path}/out.png.resume"), "no domain 'tox'")
    code, _, err = cli(*again.split()[1:])
    assert code == 0
    assert "is done: 8 steps" in err


def test_the_second_ctrl_c_aborts_but_loses_nothing(transfer, tmp_path, ctrl_c):
    ctrl_c(2)
    code, _, err = transfer("--shape", "shape.png")
    assert code == 130
    assert "--resume" in err
    assert "Aborted" in err
    assert not (tmp_path / "out.png").exists()
    assert load_checkpoint(tmp_path / "out.png.resume")[0].done == 3


def test_resume_goes_on(cli, transfer, tmp_path, forge, models, pictures):
    """A stopped run ends like one that was not."""
    arguments = ("--shape", "shape.png", "--appearance", "appearance.png")
    transfer(*arguments)
    whole = load_image(tmp_path / "out.png")
    recipe = read_recipe(tmp_path / "out.png")
    (tmp_path / "out.png").unlink()
    job = Job(forge, recipe, checkpoint=tmp_path / "out.png.resume")
    for event in job:
        if isinstance(event, Step) and event.done == 5:
            job.stop()
    code, _, err = cli("transfer", "toy", "--resume", tmp_path / "out.png.resume")
    assert code == 0, err
    assert load_image(tmp_path / "out.png").equal(whole)
    assert not (tmp_path / "out.png.resume").exists()


# --- to the bit: threads and device -----------------------------------------------------------
@pytest.fixture
def threads():
    """Tests run on one thread; afterwards they do again."""
    yield
    torch.set_num_threads(1)


def stopped(forge, recipe, path) -> None:
    """Leave the checkpoint of a run that has done five steps."""
    job = Job(forge, recipe, checkpoint=path)
    for event in job:
        if isinstance(event, Step) and event.done == 5:
            job.stop()


@pytest.mark.usefixtures("threads")
def test_the_printed_command_has_the_run_s_threads_and_device(cli, transfer, tmp_path, ctrl_c):
    ctrl_c(1)
    _, _, err = transfer("--shape", "shape.png", "--threads", 3, "--device", "cpu")
    assert "--threads 3 --device cpu" in err
    recipe, done = read_header(tmp_path / "out.png.resume")
    assert (recipe.threads, recipe.device, done) == (3, "cpu", 3)
    torch.set_num_threads(1)
    _, _, err = transfer("--shape", "shape.png")  # which is in the way
    assert "--threads 3 --device cpu" in err
    assert "holds this run" in err


@pytest.mark.usefixtures("threads")
@pytest.mark.parametrize(
    ("asked", "ran", "says"),
    [((), 2, False), (("--threads", 1), 1, True), (("--threads", 2), 2, False)],
)
def test_a_run_goes_on_with_its_own_threads(cli, transfer, tmp_path, forge, asked, ran, says):
    transfer("--shape", "shape.png")
    recipe = read_recipe(tmp_path / "out.png")
    assert (recipe.threads, recipe.device) == (1, "cpu")
    torch.set_num_threads(2)
    stopped(forge, recipe.as_asked(), tmp_path / "out.png.resume")
    torch.set_num_threads(1)
    code, _, err = cli("transfer", "toy", "--resume", tmp_path / "out.png.resume", *asked)
    assert code == 0, err
    assert read_recipe(tmp_path / "out.png").threads == ran
    assert ("was run with 2 CPU threads, and this run has 1" in err) == says


@pytest.mark.usefixtures("threads")
def test_another_device_and_other_threads_are_said(cli, transfer, tmp_path):
    transfer("--shape", "shape.png")
    path = tmp_path / "out.png"
    recipe = read_recipe(path)
    save_image(load_image(path), path, replace(recipe, threads=4, device="cuda:1"))
    code, _, err = cli("reproduce", path, "--threads", 2, "-o", tmp_path / "b.png")
    assert code == 0
    assert "was run on the device cuda:1, and this run is on cpu" in err
    assert "was run with 4 CPU threads, and this run has 2" in err
    assert cli("reproduce", tmp_path / "b.png")[2].count("was run") == 0
    assert torch.get_num_threads() == 2


def test_a_recipe_and_a_checkpoint_of_before_are_read(cli, transfer, tmp_path, forge):
    transfer("--shape", "shape.png", "--save-recipe", tmp_path / "a.json")
    older = json.loads((tmp_path / "a.json").read_text())
    del older["threads"], older["device"]
    (tmp_path / "a.json").write_text(json.dumps(older))
    code, _, err = cli("reproduce", tmp_path / "a.json", "-o", tmp_path / "b.png")
    assert code == 0
    assert "was run" not in err
    recipe = read_recipe(tmp_path / "a.json")
    state = load_checkpoint(_kept(forge, recipe, tmp_path))[0]
    save_checkpoint(tmp_path / "b.png.resume", state, recipe)  # whose recipe says neither
    code, _, err = cli("transfer", "toy", "--resume", tmp_path / "b.png.resume")
    assert code == 0
    assert "was run" not in err
    assert load_image(tmp_path / "b.png").equal(load_image(tmp_path / "out.png"))


def _kept(forge, recipe, folder):
    stopped(forge, recipe, folder / "kept")
    return folder / "kept"


@pytest.mark.parametrize("count", [100_000, 10**9, 10**30, 0, -4, "many"])
def test_a_count_of_threads_that_cannot_be_had(transfer, refused, count):
    refused(transfer("--shape", "shape.png", "--threads", count), "--threads")


def test_threads_of_a_stranger_s_recipe_are_not_taken(cli, transfer, tmp_path):
    transfer("--shape", "shape.png")
    path = tmp_path / "out.png"
    save_image(load_image(path), path, replace(read_recipe(path), threads=10**12))
    code, _, err = cli("reproduce", path)
    assert code == 0
    assert "and this run has 1" in err
