"""Stages of two recipes in one: the first one's steps, the terms and rules of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.stage import RuleUse, Stage


def beside(one: Stage, two: Stage, other: Recipe) -> Stage:
    """Two stages in one: the first one's steps and schedule, the terms and rules of both.

    Example:
        >>> from styleforge.testing import toy
        >>> recipe = toy.toy_forge().recipe("toy", "toy-loho")
        >>> stage = recipe.stages[0]
        >>> beside(stage, stage, recipe).objective == stage.objective  # terms of both, once
        True
    """
    terms = {term.label: term for term in one.objective}
    labels: dict[str, str] = {}
    for term in two.objective:
        have = terms.get(term.label)
        if have is None:
            terms[term.label] = term
            continue
        if have == term:
            continue
        both = _held_by_both(have, term)
        if both is not None:
            terms[term.label] = both
            continue
        labels[term.label] = f"{other.domain}.{term.label}"
        terms[labels[term.label]] = replace(term, label=labels[term.label])
    rules = tuple(_renamed_rule(use, labels) for use in two.rules)
    return replace(one, objective=Objective(tuple(terms.values())), rules=one.rules + rules)


def _held_by_both(one: Term, two: Term) -> Term | None:
    """The term that holds on to the identity where both parts do; None for other terms."""
    if one.args.get("reference") != "identity" or "mask" not in one.args:
        return None
    if replace(two, args={**two.args, "mask": one.args["mask"]}) != one:
        return None
    mask = f"({one.args['mask']}) & ({two.args['mask']})"
    return replace(one, args={**one.args, "mask": mask})


def _renamed_rule(use: RuleUse, labels: Mapping[str, str]) -> RuleUse:
    of, against = (tuple(labels.get(one, one) for one in names) for names in (use.of, use.against))
    return replace(use, of=of, against=against)
