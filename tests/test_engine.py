"""Runs: a stream of events, the objective falls, and what goes wrong is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from styleforge.errors import UserError
from styleforge.hookspecs import hookimpl
from styleforge.prepare.images import save_image
from styleforge.recipe.condition import ImageRef, Swatch
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.stage import Schedule, Stage
from styleforge.run.events import Finished, Note, StageStarted, Step
from styleforge.run.job import Job
from styleforge.run.start import begin
from styleforge.testing import toy


@pytest.fixture
def recipe(forge):
    return forge.recipe("toy")


def test_events(forge, recipe, problem):
    events = list(Job(forge, recipe, problem, preview_every=3))
    stages = [event for event in events if isinstance(event, StageStarted)]
    steps = [event for event in events if isinstance(event, Step)]
    assert [(event.stage, event.index, event.count) for event in stages] == [
        ("toy.structure", 0, 2),
        ("toy.look", 1, 2),
    ]
    assert [event.done for event in steps] == list(range(1, recipe.steps + 1))
    assert {event.total for event in steps} == {recipe.steps}
    assert [event.step for event in steps] == [1, 2, 3, 4] * 2
    assert [event.done for event in steps if event.preview is not None] == [1, 3, 6, 8]
    assert steps[-1].left == 0
    assert set(steps[0].losses) == {"identity", "toy.shape", "noise"}
    assert steps[-1].cosines
    assert isinstance(events[-1], Finished)
    assert events[-1].result.status == "done"


def test_the_objective_falls(forge, problem):
    recipe = forge.recipe("toy", "toy-look").with_steps(40)
    history = Job(forge, recipe, problem).result().history
    assert history[-1]["toy.appearance"] < 0.9 * history[0]["toy.appearance"]


def test_the_best_has_the_objective_it_claims(forge, recipe, problem):
    job = Job(forge, recipe, problem)
    objectives = []
    for event in job:
        if isinstance(event, Step):
            objectives.append(event.objective)
            if event.done == 3:
                job.stop()
    assert job.state.best.objective == min(objectives)


class Exploding:
    """A loss that is NaN from its third call on."""

    def __init__(self):
        self.calls = 0

    def __call__(self, view):
        self.calls += 1
        return view.image.square().mean() * (float("nan") if self.calls > 2 else 1)

    @hookimpl
    def register_losses(self, register):
        register(self, name="exploding")


def test_nan_stops_the_run_and_keeps_the_best(forge, recipe, problem, tmp_path):
    forge.use(Exploding(), name="exploding")
    objective = recipe.stages[0].objective + Term("bomb", "exploding")
    broken = replace(recipe, stages=(replace(recipe.stages[0], objective=objective),))
    job = Job(forge, broken, problem, checkpoint=tmp_path / "c")
    notes = [event.text for event in job if isinstance(event, Note)]
    assert any("loss bomb became NaN or infinite at step 2" in note for note in notes)
    result = job.result()
    assert result.status == "failed"
    assert torch.equal(result.latent, job.state.best.latent)
    assert torch.isfinite(result.image).all()


def test_unknown_losses_and_rules_are_named(forge, recipe, problem):
    stage = Stage(name="s", steps=1, objective=Objective((Term("a", "lpisp"),)))
    with pytest.raises(UserError, match=r"no loss 'lpisp'.*Did you mean 'lpips'"):
        Job(forge, replace(recipe, stages=(stage,)), problem).result()


def test_starts(forge, recipe, problem):
    models = problem.models
    mean = begin(problem, recipe).latent
    assert (mean == mean[:, :1]).all()
    inverted = begin(problem, replace(recipe, start="inverter")).latent
    assert torch.equal(inverted, models.get("inverter")(problem.identity.image))
    state = begin(problem, recipe)
    assert state.latent is not state.start
    assert [tuple(item.shape[-2:]) for item in state.noise] == list(
        models.get("generator").noise_shapes
    )


def test_noise_maps_stay_normal(forge, recipe, problem):
    for item in Job(forge, recipe, problem).result().noise:
        assert float(item.mean()) == pytest.approx(0, abs=1e-5)
        assert float(item.std()) == pytest.approx(1, abs=1e-4)


def test_only_what_moves_moves(forge, recipe, problem):
    fixed = replace(recipe.stages[0], moves=("latent",), normalize_noise=False)
    before = begin(problem, recipe)
    result = Job(forge, replace(recipe, stages=(fixed,)), problem).result()
    assert all(torch.equal(a, b) for a, b in zip(before.noise, result.noise, strict=True))
    assert not torch.equal(before.latent, result.latent)


def test_schedule_of_a_stage_or_of_the_run(forge, recipe, problem):
    def rates(scope):
        schedule = Schedule(scope=scope)
        stages = tuple(replace(stage, schedule=schedule) for stage in recipe.stages)
        job = Job(forge, replace(recipe, stages=stages), problem)
        return [event.lr for event in job if isinstance(event, Step)]

    over_run, over_stage = rates("run"), rates("stage")
    assert over_run[0] == 0
    assert over_run[4] > 0
    assert over_stage[:4] == over_stage[4:]


def test_references_by_file(forge, recipe, problem, tmp_path):
    """The same run, from pictures on disk."""
    for role, reference in problem.references.items():
        save_image(reference.image, tmp_path / f"{role}.png")
    files = replace(
        recipe,
        pack="toy",
        identity=ImageRef(str(tmp_path / "identity.png")),
        conditions={
            item.name: ImageRef(str(tmp_path / f"{item.role}.png")) for item in toy.ATTRIBUTES
        },
    )
    events = list(Job(forge, files))
    assert events[-1].result.photo.shape == (1, 3, 32, 32)
    assert not any(isinstance(event, Note) for event in events)
    with pytest.raises(UserError, match=r"toy\.shape takes image, text; it was given a swatch"):
        Job(forge, replace(files, conditions={"toy.shape": Swatch("#123456")})).result()
    with pytest.raises(UserError, match="names no identity"):
        Job(forge, recipe).result()
    lost = replace(files, identity=ImageRef(str(tmp_path / "lost.png")))
    with pytest.raises(UserError, match=r"There is no file .*lost\.png"):
        Job(forge, lost).result()


def test_a_problem_needs_an_identity(models):
    problem = toy.toy_problem(models)
    with pytest.raises(UserError, match="needs an identity; it was given shape"):
        replace(problem, references={"shape": problem.references["shape"]})


def test_result(forge, recipe, problem, tmp_path):
    result = Job(forge, recipe, problem).result()
    assert repr(result) == "<Result toy/toy-loho 32x32 done after 8 steps>"
    result.save(tmp_path / "out.png")
    assert (tmp_path / "out.png").stat().st_size > 0
    assert -1 <= float(result.photo.min()) <= float(result.photo.max()) <= 1
