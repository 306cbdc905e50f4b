"""Losses and rules that do what they should not: a sentence, and the best is kept."""

from __future__ import annotations

from dataclasses import replace

import cv2
import pytest
import torch
from faulty import Faulty, raising, with_term

from styleforge.errors import Diverged, PluginError, UserError
from styleforge.recipe.objective import Term
from styleforge.recipe.stage import RuleUse
from styleforge.run.events import Note
from styleforge.run.job import Job


def leaving(_):
    raise SystemExit(3)


def asking(view):
    return view.image.no_such_attribute


LOSSES = {
    "raises": (raising, r"failed: ValueError: oops \(faulty\.py, line \d+\)"),
    "asks for nonsense": (asking, "failed: AttributeError"),
    "a float": (lambda view: 3.0, "gave a float; it must give a tensor without dimensions"),
    "nothing": (lambda view: None, "gave a NoneType"),
    "leaves the program": (leaving, "failed: SystemExit: 3"),
    "a complex number": (lambda view: view.image.mean() * 1j, "gave a number of type complex64"),
    "a count": (lambda view: (view.image > 0).sum(), "gave a number of type int64"),
    "no number": (lambda view: view.image.mean().to("meta"), "on the device meta"),
    "a NumPy number": (lambda view: view.image.detach().numpy().mean(), "gave a float32"),
    "a picture": (lambda view: view.image, r"gave a tensor of shape \(1, 3, 32, 32\)"),
    "one in a list": (lambda view: view.image.mean()[None], r"of shape \(1,\)"),
    "NaN": (lambda view: view.image.mean() * float("nan"), "became NaN or infinite at step"),
    "infinite": (lambda view: view.image.mean() / 0, "became NaN or infinite at step"),
    # finite, with a gradient that is not: 0 / 0
    "NaN gradient": (
        lambda view: (view.image * 0).square().sum().sqrt(),
        "the gradient of bomb .* became NaN or infinite",
    ),
}


@pytest.mark.parametrize(("fault", "said"), LOSSES.values(), ids=LOSSES)
def test_a_faulty_loss_is_named_with_its_plugin(forge, recipe, problem, fault, said):
    forge.use(Faulty(fault), "shiny")
    with pytest.raises(UserError, match=said) as caught:
        Job(forge, with_term(recipe), problem).result()
    assert "'glow' of plugin 'shiny' of this session" in str(caught.value)
    assert "bomb" in str(caught.value)


@pytest.mark.parametrize(("fault", "said"), LOSSES.values(), ids=LOSSES)
def test_the_best_so_far_is_kept(forge, recipe, problem, fault, said, tmp_path):
    forge.use(Faulty(fault, after=1), "shiny")
    job = Job(forge, with_term(recipe), problem, checkpoint=tmp_path / "run")
    notes = [event.text for event in job if isinstance(event, Note)]
    assert any("'shiny'" in note and "best result so far is kept" in note for note in notes)
    assert job.result().status == "failed"
    assert job.result().steps == 1
    assert torch.isfinite(job.result().image).all()


def test_a_fault_in_the_first_step_of_a_later_stage_keeps_the_earlier(forge, recipe, problem):
    forge.use(Faulty(raising), "shiny")
    last = recipe.stages[-1]
    last = replace(last, objective=last.objective + Term("bomb", "glow"))
    result = Job(forge, replace(recipe, stages=(recipe.stages[0], last)), problem).result()
    assert result.status == "failed"
    assert result.steps == recipe.stages[0].steps


def test_arguments_that_a_loss_does_not_take(forge, recipe, problem):
    term = Term("bomb", "pixels", {"refernce": "identity"})
    stage = replace(recipe.stages[0], objective=recipe.stages[0].objective + term)
    with pytest.raises(PluginError, match=r"'pixels' of plugin 'core'.*refernce"):
        Job(forge, replace(recipe, stages=(stage,)), problem).result()


RULES = {
    "raises": (raising, "failed: ValueError: oops"),
    "nothing": (lambda gradients: None, "gave NoneType"),
    "too few": (lambda gradients: {}, "gave nothing; gradients of"),
    "wrong shape": (
        lambda gradients: {key: one.sum() for key, one in gradients.items()},
        "that is no tensor of shape",
    ),
}


