"""Laws of presets: the recipe can be made, written, run, stopped and run again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from styleforge.recipe.condition import ImageRef
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.refusals import roles_of
from styleforge.run.events import Step
from styleforge.run.job import Job
from styleforge.testing.laws.law import Law, LawBroken
from styleforge.testing.laws.timing import in_time
from styleforge.testing.laws.words import check_json, check_title_and_help

if TYPE_CHECKING:
    from styleforge.run.result import Result
    from styleforge.testing.subjects import PresetSubject


def has_title_and_help(subject: PresetSubject) -> None:
    """The preset has a title and a help."""
    check_title_and_help(subject, subject.item)


def round_trips(subject: PresetSubject) -> None:
    """The preset's stages exist, and its recipe is the same after JSON and back."""
    check_json(subject, Recipe, _recipe(subject))


def runs(subject: PresetSubject) -> None:
    """A few steps of the recipe on the toy models give a finite picture, within a minute."""
    with in_time(subject):
        result = _short(subject, per_stage=2).result()
    _check_picture(subject, result, "a few steps")
    if result.status != "done":
        msg = (
            f"{subject} ended as {result.status!r} after {result.steps} steps; 'done' was expected."
        )
        raise LawBroken(msg)


def stops_with_a_result(subject: PresetSubject) -> None:
    """A run that is stopped after its first step keeps a result."""
    job = _short(subject, per_stage=3)
    steps = 0
    for event in job:
        if isinstance(event, Step):
            steps += 1
            job.stop()
    result = job.result()
    _check_picture(subject, result, "being stopped after its first step")
    if steps != 1 or result.status != "stopped":
        msg = (
            f"{subject} took {steps} steps and ended as {result.status!r} when it was stopped "
            "after the first; one step and 'stopped' were expected."
        )
        raise LawBroken(msg)


def is_deterministic(subject: PresetSubject) -> None:
    """The same recipe and seed give the same picture again."""
    one, two = _short(subject).result(), _short(subject).result()
    if not torch.equal(one.image, two.image):
        apart = float((one.image - two.image).abs().max())
        msg = (
            f"{subject} gave two pictures that differ by up to {apart:.3g} from the same recipe "
            "and seed; the same picture was expected. Draw random numbers from a generator of "
            "fixed seed in losses and rules."
        )
        raise LawBroken(msg)


def _recipe(subject: PresetSubject) -> Recipe:
    """The recipe, asked for every attribute that takes pictures and that the preset looks at."""
    forge, domain, preset = subject.forge, subject.domain.name, subject.item.name
    seen = roles_of(subject.item)
    asked = {
        one.name: ImageRef(one.role)
        for one in forge.attributes_of(domain)
        if "image" in one.accepts and (seen is None or one.role in seen)
    }
    return forge.recipe(domain, preset, conditions=asked)


def _short(subject: PresetSubject, per_stage: int = 1) -> Job:
    recipe = _recipe(subject)
    if recipe.stages:
        recipe = recipe.with_steps(per_stage * len(recipe.stages))
    return Job(subject.forge, recipe, subject.scene.problem)


def _check_picture(subject: PresetSubject, result: Result, after: str) -> None:
    if not bool(torch.isfinite(result.image).all()):
        msg = (
            f"{subject} gave a picture with NaN or infinite numbers after {after}. Lower the "
            "learning rate of its stages, or mend the loss that explodes."
        )
        raise LawBroken(msg)


def _has_steps(subject: PresetSubject) -> bool:
    return bool(subject.item.stages)


LAWS = (
    Law("preset", has_title_and_help),
    Law("preset", round_trips),
    Law("preset", runs, slow=True),
    Law("preset", stops_with_a_result, _has_steps, slow=True),
    Law("preset", is_deterministic, slow=True),
)
