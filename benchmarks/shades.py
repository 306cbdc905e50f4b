"""Errors of colours, told in one line."""

from __future__ import annotations

from collections.abc import Sequence

FAR = 5.0  # CIEDE2000 from which a colour is another


def summary(what: str, errors: Sequence[float]) -> str:
    """How many of what was measured are far off, the most and the mean.

    Example:
        >>> summary("hair", [1.0, 2.0, 6.0])
        'hair: 1 of 3 beyond 5, most 6.0, mean 3.0'
    """
    beyond = sum(error > FAR for error in errors)
    mean = sum(errors) / len(errors)
    return (
        f"{what}: {beyond} of {len(errors)} beyond {FAR:.0f}, most {max(errors):.1f}, "
        f"mean {mean:.1f}"
    )
