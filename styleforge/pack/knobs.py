"""Knobs: numbers by which a pack's recolouring can be tuned, beside the strength."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.pack.protocols import TunableRecolour

if TYPE_CHECKING:
    from styleforge.pack.models import Models


@dataclass(frozen=True, kw_only=True)
class Knob:
    """One of them: from 0 to ``most``; ``usual`` where nobody turns it.

    Example:
        >>> Knob(usual=1, most=2, help="How grey (0) or strong (2) the colour is.").most
        2
    """

    usual: float
    most: float
    help: str


def refuse_knobs(tune: Mapping[str, float], models: Models) -> None:
    """Refuse numbers that a pack's recolouring cannot be tuned by.

    Raises:
        UserError: it has no such knob, or the number is out of its range.

    Example:
        >>> from styleforge.testing import toy
        >>> from styleforge.pack.models import Models
        >>> refuse_knobs({"roots": 1}, Models(toy.toy_pack()))
        Traceback (most recent call last):
        styleforge.errors.UserError: The pack 'toy' has nothing that can be tuned ...
    """
    own = models.get("recolour") if tune and models.has("recolour") else None
    have = own.knobs if isinstance(own, TunableRecolour) else {}
    if tune and not have:
        msg = (
            f"The pack {models.pack.name!r} has nothing that can be tuned ({', '.join(tune)} was "
            "asked for); leave that out."
        )
        raise UserError(msg)
    for name, value in tune.items():
        if name not in have:
            msg = f"There is no {name!r} to tune; there is {', '.join(have)}."
            raise UserError(msg)
        if not math.isfinite(value) or not 0 <= value <= have[name].most:
            msg = f"{name} was tuned to {value:g}; give a number from 0 to {have[name].most:g}."
            raise UserError(msg)
