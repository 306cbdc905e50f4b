"""From a file to what is compared of it: framed alike, or left out with a reason.

A pack with a size aligns pictures itself. One that leaves them at their own size is framed here as
FFHQ frames faces (Karras et al. 2019): by the eyes where landmarks are known, else by where the
subject was found. So a share of the region means the same for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge.errors import PluginError, SeveralSubjects, UserError
from styleforge.measure.pairs import Seen
from styleforge.measure.tuples import LeftOut, Part
from styleforge.pack.taxonomy import LAYOUTS
from styleforge.prepare import geometry
from styleforge.prepare.opening import hashed_picture, readable
from styleforge.prepare.placing import fit_matrix
from styleforge.prepare.prepare import prepare, resolve
from styleforge.prepare.regions import hard_regions
from styleforge.recipe.selection import SIDE, Selection

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.prepare.problem import Reference

# Where FFHQ's formula puts the eyes, in shares of the picture, if the mouth is 1.1 of their
# distance below them.
EYES = ((0.375, 0.4725), (0.625, 0.4725))
WITHIN = 0.6  # of the frame's width that a subject's own square takes


@dataclass(frozen=True)
class Looking:
    """How pictures are looked at.

    Args:
        models: of a pack, with the regions that plugins add.
        region: the domain's, of which there has to be enough.
        selection: how much is enough, and what is compared.
        masks_alone: landmarks are not asked for.
        doubted: pictures whose regions the pack doubts take part all the same.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> by = Selection(compared="keep", least=0.0)
        >>> Looking(Models(toy.toy_pack()), "thing", by).placed
        True
    """

    models: Models
    region: str
    selection: Selection
    masks_alone: bool = False
    doubted: bool = False

    def __post_init__(self) -> None:
        names = self.models.get("regions").names
        for name in (self.region, self.selection.compared):
            if name not in names:
                msg = (
                    f"The pack {self.models.pack.name!r} finds no region {name!r}, it finds "
                    f"{', '.join(names)}. Compare another one (--compare), or choose another pack."
                )
                raise UserError(msg)
        if not self.masks_alone and not self.models.has("landmarks"):
            bring = self.models.pack.to_bring("landmarks")
            msg = (
                f"The pack {self.models.pack.name!r} finds no landmarks, and pairs are sorted by "
                f"their distance as well as by masks. {bring} Or sort by masks alone: "
                "--masks-alone, in Python masks_alone=True."
            )
            raise UserError(msg.replace("  ", " "))

    @property
    def placed(self) -> bool:
        """Whether landmarks are compared."""
        return not self.masks_alone


def look(path: str | Path, looking: Looking) -> tuple[Seen, Part] | LeftOut:
    """What is compared of a picture, or why it takes no part.

    Args:
        path: of the file, or ``gallery:NAME``.
        looking: with what, and for what.

    Raises:
        PluginError: if a component of the pack fails.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> looking = Looking(Models(toy.toy_pack()), "thing", Selection(compared="keep", least=0))
        >>> seen, part = look("me.png", looking)
        >>> seen.mask.shape, seen.landmarks.shape
        ((256, 256), (5, 2))
        >>> look("none.png", looking).kind
        'unreadable'
    """
    models, name, opened = looking.models, str(path), False
    try:
        with hashed_picture(resolve(path, models), name) as (picture, sha256):
            with readable(name):
                picture.load()
            opened = True
            return _looked(prepare(picture, models, name=name), looking, sha256)
    except PluginError:
        raise
    except _Unfit as reason:
        return LeftOut(name, reason.kind, str(reason))
    except SeveralSubjects as error:
        return LeftOut(name, f"several {_noun(models)}s", str(error))
    except UserError as error:
        return LeftOut(name, f"no {_noun(models)}" if opened else "unreadable", str(error))


class _Unfit(Exception):
    def __init__(self, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.kind = kind


def _looked(reference: Reference, looking: Looking, sha256: str) -> tuple[Seen, Part]:
    """What is compared of a prepared picture.

    Raises:
        _Unfit: it takes no part.
    """
    region, by = looking.region, looking.selection
    name = reference.source
    for one in dict.fromkeys((region, by.compared)):
        if one in reference.doubts and not looking.doubted:
            msg = (
                f"The {one} in {name} is doubted, because {reference.doubts[one]}. Pictures that "
                "are doubted take part with --doubted, in Python doubted=True."
            )
            raise _Unfit(f"{one} doubted", msg)
    points = None if looking.masks_alone else _landmarks(reference, looking.models)
    matrix = _frame(reference, points, looking.models)
    hard = hard_regions(reference.regions)
    masks = {
        one: geometry.warp(hard[one], matrix, (SIDE, SIDE), border="zero")[0, 0] > 0.5
        for one in dict.fromkeys((region, by.compared))
    }
    share = float(masks[region].float().mean())
    if share < by.least:
        msg = f"{share:.1%} of {name} is {region}; {by.least:.1%} is needed at least."
        raise _Unfit(f"too little {region}", msg)
    if float(masks[by.compared].float().mean()) < looking.models.least(by.compared):
        raise _Unfit(f"{by.compared} not found", f"No {by.compared} was found in {name}.")
    placed = None if points is None else points @ matrix[:, :2].T + matrix[:, 2]
    part = Part(round(share, 4), sha256, reference.notes)
    return Seen(name, masks[by.compared].numpy(), placed, share), part


def _landmarks(reference: Reference, models: Models) -> NDArray[np.float64]:
    """Landmarks ``(L, 2)`` in pixels of the prepared picture.

    Raises:
        _Unfit: there are none.
    """
    found = reference.landmarks
    if found is None:
        provider = models.get("landmarks")
        with torch.no_grad():
            if reference.subject is not None and hasattr(provider, "of"):
                found = provider.of(reference.image, reference.subject)
            else:
                found = provider(reference.image)
    if found is None:
        msg = f"No landmarks were found in {reference.source}, though a {_noun(models)} was."
        raise _Unfit("no landmarks", msg)
    return np.asarray(found[0].detach().cpu().double().numpy())


def _frame(
    reference: Reference, points: NDArray[np.float64] | None, models: Models
) -> geometry.Matrix:
    """From pixels of the prepared picture to those of the frame that all are compared in."""
    height, width = reference.image.shape[-2:]
    if models.pack.size is not None:
        return np.array([[SIDE / width, 0.0, 0.0], [0.0, SIDE / height, 0.0]])
    layout = models.pack.landmark_layout
    known = next((one.parts for one in LAYOUTS if one.name == layout), {})
    if points is not None and {"left_eye", "right_eye"} <= set(known):
        right, left = (points[list(known[f"{side}_eye"])].mean(0) for side in ("right", "left"))
        return geometry.similarity(np.stack((right, left)), np.array(EYES) * SIDE)
    if reference.subject is not None:
        shift = np.array([[0, 0, (1 - WITHIN) / 2], [0, 0, (1 - WITHIN) / 2]])
        return np.asarray((np.array(reference.subject.place) * WITHIN + shift) * SIDE)
    return fit_matrix(reference.image, (SIDE, SIDE))


def _noun(models: Models) -> str:
    return models.get("subjects").noun if models.has("subjects") else "subject"
