"""HairCLIP's losses for any domain (Wei et al., CVPR 2022, arXiv 2112.05142, sections 3.3 and 3.4).

Each is a registered loss with the published weight, so that it works in training and in recipes.
The published weight of a term is the product of its group's and its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from styleforge.recipe.domain import Attribute
from styleforge.recipe.objective import Objective, Term

TEXT = 2.0
IMAGE_SHAPE = 5.0
IMAGE_COLOUR = 0.02
IDENTITY = 0.3
BACKGROUND = 1.0
LATENT = 0.8


def shape_likeness(role: str, region: str) -> Objective:
    """Embeddings of the region, the picture's against the reference's (equation 7).

    Example:
        >>> shape_likeness("shape", "lips").labels
        ('likeness',)
    """
    args = {
        "reference": role,
        "mask": f"image.{region}",
        "reference_mask": f"{role}.{region}",
    }
    return Objective((Term("likeness", "similarity", args, IMAGE_SHAPE),))


def colour_likeness(role: str, region: str) -> Objective:
    """Mean CIELAB colour of the region, against the reference's (equation 8).

    Example:
        >>> [term.loss for term in colour_likeness("colour", "lips")]
        ['colour']
    """
    args = {
        "reference": role,
        "mask": f"image.{region}",
        "reference_mask": f"{role}.{region}",
    }
    return Objective((Term("likeness", "colour", args, IMAGE_COLOUR),))


def keep_colour(region: str) -> Objective:
    """The region keeps the identity's mean colour where nobody asks for another (equation 10).

    Example:
        >>> [term.loss for term in keep_colour("lips")]
        ['colour']
    """
    args = {
        "reference": "identity",
        "mask": f"image.{region}",
        "reference_mask": f"identity.{region}",
    }
    return Objective((Term("hold", "colour", args, IMAGE_COLOUR),))


def _preservation(region: str) -> Objective:
    """Who it is, the background (what neither picture calls the region), and a short step.

    Equations 9, 11 and 12.
    """
    outside = f"~image.{region} & ~identity.{region}"
    background = {"reference": "identity", "mask": outside, "norm": "l2", "over": "picture"}
    return Objective(
        (
            Term("identity similarity", "identity_similarity", {}, IDENTITY),
            Term("background", "pixels", background, BACKGROUND),
            Term("latent", "latent", {}, LATENT),
        )
    )


def objective(attributes: Iterable[Attribute], region: str, kinds: Mapping[str, str]) -> Objective:
    """What a mapper minimises for a pattern of conditions.

    Args:
        attributes: of the domain, those that the mapper drives.
        region: what the domain styles.
        kinds: ``text`` or ``image`` by attribute; attributes that are left out are not asked for.
    """
    terms = list(_preservation(region))
    for attribute in attributes:
        kind = kinds.get(attribute.name)
        if kind == "text":
            said = {"reference": attribute.role}
            terms.append(Term(attribute.name, "similarity", said, TEXT))
        elif kind == "image":
            terms += [_named(one, f"{attribute.name} {one.label}") for one in attribute.likeness]
        elif kinds:
            terms += [_named(one, f"{attribute.name} {one.label}") for one in attribute.hold]
    return Objective(tuple(terms))


def _named(term: Term, label: str) -> Term:
    return Term(label, term.loss, term.args, term.weight)
