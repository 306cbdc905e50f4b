"""Executors: the first plugin's answer to a spec, and core's own, ``inline``."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
import torch

from styleforge.errors import PluginError, UserError
from styleforge.hookspecs import hookimpl
from styleforge.recipe.condition import ImageRef
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


def test_the_first_answer_wins_and_core_is_asked_last(forge):
    asked: list[str] = []
    mine = Inline(forge)
    forge.use(Makes(None, asked), "silent")
    assert isinstance(forge.executor("inline"), Inline)
    forge.use(Makes(mine, []), "mine")
    assert forge.executor("inline") is mine
    assert forge.executor("elsewhere") is mine
    assert asked == ["inline"]  # the one that came last is asked first


def test_nobody_answers(forge):
    with pytest.raises(UserError, match="No plugin makes an executor of 'ray'; 'inline' is built"):
        forge.executor("ray")


def test_a_plugin_that_fails_does_not_keep_the_others_from_answering(forge):
    forge.use(Makes(Inline(forge), []), "good")
    forge.use(Makes(ValueError("oops"), []), "bad")
    assert isinstance(forge.executor("elsewhere"), Inline)
    info = next(info for info in forge.plugins if info.name == "bad")
    assert info.reason.startswith("its make_executor failed: ValueError: oops")


def test_nobody_answers_and_one_failed(forge):
    forge.use(Makes(ValueError("oops"), []), "bad")
    with pytest.raises(UserError, match=r"install the plugin .* Plugin 'bad': its make_executor"):
        forge.executor("ray")


def test_what_a_plugin_says_to_the_user_is_said(forge):
    forge.use(Makes(UserError("There are no 99 machines."), []), "many")
    with pytest.raises(UserError, match="There are no 99 machines"):
        forge.executor("many:99")


def test_nonsense_is_refused_and_names_the_plugin(forge):
    forge.use(Makes(3, []), "odd")
    with pytest.raises(PluginError, match="Plugin 'odd' made a int of 'x', which has no `submit`"):
        forge.executor("x")
