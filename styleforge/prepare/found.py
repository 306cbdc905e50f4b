"""Whether a picture shows what an edit needs of it: refused or told where it does not."""

from __future__ import annotations

import torch

from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.prepare import masks
from styleforge.prepare.problem import Reference
from styleforge.prepare.ways import PAINT
from styleforge.recipe.domain import Domain

_ENOUGH = 1024  # pixels of the width that are looked at to say how large a region is
_UNSURE = 0.2  # a pixel's share of a region, from which it may be inside as well as outside


def require(reference: Reference, region: str, share: float, mask: str = "") -> None:
    """Refuse a picture in which a region is not found; ``mask`` is what it was painted in.

    Raises:
        UserError: if the region takes up less than ``share`` of the picture.

    Example:
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> require(identity, "hat", 0.005)
        Traceback (most recent call last):
        styleforge.errors.UserError: The pack finds no region 'hat', it finds rest, keep, thing. ...
    """
    if region not in reference.regions:
        have = ", ".join(reference.regions)
        msg = f"The pack finds no region {region!r}, it finds {have}. Choose another pack."
        raise UserError(msg)
    step = max(1, reference.image.shape[-1] // _ENOUGH)
    coarse = torch.cat([one[..., ::step, ::step] for one in reference.regions.values()], 1)
    found = float(masks.hard(coarse)[:, list(reference.regions).index(region)].mean())
    if found < share and mask:
        msg = (
            f"{mask} marks {found:.1%} of {reference.source}, and at least {share:.1%} is needed. "
            f"Paint white where the {region} is, and black elsewhere."
        )
        raise UserError(msg)
    if found < share:
        msg = (
            f"No {region} was found in {reference.source} ({found:.1%} of the picture, at least "
            f"{share:.1%} is needed). Use a picture in which the {region} can be seen, or "
            "paint it: white in a mask."
        )
        raise UserError(msg)


def vague(reference: Reference, region: str, share: float) -> tuple[str, ...]:
    """A note where a region's outline is unsure: too many pixels are neither in it nor out.

    Args:
        reference: a prepared picture.
        region: one of its regions.
        share: of the region's own size, from which so many unsure pixels are told.

    Example:
        >>> half = torch.full((1, 1, 4, 4), 0.6)
        >>> reference = Reference(image=half, regions={"lips": half, "face": 1 - half}, source="me")
        >>> vague(reference, "lips", 0.4)[0].partition(";")[0]
        'The outline of the lips in me is vague (100% of it is unsure)'
    """
    found = reference.regions[region]
    unsure = float(((found > _UNSURE) & (found < 1 - _UNSURE)).float().sum())
    off = unsure / max(float((found > 0.5).float().sum()), 1.0)
    if region in reference.doubts:
        note = (
            f"The {region} in {reference.source} may be wrong, because {reference.doubts[region]}; "
            f"look at the result. Where it is wrong, paint the {region}: {PAINT}"
        )
        return (note,)
    if off < share:
        return ()
    note = (
        f"The outline of the {region} in {reference.source} is vague ({min(off, 1):.0%} of it is "
        f"unsure); look at the result. Where it is wrong, paint the {region}: {PAINT}"
    )
    return (note,)


def check(reference: Reference, domain: Domain, models: Models, *, role: str) -> None:
    """Refuse a reference that lacks what its role needs.

    Raises:
        UserError: if a kept region, or the styled region of a reference, is not found.

    Example:
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> check(toy.toy_problem(models).identity, toy.TOY, models, role="identity")
    """
    for region in domain.keep:
        require(reference, region, models.least(region))
    if role != "identity":
        require(reference, domain.region, models.least(domain.region))
