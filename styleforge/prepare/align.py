"""Alignment, checked: a picture is placed by its landmarks, and only if it shows a subject at all.

Where the pack can find its subjects, two tests must hold: landmarks end within `ALIGNED` of where
the pack wants them, and the pack's component ``subjects`` sees one in the aligned picture. Where it
cannot, landmarks alone decide: beyond `LOST` there was no subject, beyond `ALIGNED` a note says so.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from torch import Tensor
from torch.nn.functional import interpolate

from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.pack.pack import Alignment
from styleforge.prepare.geometry import Matrix
from styleforge.prepare.numbered import several
from styleforge.prepare.placing import ALIGNED, Placed, fit_matrix, settle
from styleforge.prepare.ways import OTHER_PACK

LOST = 0.06  # of the width, where there is no ``subjects``: pictures of other things stay 0.08 off
SURE = 0.6  # below this score a note says that there is doubt
TURNS = 3  # the second look, at a picture that is nearly aligned, is the exact one
MORE = 8  # turns for a subject that was found roughly
EXACT = 0.005  # as `ALIGNED`, where they are looked at until they are in place
# Landmarks may be content with a place a little beside the right one, so the best is sought from
# places beside it, too: enlarged by, moved down by a share.
NUDGES = ((1.0, -0.06), (1.08, 0.0), (1.0, 0.06), (0.93, 0.0))
SEEN = 1200  # pixels of the longer side at which subjects are looked for


def align(
    photo: Tensor, models: Models, alignment: Alignment, name: str, subject: int | None = None
) -> tuple[Placed, tuple[str, ...]]:
    """The place of the subject of a photo ``(1, 3, H, W)``, and what the user should know of it.

    Args:
        photo: in [-1, 1], of any size.
        models: with landmarks, and with ``subjects`` where the pack can tell what they are.
        alignment: where landmarks are wanted.
        name: what messages call the photo.
        subject: which of several, from 1, from left to right.

    Raises:
        UserError: if there is no subject, it cannot be placed, or there are several and none was
            chosen.

    Example:
        >>> import torch
        >>> from styleforge.testing import toy
        >>> eyes = Alignment(groups=((0,), (1,)), places=((10 / 32, 14 / 32), (22 / 32, 14 / 32)))
        >>> photo = torch.zeros(1, 3, 32, 32)
        >>> align(photo, Models(toy.toy_pack()), eyes, "me.png")[0].moved  # aligned already
        False
    """
    first = settle(photo, fit_matrix(photo, models.pack.frame), models, alignment, TURNS)
    if not models.has("subjects"):
        refuse_number(subject, 1, name)
        return first, _left_over(first, name)
    noun = models.get("subjects").noun
    if first.good and not first.moved and subject in {None, 1}:
        return first, _doubt(first, name, noun)
    found = _several(photo, first, models, alignment)
    if not found:
        msg = (
            f"No {noun} was found in {name}. The pack {models.pack.name!r} edits pictures that "
            f"show a {noun} of its kind, from the front, a tenth of the picture wide or more; use "
            f"one, or {OTHER_PACK}"
        )
        raise UserError(msg)
    if len(found) > 1 and subject is None:
        raise several(photo, [one.subject(models.pack.frame) for one in found], name, noun)
    refuse_number(subject, len(found), name, noun)
    chosen = _polished(photo, found[(subject or 1) - 1], models, alignment)
    return chosen, _doubt(chosen, name, noun)


def refuse_number(subject: int | None, count: int, name: str, noun: str = "subject") -> None:
    """Refuse the number of a subject that a picture does not show.

    Raises:
        UserError: if there are fewer.

    Example:
        >>> refuse_number(2, 1, "me.png")
        Traceback (most recent call last):
        styleforge.errors.UserError: me.png shows only 1 subject, but number 2 was asked for. ...
    """
    if subject is not None and subject > count:
        only = f"only {count} {noun}{'s' if count > 1 else ''}"
        msg = (
            f"{name} shows {only}, but number {subject} was asked for. They are numbered from left "
            "to right."
        )
        raise UserError(msg)


def _several(
    photo: Tensor, first: Placed, models: Models, alignment: Alignment
) -> tuple[Placed, ...]:
    """Every subject of a photo, from left to right, each at its best place."""
    size = models.pack.frame
    small, scale = _reduced(photo)
    found = [first] if first.good else []
    for one in models.get("subjects")(small):
        rough = np.array(one.place) * size[1]
        placed = _settled(small, rough, models, alignment).of_larger(scale)
        if placed.good:
            apart = [other for other in found if not placed.same(other, size)]
            alike = [placed, *(other for other in found if placed.same(other, size))]
            found = [*apart, max(alike, key=lambda one: one.worth)]
    return tuple(sorted(found, key=lambda one: one.middle(size)[0]))


def _polished(photo: Tensor, placed: Placed, models: Models, alignment: Alignment) -> Placed:
    """The best of the places that are found from a place and from those beside it."""
    small, scale = _reduced(photo)
    start, tried = placed.of_larger(1 / scale), [placed]
    for enlarged, down in NUDGES:
        beside = start.nudged(enlarged, down, models.pack.frame)
        other = _settled(small, beside, models, alignment).of_larger(scale)
        if other.good and other.same(placed, models.pack.frame):
            tried.append(other)
    return max(tried, key=lambda one: one.worth)


def _settled(photo: Tensor, rough: Matrix, models: Models, alignment: Alignment) -> Placed:
    """The exact place from a rough one."""
    return replace(settle(photo, rough, models, alignment, MORE, EXACT), moved=True)


def _reduced(photo: Tensor) -> tuple[Tensor, float]:
    """A photo ``(1, 3, H, W)`` at which many looks are cheap, and by what it was made smaller."""
    scale = SEEN / max(photo.shape[-2:])
    if scale >= 1:
        return photo, 1.0
    tall, wide = (max(round(side * scale), 1) for side in photo.shape[-2:])
    return interpolate(photo, (tall, wide), mode="area"), scale


def _left_over(placed: Placed, name: str) -> tuple[str, ...]:
    """A note where an alignment is not exact.

    Raises:
        UserError: if nothing was found that could be aligned.
    """
    if placed.off > LOST:
        msg = (
            f"No subject of the kind that this pack knows was found in {name}: what was taken for "
            f"one stays off its place by {placed.off:.0%} of the width. Use a picture that shows "
            f"one upright and large, or {OTHER_PACK}"
        )
        raise UserError(msg)
    if placed.off > ALIGNED:
        note = f"{name} could be aligned to {placed.off:.1%} of its width only; look at the result."
        return (note,)
    return ()


def _doubt(placed: Placed, name: str, noun: str) -> tuple[str, ...]:
    if placed.score >= SURE:
        return ()
    note = (
        f"{name} may show no {noun} of the kind that the pack knows (score {placed.score:.2f} of "
        "1); look at the result with care."
    )
    return (note,)
