"""Pictures of packs that leave them at their own size: which part is looked at, and how large.

A large photograph is looked at at a smaller size, and edited at its own
(`styleforge.compose.full_size`). Of several people one is looked at, with what belongs to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.prepare import geometry
from styleforge.prepare.align import refuse_number
from styleforge.prepare.images import to_bytes, to_values
from styleforge.prepare.numbered import several
from styleforge.prepare.problem import Placement
from styleforge.prepare.regions import soft_regions
from styleforge.prepare.ways import OTHER_SUBJECT, PAINT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from styleforge.pack.models import Models
    from styleforge.pack.subjects import Subject

_SOUGHT = 2_000_000  # pixels at which subjects are looked for
_CLEAR = 1.6  # by which a subject is larger than all others, where it is meant
_ONE = 0.1  # of the range from -1 to 1: a picture that varies by less shows one colour
_PART = 0.5  # share of a large photograph from which all of it is looked at


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What is looked at: ``image`` ``(1, 3, h, w)`` in [-1, 1] with its soft regions by name.

    ``placement`` says where it is in the photograph; None where it is the photograph. ``doubts``
    say of a region why it may be wrong. ``subject`` is who is meant, in pixels of ``image``.

    Example:
        >>> Looked(image=torch.zeros(1, 3, 4, 4), regions={}).placement is None
        True
    """

    image: Tensor
    regions: Mapping[str, Tensor]
    placement: Placement | None = None
    doubts: Mapping[str, str] = field(default_factory=dict)
    subject: Subject | None = None
    notes: tuple[str, ...] = ()


def looked_at(
    photo: Tensor, models: Models, name: str, number: int | None = None, *, painted: bool = False
) -> Looked:
    """What a pack without a size looks at of a photograph.

    Args:
        photo: ``(1, 3, H, W)``, bytes or values in [-1, 1].
        models: of the pack.
        name: what messages call the photograph.
        number: which of several subjects, from 1 at the left.
        painted: its region will be painted, so that none need be chosen.

    Raises:
        SeveralSubjects: it shows several, of which none was chosen and none is clearly the largest.
        UserError: it shows none, or fewer.

    Example:
        >>> from dataclasses import replace
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> models = Models(replace(toy.toy_pack(), size=None, pixels=2000))
        >>> looked_at(torch.zeros(1, 3, 80, 100), models, "me.png").image.shape
        torch.Size([1, 3, 40, 50])
    """
    if painted or not models.has("subjects"):
        refuse_number(None if painted else number, 1, name)
        image, placement, _ = _part(photo, None, models)
        regions = soft_regions(image, models, None) if painted else soft_regions(image, models)
        return Looked(image=image, regions=regions, placement=placement)
    small, share = geometry.reduced(photo, _SOUGHT)
    finder = models.get("subjects")
    with torch.no_grad():
        found = tuple(finder(to_values(small).to(models.device, models.dtype)))
    found = tuple(sorted(found, key=lambda one: one.middle[0]))
    if not found:
        msg = (
            f"No {finder.noun} was found in {name}. The pack {models.pack.name!r} finds "
            f"{finder.noun}s that are seen from the front and large enough. Use another picture, "
            f"or paint the region: {PAINT}{_as_colour(small)}"
        )
        raise UserError(msg)
    refuse_number(number, len(found), name, finder.noun)
    chosen, notes = _chosen(small, found, number, name, finder.noun)
    subject = chosen.scaled(1 / share)
    image, placement, moved = _part(photo, subject, models)
    here = moved(subject)
    regions = soft_regions(image, models, here)
    doubts = getattr(models.get("regions"), "doubts", None)
    return Looked(
        image=image,
        regions=regions,
        placement=placement,
        notes=notes,
        doubts=doubts(image, here) if doubts else {},
        subject=here,
    )


def _as_colour(small: Tensor) -> str:
    """How to ask for the colour of a picture ``(1, 3, h, w)`` that shows no other; else empty."""
    values = to_values(small)[0].flatten(1)  # (3, N) in [-1, 1]
    if float((values.amax(1) - values.amin(1)).max()) > _ONE:
        return ""
    code = "".join(f"{round((float(one) + 1) * 127.5):02x}" for one in values.mean(1))
    return f" It shows one colour; where that is what you want, ask for it: '#{code}'."


def _chosen(
    small: Tensor, found: Sequence[Subject], number: int | None, name: str, noun: str
) -> tuple[Subject, tuple[str, ...]]:
    """The one that is meant, and a note where nobody said so.

    Raises:
        SeveralSubjects: where it is not clear.
    """
    if number is not None or len(found) == 1:
        return found[(number or 1) - 1], ()
    first, second, *_ = sorted(found, key=lambda one: -one.width)
    if first.width < _CLEAR * second.width:
        raise several(small, found, name, noun)
    at = list(found).index(first) + 1
    note = (
        f"{name} shows {len(found)} {noun}s, and the largest, number {at} from the left, is "
        f"taken; {OTHER_SUBJECT}"
    )
    return first, (note,)


def _part(
    photo: Tensor, subject: Subject | None, models: Models
) -> tuple[Tensor, Placement | None, Move]:
    """The part of a photograph that is looked at, and how a subject of it moves there."""
    height, width = photo.shape[-2:]
    most = models.pack.pixels or height * width
    left, top, right, bottom = box = (0, 0, width, height)
    if subject is not None and height * width > most:
        left, top, right, bottom = subject.within(width, height)
        if (right - left) * (bottom - top) > _PART * height * width:
            left, top, right, bottom = box
    part = photo[..., top:bottom, left:right]
    small, share = geometry.reduced(part, most)
    image = to_values(small).to(models.device, models.dtype)
    scales = small.shape[-1] / part.shape[-1], small.shape[-2] / part.shape[-2]
    if part.shape == photo.shape and share == 1:
        return image, None, Move(0, 0, 1)
    rows = ((scales[0], 0.0, -left * scales[0]), (0.0, scales[1], -top * scales[1]))
    return image, Placement(photo=to_bytes(photo), matrix=rows), Move(-left, -top, share)


@dataclass(frozen=True)
class Move:
    """How subjects of a photograph move to the part of it that is looked at.

    Example:
        >>> from styleforge.pack.subjects import Subject
        >>> one = Subject(score=1, place=((0.1, 0, 0), (0, 0.1, 0)))
        >>> Move(5, 0, 0.5)(one).middle
        (5.0, 2.5)
    """

    across: float
    down: float
    share: float

    def __call__(self, subject: Subject) -> Subject:
        """The subject in pixels of that part."""
        return subject.moved(self.across, self.down).scaled(self.share)
