"""Ctrl-C, and going on afterwards."""

from __future__ import annotations

import signal

import pytest

from styleforge.cli.progress import Progress
from styleforge.prepare.images import load_image, read_recipe
from styleforge.run.checkpoint import load_checkpoint
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
