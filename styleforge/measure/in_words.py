"""Core's metrics of what was asked for in words, by the pack's reader of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styleforge.measure.truth import Comparison


def reached(given: Comparison) -> float | None:
    """1 where the picture shows all that was asked for in words, by the pack's reader; else 0.

    None where nothing was asked for in words.

    Example:
        >>> from styleforge.testing import toy
        >>> reached(toy.toy_comparison()) is None  # pictures were asked for
        True
    """
    if not given.words:
        return None
    reader = given.problem.models.get("reader")
    return float(all(reader.shows(given.image, given.found, one) for one in given.words))


def unasked(given: Comparison) -> float | None:
    """How far those attributes of the domain moved that words do not ask for.

    By the pack's reader, see `styleforge.measure.wordings.Reader`. None where nothing was asked for
    in words.

    Example:
        >>> from styleforge.testing import toy
        >>> unasked(toy.toy_comparison()) is None
        True
    """
    if not given.words:
        return None
    asked = [one.attribute.name for one in given.words]
    before, reader = given.problem.identity.image, given.problem.models.get("reader")
    return float(reader.moved(given.image, before, given.domain, asked))
