"""Which terms hold for many people at once, from their codes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from styleforge_portraits import world

from .words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .term import Condition

Array = NDArray[Any]


def factor_values(codes: Array) -> Mapping[str, Array]:
    """The factors of codes ``(N, D)`` by name: numbers ``(N,)``, or indices of options."""
    values: dict[str, Array] = {}
    at = 0
    for factor in world.FACTORS:
        part = codes[:, at : at + factor.width]
        at += factor.width
        if factor.kind == "category":
            values[factor.name] = part.argmax(1)
        else:
            share = ndtr(part[:, 0].astype(np.float64))
            values[factor.name] = factor.low + (factor.high - factor.low) * share
    return values


def truth_table(codes: Array) -> Array:
    """Whether each of ``WORDS`` holds for the people of codes ``(N, D)``: ``(N, len(WORDS))``."""
    values = factor_values(codes)
    options = {factor.name: factor.options for factor in world.FACTORS}
    columns = []
    for term in WORDS:
        boxes = [
            np.logical_and.reduce([_holds(one, values, options[one.factor]) for one in box])
            for box in term.boxes
        ]
        columns.append(np.logical_or.reduce(boxes))
    return np.stack(columns, 1)


def _holds(condition: Condition, values: Mapping[str, Array], options: tuple[str, ...]) -> Array:
    value = values[condition.factor]
    if condition.options:
        return np.isin(value, [options.index(one) for one in condition.options])
    return (value >= condition.low) & (value <= condition.high)
