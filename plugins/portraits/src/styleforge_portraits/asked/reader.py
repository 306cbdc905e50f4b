"""Reads off a picture whether it shows what words say: the component ``reader``.

Shape and pattern are read as factors, by the pack's inverter and a linear map from W; a colour by
its name. Both err on true pictures, too: the method ``truth`` of `styleforge evaluate` says how
often.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray

from styleforge.errors import UserError
from styleforge_portraits import world
from styleforge_portraits.asked.colour import AXES, Colours
from styleforge_portraits.asked.phrase import said
from styleforge_portraits.models.loading import load_basis
from styleforge_portraits.training.measures import measures

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.measure.wordings import Worded
    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Domain

Array = NDArray[Any]
FITTED = 6000  # people that factors are learnt from


class FactorReader:
    """Reads pictures of the world's people; see `styleforge.measure.wordings.Reader`."""

    def __init__(self, models: Models) -> None:
        self.models = models
        rng = np.random.default_rng(0)
        people = [world.sample(rng) for _ in range(FITTED)]
        self._colours = {domain: Colours(domain, people) for domain in AXES}
        self._factors = _fitted(people)  # (rank + 1, D)

    def shows(self, image: Tensor, regions: Mapping[str, Tensor], asked: Worded) -> bool:
        """Whether a picture ``(1, 3, H, W)`` shows all that the words say.

        Raises:
            UserError: for words of another domain than hair and clothing, or that say nothing here.
        """
        domain = _known(asked.attribute.domain)
        if asked.attribute.is_colour:
            mask = regions[domain]
            return self._colours[domain].shown(image, mask, asked.text, asked.attribute)
        return said(asked.text, domain).holds(world.decode(self.code(image)))

    def moved(self, image: Tensor, before: Tensor, domain: Domain, asked: Collection[str]) -> float:
        """Root mean square of factors of the domain that were not asked for, in deviations."""
        groups = {name.replace(".", "_") for name in asked}
        own = np.concatenate(
            [
                np.full(
                    one.width, one.group.startswith(_known(domain.name)) and one.group not in groups
                )
                for one in world.FACTORS
            ]
        )
        if not own.any():
            return 0.0
        step = self.code(image) - self.code(before)
        return float(np.sqrt(np.square(step[own]).mean()))

    @torch.no_grad()
    def code(self, image: Tensor) -> Array:
        """The factors of a picture ``(1, 3, H, W)`` as a code ``(D,)``, by the inverter."""
        inverter: Any = self.models.get("inverter")
        along = inverter.read(image)[0].double().cpu().numpy()  # (rank,)
        code: Array = np.append(along, 1) @ self._factors
        return code


def _fitted(people: Sequence[world.Person]) -> Array:
    """What makes codes of coordinates along the directions of W: ``(rank + 1, D)``.

    The linear map that fits these people best.
    """
    basis = load_basis()
    table = torch.from_numpy(np.stack([measures(one) for one in people]))
    along = (basis.latents(table) @ basis.span.t()).double().numpy()  # (N, rank)
    given = np.concatenate([along, np.ones((len(along), 1))], axis=1)
    codes = np.stack([world.encode(one) for one in people])
    found: Array = np.linalg.lstsq(given, codes, rcond=None)[0]
    return found


def _known(domain: str) -> str:
    if domain not in AXES:
        msg = f"The portrait world reads words of {' and '.join(AXES)}, not of {domain}."
        raise UserError(msg)
    return domain
