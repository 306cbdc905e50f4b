"""How far regions cover each pixel of a picture, and where an edit may change it."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from styleforge.prepare import masks
from styleforge.prepare.nearest import nearest_known
from styleforge.prepare.problem import Reference
from styleforge.prepare.regions import REACH, hard_regions
from styleforge.recipe.domain import Domain
from styleforge.recipe.recipe import Compose

_CERTAIN = 0.7  # a pixel with this share of a spared region belongs to it alone
_RIM = 2  # pixels at a width of 256 around a region that may still show it
_SOLID = 0.9  # coverage from which a pixel shows the region and nothing of what is behind it


def continued(image: Tensor, coverage: Tensor) -> Tensor:
    """A picture with the colours of what ``coverage`` covers fully continued beyond its edge.

    Blending it by the coverage then brings in no colour from behind.

    Args:
        image: ``(1, C, H, W)``; so is what is returned.
        coverage: ``(1, 1, H, W)`` in [0, 1].

    Example:
        >>> picture = torch.tensor([1.0, 2.0, 9.0]).reshape(1, 1, 1, 3)
        >>> coverage = torch.tensor([1.0, 1.0, 0.4]).reshape(1, 1, 1, 3)  # the last in part
        >>> continued(picture, coverage).flatten()
        tensor([1., 2., 2.])
    """
    solid = ~(coverage[0, 0] <= _SOLID).cpu().numpy()
    if not solid.any():
        return image
    rows, columns = (torch.from_numpy(one).to(image.device) for one in nearest_known(solid))
    return image[..., rows, columns]


def shown(regions: Mapping[str, Tensor], names: tuple[str, ...]) -> Tensor:
    """How far the named regions cover each pixel ``(1, 1, H, W)``, in [0, 1].

    Faint shares far from where a region is found count as 0.

    Example:
        >>> soft = {"hat": torch.full((1, 1, 8, 8), 0.6), "face": torch.full((1, 1, 8, 8), 0.4)}
        >>> shown(soft, ("hat",)).unique()
        tensor([0.6000])
    """
    hard = hard_regions(regions)
    found = torch.stack([hard[name] for name in names]).amax(dim=0)  # (1, 1, H, W)
    near = masks.dilate(found, masks.scaled(REACH, found.shape[-1]))
    soft = torch.stack([regions[name] for name in names]).sum(dim=0)
    return soft.clamp(0, 1) * near


def hole_of(identity: Reference, names: tuple[str, ...], spare: tuple[str, ...] = ()) -> Tensor:
    """Where the named regions of a picture are, with a margin ``(1, 1, H, W)``.

    Their edges are soft, they cast shadows, and their tips may not be found. Into regions to
    ``spare`` the margin goes no further than a rim: an eye that touches a fringe stays.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> hole_of(identity, ("thing",)).unique()
        tensor([0., 1.])
    """
    hard = hard_regions(identity.regions)
    hole = torch.stack([hard[name] for name in names]).amax(dim=0)  # (1, 1, H, W)
    width = hole.shape[-1]
    near = masks.dilate(hole, masks.scaled(REACH, width))
    spared = [identity.regions[name] for name in spare if name not in names]
    if not spared:
        return near
    certain = (torch.stack(spared).amax(dim=0) > _CERTAIN).to(near)
    return near * torch.maximum(masks.dilate(hole, masks.scaled(_RIM, width)), 1 - certain)


def edited_area(
    regions: Mapping[str, Tensor], identity: Reference, domain: Domain, how: Compose
) -> Tensor:
    """The styled region, old and new, grown and feathered: ``(1, 1, H, W)`` in [0, 1].

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> identity = toy.toy_problem(Models(toy.toy_pack())).identity
        >>> edited_area(identity.regions, identity, toy.TOY, Compose()).shape
        torch.Size([1, 1, 32, 32])
    """
    new = hard_regions(regions)[domain.region]
    old = hard_regions(identity.regions)[domain.region]
    width = new.shape[-1]
    area = masks.dilate(torch.maximum(new, old), how.grow * width)
    return masks.blur(area, how.feather * width)
