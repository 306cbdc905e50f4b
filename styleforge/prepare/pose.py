"""Pose: bend a reference so that what is styled sits on the identity as it would in its pose.

LOHO states misaligned structure references as its limit (section 5); this is ours to add.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from styleforge.pack.models import Models
from styleforge.prepare import bent, geometry, masks
from styleforge.prepare.problem import Reference

_OFF = 0.01  # landmarks further off than this share of the width are warped to each other


def match_pose(reference: Reference, identity: Reference, models: Models, region: str) -> Reference:
    """The reference with its ``region`` as it would be on the identity.

    The pack's poser says how, if it has one that knows the region; else landmarks are brought to
    landmarks by a thin-plate spline, where they are off.

    Example:
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> problem = toy.toy_problem(models, "shape")
        >>> match_pose(problem.role("shape"), problem.identity, models, "thing").image.shape
        torch.Size([1, 3, 32, 32])
    """
    found = pose_map(reference, identity, models, region)
    return reference if found is None else moved_by(reference, identity, *found)


def pose_map(
    reference: Reference, identity: Reference, models: Models, region: str
) -> tuple[NDArray[np.float64], str] | None:
    """Where each pixel of the bent reference comes from, ``(H, W, 2)`` pixels (x, y), and a note.

    None where the reference stays as it is.

    Example:
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> identity = toy.toy_problem(models, "shape").identity
        >>> pose_map(identity, identity, models, "thing") is None
        True
    """
    if reference is identity:
        return None
    if models.has("poser") and region in models.get("poser").names:
        where = _posed(reference, identity, models, region)
        note = f"{reference.source} was turned and stretched to fit the person in the picture."
        return where, note
    if reference.landmarks is None or identity.landmarks is None:
        return None
    width = identity.image.shape[-1]
    off = bent.landmark_distance(reference.landmarks, identity.landmarks, width)
    if off <= _OFF:
        return None
    where = bent.landmark_map(
        reference.landmarks, identity.landmarks, (reference.image.shape[-2], width)
    )
    return where, f"{reference.source} was warped to the identity's pose (it was {off:.1%} off)."


def _posed(
    reference: Reference, identity: Reference, models: Models, region: str
) -> NDArray[np.float64]:
    one, two = (
        torch.cat(tuple(models.own_regions(item.regions).values()), dim=1)
        for item in (reference, identity)
    )  # (1, R, H, W): the poser was trained on the pack's regions
    with torch.no_grad():
        found: Tensor = models.get("poser")(reference.image, one, identity.image, two, region)
    return found[0].permute(1, 2, 0).cpu().double().numpy()


def moved_by(
    reference: Reference, identity: Reference, where: NDArray[np.float64], note: str
) -> Reference:
    """The reference moved by a map of `pose_map`, in the identity's pose; with the note.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> me = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> where = np.stack(np.meshgrid(np.arange(32) + 0.5, np.arange(32) + 0.5), axis=-1)
        >>> moved_by(me, me, where, "It was bent.").notes[-1]
        'It was bent.'
    """
    soft = torch.cat(tuple(reference.regions.values()), dim=1)  # (1, R, H, W)
    soft = geometry.remap(soft, where).clamp_min(0)
    soft = soft / soft.sum(dim=1, keepdim=True).clamp_min(1e-6)
    return replace(
        reference,
        image=geometry.remap(reference.image, where),
        regions=masks.region_map(tuple(reference.regions), soft),
        landmarks=identity.landmarks,
        unposed=reference.image if reference.unposed is None else reference.unposed,
        notes=(*reference.notes, note),
    )
