"""Laws of attributes: they belong to a domain, and asking for one does something."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import torch

from styleforge.recipe.domain import Attribute
from styleforge.testing.laws.law import Law, LawBroken
from styleforge.testing.laws.words import check_json, check_terms_exist, check_title_and_help

if TYPE_CHECKING:
    from styleforge.recipe.objective import Term
    from styleforge.testing.subjects import AttributeSubject

CONDITIONS = ("image", "text", "swatch", "mask")
RESERVED = ("identity", "image", "paste")  # roles with a meaning of their own


def has_title_and_help(subject: AttributeSubject) -> None:
    """The attribute has a title and a help."""
    check_title_and_help(subject, subject.item)


def belongs_to_a_domain(subject: AttributeSubject) -> None:
    """The name is DOMAIN.ROLE with a domain that exists and a role that is free."""
    item = subject.item
    if not re.fullmatch(r"[a-z][a-z0-9_-]*\.[a-z][a-z0-9_]*", item.name):
        msg = (
            f"{subject} is not named DOMAIN.ROLE in small letters, such as 'lips.colour'; the "
            "role becomes an option of the command line. Rename it."
        )
        raise LawBroken(msg)
    if item.domain not in subject.forge.domains:
        have = ", ".join(subject.forge.domains) or "none"
        msg = (
            f"{subject} belongs to the domain {item.domain!r}, which nobody registered; there "
            f"are: {have}. Load the plugin of that domain too (`also` of the test class)."
        )
        raise LawBroken(msg)
    if item.role in RESERVED:
        msg = (
            f"{subject} has the role {item.role!r}, which means something else in masks. Choose "
            f"another than {', '.join(RESERVED)}."
        )
        raise LawBroken(msg)


def accepts_conditions_that_exist(subject: AttributeSubject) -> None:
    """It accepts at least one kind of condition, only kinds that there are, masks if aligned."""
    unknown = [kind for kind in subject.item.accepts if kind not in CONDITIONS]
    if unknown or not subject.item.accepts:
        msg = (
            f"{subject} accepts {', '.join(unknown) or 'nothing'}; at least one of "
            f"{', '.join(CONDITIONS)} was expected in `accepts`."
        )
        raise LawBroken(msg)
    if "mask" in subject.item.accepts and not subject.item.aligned:
        msg = (
            f"{subject} accepts a mask and is not aligned, so that it matters little where its "
            "reference's region is. Set `aligned=True`, or leave the mask out of `accepts`."
        )
        raise LawBroken(msg)


def places_the_words(subject: AttributeSubject) -> None:
    """The prompt has one place for the words that a person types."""
    if subject.item.prompt.count("{}") != 1:
        msg = (
            f"{subject} has the prompt {subject.item.prompt!r}; exactly one {{}} was expected, "
            "where the words go."
        )
        raise LawBroken(msg)


def is_carried(subject: AttributeSubject) -> None:
    """Asking for it changes a run: it has an objective, or a stage a term labelled like it."""
    item, forge = subject.item, subject.forge
    if len(item.objective) or len(item.likeness) or item.domain not in forge.domains:
        return
    for preset in forge.domains[item.domain].presets:
        for name in preset.stages:
            if name in forge.stages and item.name in forge.stages[name].objective.labels:
                return
    msg = (
        f"{subject} has no objective, and no stage of a preset has a term labelled "
        f"{item.name!r}, so that asking for it changes nothing. Give it "
        "objective=Objective((Term(...),))."
    )
    raise LawBroken(msg)


def names_losses_that_exist(subject: AttributeSubject) -> None:
    """The losses of its terms are registered."""
    check_terms_exist(subject, _terms(subject))


def can_be_measured(subject: AttributeSubject) -> None:
    """Its terms give finite numbers on the toy models."""
    scene = subject.scene
    latent, noise = scene.latents(), scene.noise()
    with torch.no_grad():
        image = scene.picture(latent, noise)
        for term in _terms(subject):
            if term.loss not in subject.forge.losses:
                continue  # that is another law's
            view = scene.view(image, latent, noise)
            value = subject.forge.losses[term.loss](view, **term.args)
            if not bool(torch.isfinite(value).all()):
                msg = (
                    f"{subject} has the term {term.label!r}, which is {float(value)} for an "
                    "ordinary picture; a finite number was expected. Mend its loss "
                    f"{term.loss!r}, or its masks."
                )
                raise LawBroken(msg)


def round_trips(subject: AttributeSubject) -> None:
    """The attribute with its terms is the same after it was written as JSON and read back."""
    check_json(subject, Attribute, subject.item)


def _terms(subject: AttributeSubject) -> tuple[Term, ...]:
    item = subject.item
    return (*item.objective, *item.likeness, *item.hold)


LAWS = (
    Law("attribute", has_title_and_help),
    Law("attribute", belongs_to_a_domain),
    Law("attribute", accepts_conditions_that_exist),
    Law("attribute", places_the_words),
    Law("attribute", is_carried),
    Law("attribute", names_losses_that_exist),
    Law("attribute", can_be_measured),
    Law("attribute", round_trips),
)
