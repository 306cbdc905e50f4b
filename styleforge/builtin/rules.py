"""Gradient rules: what to do when terms pull in different directions.

A rule sees the gradients of groups of terms with respect to one parameter and returns gradients
for the same groups. ``of`` are the groups it may change, ``against`` those it must respect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import torch
from torch import Tensor

from styleforge.errors import UserError

Per = Literal["row", "whole"]
_TINY = 1e-12  # the published code's guard for a zero direction


def project(
    gradients: Mapping[str, Tensor],
    of: Sequence[str],
    against: Sequence[str],
    *,
    per: Per = "row",
) -> dict[str, Tensor]:
    """Make ``of`` orthogonal to the summed gradient of ``against``.

    g' = g - <g, d> d with d the unit direction of ``against``: LOHO's gradient orthogonalization
    (arXiv 2103.03891, section 3.3). ``per="row"`` treats each row of a W+ gradient
    ``(N, rows, width)`` alone, as the published code does; ``per="whole"`` the gradient of a
    sample as one vector, as the paper writes it. A zero direction leaves the
    gradient as it is.

    Example:
        >>> given = {"shape": torch.tensor([[1.0, 1.0]]), "look": torch.tensor([[1.0, 0.0]])}
        >>> project(given, of=["shape"], against=["look"])["shape"]
        tensor([[0., 1.]])
    """
    direction = _flat(sum(gradients[label] for label in against), per)
    unit = direction / direction.norm(dim=-1, keepdim=True).clamp_min(_TINY)
    changed = dict(gradients)
    for label in of:
        flat = _flat(gradients[label], per)
        along = (flat * unit).sum(dim=-1, keepdim=True)
        changed[label] = (flat - along * unit).reshape(gradients[label].shape)
    return changed


def pcgrad(
    gradients: Mapping[str, Tensor],
    of: Sequence[str],
    against: Sequence[str],
    *,
    per: Per = "whole",
) -> dict[str, Tensor]:
    """Remove from each group in ``of`` its conflict with every other group (PCGrad).

    For each pair with <g_i, g_j> < 0, g_i loses its component along the original g_j
    (Yu et al., "Gradient surgery for multi-task learning", arXiv 2001.06782, algorithm 1, with
    the groups in their order rather than a random one, so that a run can be reproduced).

    Example:
        >>> given = {"shape": torch.tensor([[-1.0, 1.0]]), "look": torch.tensor([[1.0, 0.0]])}
        >>> pcgrad(given, of=["shape"], against=["look"])["shape"]
        tensor([[0., 1.]])
    """
    labels = (*of, *against)
    flat = {label: _flat(gradients[label], per) for label in labels}  # (N, rows, width) or (N, D)
    changed = dict(gradients)
    for label in of:
        mine = flat[label]
        for other in labels:
            if other == label:
                continue
            theirs = flat[other]
            dot = (mine * theirs).sum(dim=-1, keepdim=True).clamp_max(0)  # (N, rows, 1) or (N, 1)
            mine = mine - dot / theirs.square().sum(dim=-1, keepdim=True).clamp_min(_TINY) * theirs
        changed[label] = mine.reshape(gradients[label].shape)
    return changed


def none(
    gradients: Mapping[str, Tensor],
    of: Sequence[str],  # noqa: ARG001  (the signature of a rule)
    against: Sequence[str],  # noqa: ARG001
) -> dict[str, Tensor]:
    """Change nothing, so that the conflict of two sides is measured as it is.

    Example:
        >>> none({"shape": torch.ones(1, 2)}, of=["shape"], against=[])["shape"]
        tensor([[1., 1.]])
    """
    return dict(gradients)


def drop(
    gradients: Mapping[str, Tensor],
    of: Sequence[str],
    against: Sequence[str],  # noqa: ARG001  (the signature of a rule)
) -> dict[str, Tensor]:
    """Keep ``of`` off the parameter altogether (LOHO keeps structure off the noise maps).

    Example:
        >>> drop({"shape": torch.ones(1, 2)}, of=["shape"], against=[])["shape"]
        tensor([[0., 0.]])
    """
    return {
        label: torch.zeros_like(gradient) if label in of else gradient
        for label, gradient in gradients.items()
    }


def _flat(gradient: Tensor | int, per: Per) -> Tensor:
    """``(N, rows, width)`` per row, else one vector per sample ``(N, numbers)``."""
    if isinstance(gradient, int):
        msg = "A rule was given nothing to respect; name at least one term in `against`."
        raise UserError(msg)
    return gradient if per == "row" and gradient.ndim == 3 else gradient.flatten(start_dim=1)
