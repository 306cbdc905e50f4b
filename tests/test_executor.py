"""Executors: the first plugin's answer to a spec, and core's own, ``inline``."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace

import pytest
import torch

from styleforge.editor import EditSession
from styleforge.editor.runner import PREVIEW_EVERY
from styleforge.errors import PluginError, UserError
from styleforge.hookspecs import hookimpl
from styleforge.recipe.condition import ImageRef
from styleforge.run.checkpoint import read_header
from styleforge.run.events import Finished, Step
from styleforge.run.executor import Executor, Inline, Run
from styleforge.run.job import Job


@dataclass
class Makes:
    """A plugin whose ``make_executor`` gives or raises what it is told."""

    answer: object
    asked: list[str]

    @hookimpl
    def make_executor(self, spec):
        self.asked.append(spec)
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.mark.usefixtures("beside_pictures")
def test_inline_runs_as_a_job_does(forge):
    recipe = forge.recipe(
        "toy",
        identity=ImageRef("identity.png"),
        conditions={"toy.appearance": ImageRef("appearance.png")},
    ).with_steps(2)
    executor = forge.executor()
    assert isinstance(executor, Executor)
    run = executor.submit(recipe)
    assert isinstance(run, Run)
    events = list(run)
    assert isinstance(events[-1], Finished)
    assert sum(isinstance(event, Step) for event in events) == 2
    assert torch.equal(run.result().image, Job(forge, recipe).result().image)


@pytest.mark.usefixtures("beside_pictures")
def test_a_run_can_be_stopped_and_keeps_its_state(forge, tmp_path):
    recipe = forge.recipe("toy", identity=ImageRef("identity.png"))
    run = forge.executor("inline").submit(recipe, checkpoint=tmp_path / "run")
    for event in run:
        if isinstance(event, Step):
            run.stop()
    assert (run.result().status, run.result().steps) == ("stopped", 1)
    assert (tmp_path / "run").exists()


@pytest.mark.usefixtures("beside_pictures")
def test_a_run_goes_on_where_it_was_stopped_though_its_pictures_have_moved(forge, tmp_path):
    recipe = forge.recipe("toy", identity=ImageRef("identity.png")).with_steps(6)
    whole = forge.executor().submit(recipe).result()
    run = forge.executor().submit(recipe, checkpoint=tmp_path / "run")
    for event in run:
        if isinstance(event, Step) and event.done == 3:
            run.stop()
    shutil.copy("identity.png", tmp_path / "me.png")
    theirs, done = read_header(tmp_path / "run")
    assert done == 3
    moved = replace(theirs, identity=ImageRef(str(tmp_path / "me.png")))
    again = forge.executor().submit(
        moved, checkpoint=tmp_path / "run", resume=True, preview_every=1
    )
    steps = [event for event in again if isinstance(event, Step)]
    assert [one.done for one in steps] == [4, 5, 6]
    assert all(one.preview is not None for one in steps)
    assert torch.equal(again.result().image, whole.image)
    assert again.result().recipe.identity.path == str(tmp_path / "me.png")


@pytest.mark.usefixtures("beside_pictures")
def test_a_run_goes_on_with_the_recipe_that_was_asked_for(forge, tmp_path):
    """It names no rates, which the run has from the pack."""
    asked = forge.recipe("toy", "toy-look", identity=ImageRef("identity.png")).with_steps(6)
    assert asked.stages[0].schedule.lr is None
    run = forge.executor().submit(asked, checkpoint=tmp_path / "run")
    for event in run:
        if isinstance(event, Step) and event.done == 3:
            run.stop()
    run = forge.executor().submit(asked, checkpoint=tmp_path / "run", resume=True)
    assert [event.done for event in run if isinstance(event, Step)] == [4, 5, 6]


@pytest.mark.usefixtures("beside_pictures")
def test_a_checkpoint_goes_on_with_its_own_recipe_alone(forge, tmp_path):
    recipe = forge.recipe("toy", identity=ImageRef("identity.png")).with_steps(6)
    run = forge.executor().submit(recipe, checkpoint=tmp_path / "run")
    for event in run:
        if isinstance(event, Step):
            run.stop()
    with pytest.raises(UserError, match="run is a run of another recipe, so it cannot go on"):
        forge.executor().submit(replace(recipe, seed=1), checkpoint=tmp_path / "run", resume=True)
    with pytest.raises(UserError, match="There is no checkpoint"):
        forge.executor().submit(recipe, checkpoint=tmp_path / "gone", resume=True)
    with pytest.raises(UserError, match="resumed from a checkpoint, and none was named"):
        forge.executor().submit(recipe, resume=True)


def test_the_first_answer_wins_and_core_is_asked_last(forge):
    asked: list[str] = []
    mine = Inline(forge)
    forge.use(Makes(None, asked), "silent")
    assert isinstance(forge.executor("inline"), Inline)
    forge.use(Makes(mine, []), "mine")
    assert forge.executor("inline") is mine
    assert forge.executor("elsewhere") is mine
    assert asked == ["inline"]  # the one that came last is asked first


def test_the_environment_says_where_runs_happen(forge, monkeypatch):
    asked: list[str] = []
    forge.use(Makes(None, asked), "silent")
    monkeypatch.setenv("STYLEFORGE_EXECUTOR", "nowhere")
    with pytest.raises(UserError, match="No plugin makes an executor of 'nowhere'"):
        forge.executor()
    assert isinstance(forge.executor("inline"), Inline)
    assert asked == ["nowhere", "inline"]


def test_nobody_answers(forge):
    with pytest.raises(UserError, match="No plugin makes an executor of 'rays'; 'inline' is built"):
        forge.executor("rays")


def test_a_plugin_that_fails_does_not_keep_the_others_from_answering(forge):
    forge.use(Makes(Inline(forge), []), "good")
    forge.use(Makes(ValueError("oops"), []), "bad")
    assert isinstance(forge.executor("elsewhere"), Inline)
    info = next(info for info in forge.plugins if info.name == "bad")
    assert info.reason.startswith("its make_executor failed: ValueError: oops")


def test_nobody_answers_and_one_failed(forge):
    forge.use(Makes(ValueError("oops"), []), "bad")
    with pytest.raises(UserError, match=r"install the plugin .* Plugin 'bad': its make_executor"):
        forge.executor("rays")


def test_what_a_plugin_says_to_the_user_is_said(forge):
    forge.use(Makes(UserError("There are no 99 machines."), []), "many")
    with pytest.raises(UserError, match="There are no 99 machines"):
        forge.executor("many:99")


def test_nonsense_is_refused_and_names_the_plugin(forge):
    forge.use(Makes(3, []), "odd")
    with pytest.raises(PluginError, match="Plugin 'odd' made a int of 'x', which has no `submit`"):
        forge.executor("x")


class Forgetful:
    """An executor of before: it cannot resume."""

    def submit(self, recipe, *, checkpoint=None):
        return recipe, checkpoint


class Willing:
    def submit(self, recipe, **how):
        return recipe, how


def test_an_executor_takes_what_it_will_be_given(forge):
    forge.use(Makes(Forgetful(), []), "old")
    wrong = "`submit` of what plugin 'old' made of 'x' takes no resume, preview_every; submit"
    with pytest.raises(PluginError, match=wrong):
        forge.executor("x")
    forge.use(Makes(Willing(), []), "new")
    assert isinstance(forge.executor("x"), Willing)


class Counting:
    """An executor that runs here and keeps what it was given."""

    def __init__(self, forge):
        self.inline, self.given = Inline(forge), []

    def submit(self, recipe, **how):
        self.given.append((recipe.method, how))
        return self.inline.submit(recipe, **how)


@pytest.mark.usefixtures("beside_pictures")
def test_the_editor_runs_and_resumes_where_it_is_told(forge, tmp_path):
    counting = Counting(forge)
    forge.use(Makes(counting, []), "counting")
    with EditSession("toy", forge=forge, folder=tmp_path / "s", executor="mine") as session:
        session.set_identity("identity.png")
        session.add_reference("shape.png", attribute="shape")
        session.set_steps(20_000)
        stop = session.subscribe(lambda now: now.progress.done > 1 and session.stop())
        assert session.run(wait=True).status == "stopped"
        stop()
        session.resume(session.snapshot().shown)
        second = session.subscribe(lambda now: now.progress.done > 1 and session.stop())
        session.wait(300)
        second()
    assert [how["resume"] for _, how in counting.given] == [False, True]
    assert {how["preview_every"] for _, how in counting.given} == {PREVIEW_EVERY}


def test_an_editor_with_an_executor_that_nobody_makes(forge, tmp_path):
    with pytest.raises(UserError, match="No plugin makes an executor of 'nowhere'"):
        EditSession("toy", forge=forge, folder=tmp_path / "s", executor="nowhere")
