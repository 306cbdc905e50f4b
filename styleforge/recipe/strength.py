"""Strengths: how far each attribute goes from the identity's own towards the reference.

A term of an attribute at strength s is split in two: s times the term as it is, and 1 - s times the
same term measured against the identity. For targets such as mean features and Gram matrices the
minimum of the pair is the interpolation of the two targets. Where the attribute's reference is
compared in place, the masks and targets of all other terms move along: the region of the reference
becomes the shape between the identity's region and its own, by signed distances. A pasted start
goes the same share of the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from styleforge.errors import UserError
from styleforge.recipe import expression
from styleforge.recipe.domain import Attribute
from styleforge.recipe.objective import Objective, Term
from styleforge.recipe.recipe import Recipe
from styleforge.recipe.roles import between, renamed
from styleforge.recipe.stage import Stage

OWN = "@identity"  # added to the label of the half that holds on to the identity


def with_strengths(
    recipe: Recipe, attributes: tuple[Attribute, ...], strengths: Mapping[str, float]
) -> Recipe:
    """A recipe whose terms are weighted by strengths in [0, 1], by attribute name.

    Raises:
        UserError: for an unknown attribute or a strength outside [0, 1].

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> recipe = forge.recipe("toy", "toy-look")
        >>> half = with_strengths(recipe, toy.ATTRIBUTES, {"toy.appearance": 0.5})
        >>> "toy.appearance@identity" in half.stages[0].objective.labels
        True
    """
    known = {item.name: item for item in attributes}
    for name, strength in strengths.items():
        if name not in known:
            msg = f"There is no attribute {name!r}; there are: {', '.join(known)}."
            raise UserError(msg)
        if not 0 <= strength <= 1:
            msg = f"The strength of {name} is {strength}; give a number from 0 to 1."
            raise UserError(msg)
    partial = {name: s for name, s in strengths.items() if s < 1}
    stages = tuple(_stage(stage, known, partial) for stage in recipe.stages)
    paste = recipe.start_paste
    if paste is not None:
        paste = replace(paste, strengths={known[name].role: s for name, s in partial.items()})
    return replace(recipe, stages=stages, strengths=dict(strengths), start_paste=paste)


def _stage(stage: Stage, known: Mapping[str, Attribute], partial: Mapping[str, float]) -> Stage:
    terms: list[Term] = []
    split: set[str] = set()
    for term in stage.objective:
        strength = partial.get(term.label)
        if strength is None or term.probe:
            terms.append(_between(term, known, partial))
            continue
        own = replace(
            _own(term, known[term.label].role),
            label=term.label + OWN,
            weight=term.weight * (1 - strength),
        )
        terms += [term * strength, own]
        split.add(term.label)
    rules = tuple(
        replace(use, of=_both(use.of, split), against=_both(use.against, split))
        for use in stage.rules
    )
    return replace(stage, objective=Objective(tuple(terms)), rules=rules)


def _between(term: Term, known: Mapping[str, Attribute], partial: Mapping[str, float]) -> Term:
    """A term whose masks speak of the shape in between, for aligned attributes below strength 1."""
    args = term.args
    for name, strength in partial.items():
        if known[name].aligned:
            args = between(args, known[name].role, strength)
    return replace(term, args=args)


def _both(labels: tuple[str, ...], split: set[str]) -> tuple[str, ...]:
    return tuple(
        one for label in labels for one in ((label, label + OWN) if label in split else (label,))
    )


def _own(term: Term, role: str) -> Term:
    """A term as it is measured against the identity; words and colours name no reference."""
    if term.loss != "text" and not term.args.get("swatch"):
        return replace(term, args=renamed(term.args, {role: "identity"}))
    mask = term.args.get("mask", "")
    there = expression.renamed(mask, {"image": "identity"}) if mask else ""
    args = {"reference": "identity", "mask": mask, "reference_mask": there}
    return replace(term, loss="similarity" if term.loss == "text" else term.loss, args=args)
