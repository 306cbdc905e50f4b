"""Toy models in which a domain's own regions exist: its plugin is tried without its pack.

The region provider finds whatever names it is given, as soft blobs around the picture's centre;
everything else is the toy pack's.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.mapper.declared import injections_of
from styleforge.mapper.network import Mapper
from styleforge.pack.models import Models
from styleforge.testing import toy, toy_models, toy_words

if TYPE_CHECKING:
    from styleforge.recipe.domain import Attribute

REST = "rest"


@dataclass(frozen=True)
class StandInRegions:
    """Soft regions of any names, the first of which is what no other covers.

    Each depends a little on the colours, so that losses on live regions have a gradient.
    """

    names: tuple[str, ...]

    def __call__(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to regions ``(N, len(names), H, W)`` that sum to 1."""
        height, width = image.shape[-2:]
        y = torch.linspace(-1, 1, height, dtype=image.dtype, device=image.device)[:, None]
        x = torch.linspace(-1, 1, width, dtype=image.dtype, device=image.device)[None, :]
        channels = image.clamp(-2, 2).unbind(dim=1)
        planes = [torch.zeros_like(channels[0])]
        count = len(self.names) - 1
        for index in range(count):
            angle = 2 * math.pi * index / count - math.pi / 2
            reach = (x - 0.5 * math.cos(angle)).square() + (y - 0.5 * math.sin(angle)).square()
            planes.append(3 - 8 * reach + channels[index % 3] - channels[(index + 1) % 3])
        return torch.stack(planes, dim=1).softmax(dim=1)


def stand_in(
    regions: Sequence[str],
    domain: str = "",
    attributes: Sequence[Attribute] = (),
    components: Mapping[str, Callable[[], Any]] | None = None,
    *,
    dtype: torch.dtype = torch.float64,
) -> Models:
    """The toy pack's models with other regions.

    Args:
        regions: names, what a domain changes first.
        domain: for which there is a mapper of random weights, if its attributes drive rows.
        attributes: of that domain.
        components: more components, or others, by kind.
        dtype: double precision, so that laws may compare numbers.
    """
    names = (REST, *(name for name in dict.fromkeys(regions) if name != REST))
    pack = toy.toy_pack()
    made: dict[str, Any] = {**pack.components, "regions": partial(StandInRegions, names)}
    driven = [one for one in attributes if one.drives]
    groups = {group for one in driven for joined in one.drives for group in joined.split("+")}
    known = groups <= set(pack.row_groups)
    if driven and known:
        made[f"mapper/{domain}"] = partial(_mapper, tuple(driven))
    made.update(components or {})
    return Models(replace(pack, components=made), dtype=dtype)


def _mapper(attributes: tuple[Attribute, ...]) -> Mapper:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        return Mapper(
            injections_of(attributes, Models(toy.toy_pack())),
            rows=toy_models.generator().rows,
            width=toy_models.WIDTH,
            embedding=toy_words.WIDTH,
            depth=2,
        )
