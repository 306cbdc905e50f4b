"""Runs repeat: by seed, stopped and resumed, from a checkpoint, from what a result says."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.prepare.images import save_image
from styleforge.run.checkpoint import load_checkpoint, read_header, save_checkpoint
from styleforge.run.events import Note, Step
from styleforge.run.job import Job
from styleforge.run.start import begin
from styleforge.testing import toy


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy")


def same(first, second) -> bool:
    return all(
        torch.equal(a, b)
        for a, b in zip(
            (first.latent, first.photo, *first.noise),
            (second.latent, second.photo, *second.noise),
            strict=True,
        )
    )


def stop_after(job: Job, steps: int):
    for event in job:
        if isinstance(event, Step) and event.done == steps:
            job.stop()
    return job.result()


def test_same_seed_same_result(forge, recipe, problem):
    first = Job(forge, recipe, problem).result()
    assert same(first, Job(forge, recipe, problem).result())
    other = Job(forge, replace(recipe, seed=1), problem).result()
    assert not torch.equal(first.latent, other.latent)


def test_global_random_numbers_do_not_matter(forge, recipe, problem):
    torch.manual_seed(1)
    first = Job(forge, recipe, problem).result()
    torch.manual_seed(2)
    assert same(first, Job(forge, recipe, problem).result())


@pytest.mark.parametrize("steps", [1, 3, 4, 5, 7])
def test_stop_keeps_the_best_of_the_stage(forge, recipe, problem, steps):
    job = Job(forge, recipe, problem)
    result = stop_after(job, steps)
    assert result.status == "stopped"
    assert result.steps == steps
    best = job.state.best
    assert torch.equal(result.latent, best.latent)
    generated = problem.models.get("generator").synthesize(best.latent, best.noise)
    assert torch.equal(result.generated, generated)


def test_stop_before_the_first_step(forge, recipe, problem):
    job = Job(forge, recipe, problem)
    job.stop()
    result = job.result()
    assert (result.status, result.steps) == ("stopped", 0)


@pytest.mark.parametrize("steps", [0, 1, 3, 4, 6, 7])
def test_resumed_is_bit_identical(forge, recipe, problem, tmp_path, steps):
    whole = Job(forge, recipe, problem).result()
    path = tmp_path / "deep" / "out.png.resume"
    job = Job(forge, recipe, problem, checkpoint=path)
    if steps:
        stop_after(job, steps)
    else:
        job.stop()
        job.result()
    assert path.exists()
    resumed = Job.resume(forge, path, problem)
    assert resumed.recipe == job.recipe
    result = resumed.result()
    assert same(whole, result)
    assert result.history == whole.history
    assert path.exists()
    resumed.forget()
    assert not path.exists()


def test_resumed_twice(forge, recipe, problem, tmp_path):
    whole = Job(forge, recipe, problem).result()
    path = tmp_path / "c"
    stop_after(Job(forge, recipe, problem, checkpoint=path), 2)
    stop_after(Job.resume(forge, path, problem), 5)
    assert same(whole, Job.resume(forge, path, problem).result())


def test_a_run_that_is_killed_between_events_is_written(forge, recipe, problem, tmp_path):
    path = tmp_path / "c"
    whole = Job(forge, recipe, problem).result()
    events = iter(Job(forge, recipe, problem, checkpoint=path))
    for event in events:
        if isinstance(event, Step) and event.done == 3:
            break
    with pytest.raises(KeyboardInterrupt):
        events.throw(KeyboardInterrupt())
    assert same(whole, Job.resume(forge, path, problem).result())


def test_checkpoint_round_trip(forge, recipe, problem, tmp_path):
    state = begin(problem, recipe)
    save_checkpoint(tmp_path / "c", state, recipe)
    again, same_recipe = load_checkpoint(tmp_path / "c")
    assert same_recipe == recipe
    assert torch.equal(again.latent, state.latent)
    assert torch.equal(again.rng.get_state(), state.rng.get_state())
    assert again.spread == state.spread
    assert again.best is None
    assert [path.name for path in tmp_path.glob("c*")] == ["c"]


def test_bad_checkpoints(forge, tmp_path):
    (tmp_path / "text").write_text("hello")
    save_image(torch.zeros(1, 3, 32, 32), tmp_path / "picture.png")
    for name, said in {
        "none": "no checkpoint",
        "text": "not a checkpoint",
        "picture.png": "not a checkpoint",
    }.items():
        with pytest.raises(UserError, match=said):
            Job.resume(forge, tmp_path / name)


def test_forgetting_keeps_what_is_not_done(forge, recipe, problem, tmp_path):
    job = Job(forge, recipe, problem, checkpoint=tmp_path / "c")
    stop_after(job, 2)
    job.forget()
    assert load_checkpoint(tmp_path / "c")[0].done == 2
    assert read_header(tmp_path / "c") == (job.recipe, 2)
    Job.resume(forge, tmp_path / "c", problem).save(tmp_path / "out.png")
    assert [path.name for path in tmp_path.glob("*.*") if path.is_file()] == ["out.png"]
    assert not (tmp_path / "c").exists()
    job = Job(forge, recipe, problem)
    job.result()
    job.forget()  # there is none


def test_a_result_that_cannot_be_saved_leaves_the_checkpoint(forge, recipe, problem, tmp_path):
    (tmp_path / "file").touch()
    stop_after(Job(forge, recipe, problem, checkpoint=tmp_path / "c"), 6)
    with pytest.raises(UserError, match="cannot be written"):
        Job.resume(forge, tmp_path / "c", problem).save(tmp_path / "file" / "out.png")
    assert load_checkpoint(tmp_path / "c")[0].done == 6


def test_a_stopped_run_can_be_reproduced(forge, recipe, problem):
    job = Job(forge, recipe, problem)
    stopped = stop_after(job, 3)
    again = Job(forge, stopped.recipe, problem).result()
    assert stopped.recipe.stop_after == again.steps == 3
    assert again.status == "stopped"
    assert torch.equal(stopped.image, again.image)


def test_a_recipe_knows_its_weights(forge, recipe, tmp_path):
    def run(recipe):
        pack = replace(toy.toy_pack(), weights=tmp_path)
        job = Job(forge, recipe, toy.toy_problem(Models(pack)))
        notes = [event.text for event in job if isinstance(event, Note)]
        return job.result().recipe, notes

    assert run(recipe)[0].weights == ""
    (tmp_path / "generator.safetensors").write_bytes(b"one")
    made, notes = run(recipe)
    assert len(made.weights) == 64
    assert notes == []
    assert run(made)[1] == []
    (tmp_path / "generator.safetensors").write_bytes(b"two")
    again, notes = run(made)
    assert "are not those" in notes[0]
    assert again.weights != made.weights
