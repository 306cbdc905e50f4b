"""Laws of stages: they name what exists and can be run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import Stage
from styleforge.run.engine import optimize
from styleforge.run.events import Step
from styleforge.run.set_up import set_up
from styleforge.testing.laws.law import Law, LawBroken
from styleforge.testing.laws.timing import in_time
from styleforge.testing.laws.words import check_json, check_terms_exist

if TYPE_CHECKING:
    from styleforge.testing.subjects import StageSubject

STEPS = 3  # the first of a ramp has a rate of 0


def names_what_exists(subject: StageSubject) -> None:
    """The losses and rules that the stage names are registered."""
    check_terms_exist(subject, subject.item.objective)
    for use in subject.item.rules:
        try:
            subject.forge.rules[use.rule]
        except UserError as error:
            msg = (
                f"{subject} uses a rule that nobody registered. {error} Register it, or load the "
                "plugin that does."
            )
            raise LawBroken(msg) from error


def minimises_something(subject: StageSubject) -> None:
    """A stage with steps has a term that is no probe and weighs something."""
    if subject.item.steps and not any(
        term.weight and not term.probe for term in subject.item.objective
    ):
        msg = (
            f"{subject} has {subject.item.steps} steps and nothing to minimise: every term is a "
            "probe or has weight 0. Give it a term, or 0 steps."
        )
        raise LawBroken(msg)


def round_trips(subject: StageSubject) -> None:
    """The stage is the same after it was written as JSON and read back."""
    check_json(subject, Stage, subject.item)


def runs(subject: StageSubject) -> None:
    """A few steps on the toy models give finite losses, within a minute."""
    stage = replace(subject.item, steps=STEPS)
    recipe = Recipe(domain="", method=stage.name, stages=(stage,))
    forge = subject.forge
    events = optimize(*set_up(subject.scene.problem, recipe, forge.components), forge)
    with in_time(subject):
        done = [event for event in events if isinstance(event, Step)]
    if len(done) != STEPS:
        msg = f"{subject} took {len(done)} steps of {STEPS}."
        raise LawBroken(msg)


def _can_run(subject: StageSubject) -> bool:
    """Whether the laws about its names and terms hold, which say more of what is wrong."""
    stage, forge = subject.item, subject.forge
    return (
        all(term.loss in forge.losses for term in stage.objective)
        and all(use.rule in forge.rules for use in stage.rules)
        and any(term.weight and not term.probe for term in stage.objective)
    )


LAWS = (
    Law("stage", names_what_exists),
    Law("stage", minimises_something),
    Law("stage", round_trips),
    Law("stage", runs, _can_run),
)