@pytest.mark.parametrize(("fault", "said"), RULES.values(), ids=RULES)
def test_a_faulty_rule_is_named_with_its_plugin(forge, recipe, problem, fault, said):
    forge.use(Faulty(fault), "shiny")
    stage = replace(recipe.stages[0], rules=(RuleUse(rule="bend", of=("identity",)),))
    with pytest.raises(PluginError, match=said) as caught:
        Job(forge, replace(recipe, stages=(stage,)), problem).result()
    assert "The rule 'bend' of plugin 'shiny' of this session" in str(caught.value)


def test_a_rule_that_makes_nan(forge, recipe, problem):
    forge.use(Faulty(lambda found: {k: one * float("nan") for k, one in found.items()}), "shiny")
    stage = replace(recipe.stages[0], rules=(RuleUse(rule="bend", of=("identity",)),))
    with pytest.raises(Diverged, match="what the rules bend made of the gradients"):
        Job(forge, replace(recipe, stages=(stage,)), problem).result()


SHORTAGES = {
    "torch": RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory: you tried ..."),
    "Linux": RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9"),
    "OpenCV": cv2.error("OpenCV(4.9) alloc.cpp:73: error: (-4:Insufficient memory) Failed to ..."),
    "Python": MemoryError(),
    "NumPy": MemoryError("Unable to allocate 9 GiB for an array"),
}


@pytest.mark.parametrize("error", SHORTAGES.values(), ids=SHORTAGES)
@pytest.mark.parametrize("after", [0, 1])
def test_running_out_of_memory_is_no_plugin_s_fault(forge, recipe, problem, error, after):
    def short(view):
        raise error

    forge.use(Faulty(short, after=after), "shiny")
    job = Job(forge, with_term(recipe), problem)
    if not after:
        with pytest.raises(UserError, match="not enough memory") as caught:
            job.result()
        assert "shiny" not in str(caught.value)
        return
    result = job.result()
    assert result.status == "failed"
    (note,) = [note for note in result.notes if "best result so far" in note]
    assert "not enough memory" in note
    assert "shiny" not in note


def test_running_out_of_memory_before_the_first_step(forge, recipe, problem, monkeypatch):
    def short(*_, **__):
        raise SHORTAGES["torch"]

    monkeypatch.setattr("styleforge.run.course.set_up", short)
    with pytest.raises(UserError, match="not enough memory"):
        Job(forge, recipe, problem).result()


def test_other_errors_are_still_errors(forge, recipe, problem, monkeypatch):
    def wrong(*_, **__):
        raise RuntimeError("shapes do not fit")

    monkeypatch.setattr("styleforge.run.course.set_up", wrong)
    with pytest.raises(RuntimeError, match="shapes do not fit"):
        Job(forge, recipe, problem).result()


@pytest.mark.parametrize("change", ["double", "complex", "half", "to_meta", "numpy", "a number"])
def test_a_rule_that_gives_gradients_of_another_kind(forge, recipe, problem, change):
    def bend(gradients):
        made = {
            "double": lambda one: one.double(),
            "complex": lambda one: one * 1j,
            "half": lambda one: one.half(),
            "a number": lambda one: float(one.sum()),
            "to_meta": lambda one: one.to("meta"),
            "numpy": lambda one: one.numpy(),
        }[change]
        return {label: made(one) for label, one in gradients.items()}

    forge.use(Faulty(bend), "shiny")
    first = recipe.stages[0]
    uses = RuleUse(rule="bend", of=first.objective.labels[:1])
    stages = (replace(first, rules=(*first.rules, uses)), *recipe.stages[1:])
    with pytest.raises(PluginError, match=r"'bend' of plugin 'shiny'.*no tensor of shape"):
        Job(forge, replace(recipe, stages=stages), problem).result()


def test_messages_of_plugins_are_short_and_plain(forge, recipe, problem):
    def loud(view):
        raise ValueError("\x1b[2J\x1b[31m" + 10**6 * "loud ")

    forge.use(Faulty(loud), "shiny")
    with pytest.raises(PluginError, match="loud loud") as caught:
        Job(forge, with_term(recipe), problem).result()
    assert len(str(caught.value)) < 2000
    assert "\x1b" not in str(caught.value)
