"""Measuring a result by every metric there is, against the true answer where a pack knows it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.errors import PluginError
from styleforge.measure.numbers import finite
from styleforge.measure.truth import comparison
from styleforge.pack.guards import Guarded
from styleforge.recipe.domain import Domain

if TYPE_CHECKING:
    from styleforge.measure.truth import Truth
    from styleforge.measure.wordings import Worded
    from styleforge.pack.models import Models
    from styleforge.plugins.registry import Registry
    from styleforge.prepare.problem import Problem

KIND = "metric/"


def measure(
    image: Tensor,
    truth: Truth | None,
    problem: Problem,
    domain: Domain,
    components: Registry[Any],
    *,
    style: tuple[str, str] | None = None,
    latent: Tensor | None = None,
    words: tuple[Worded, ...] = (),
    only: Collection[str] = (),
) -> dict[str, float]:
    """Scores of an edited picture ``(1, 3, H, W)`` by the metrics that plugins registered.

    Args:
        image: the edited picture.
        truth: the true answer; None where it is not known.
        problem: the pictures that led to it.
        domain: what was edited.
        components: where the metrics are looked up; a forge's.
        style: two roles, such as ``("finer_style", "shape")``; the first one's score tells whose
            style the result has, and the second one's outline was asked for.
        latent: the result's W+ ``(1, rows, width)``, where a generator drew it.
        words: what was asked for in words.
        only: names of the metrics that are asked, without ``metric/``; all where empty.

    Returns:
        Core's first (`styleforge.measure.scores`), then those of the component ``metric/NAME`` of
        any plugin, under its attribute ``score``, else its name. A metric that ``needs`` a
        component which the pack lacks gives none: see `unmeasured`. Nor does one that is to be
        compared with a truth that is not known.

    Raises:
        PluginError: if a metric fails, gives no finite number, or two give a score one name.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> given, metrics = toy.toy_comparison(same=True), Forge(()).components
        >>> scores = measure(given.image, given.truth, given.problem, toy.TOY, metrics)
        >>> scores["thing_iou"], round(scores["truth_ssim"], 3)
        (1.0, 1.0)
    """
    given = comparison(image, truth, problem, domain, style, latent, words)
    scores: dict[str, float] = {}
    for name, metric in _metrics(components):
        if _lacking(metric, problem.models) or (only and name.removeprefix(KIND) not in only):
            continue
        if truth is None and not getattr(metric, "without_truth", False):
            continue
        what = f"The component {name!r} of {components.owner(name)}"
        with torch.no_grad():
            value = finite(Guarded(metric, what)(given), what)
        if value is None:  # it says nothing of this one
            continue
        score = _score(name, metric, domain, style)
        if score in scores:
            msg = f"{what} gives the score {score!r}, as another does; give it another `score`."
            raise PluginError(msg)
        scores[score] = value
    return scores


def meanings(
    components: Registry[Any], domain: Domain, style: tuple[str, str] | None = None
) -> dict[str, str]:
    """What the scores of `measure` say, by name: each metric's attribute ``says``.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> meanings(Forge(()).components, toy.TOY)["thing_iou"]
        "overlap of the result's thing with the true thing (1 is perfect)"
    """
    return {
        _score(name, metric, domain, style): _filled(getattr(metric, "says", ""), domain, style)
        for name, metric in _metrics(components)
    }


def directions(
    components: Registry[Any], domain: Domain, style: tuple[str, str] | None = None
) -> dict[str, str]:
    """Which way the scores of `measure` are better, by name: ``more``, ``less``, or nothing.

    Each metric's attribute ``better``.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> directions(Forge(()).components, toy.TOY)["truth_lpips"]
        'less'
    """
    return {
        _score(name, metric, domain, style): str(getattr(metric, "better", ""))
        for name, metric in _metrics(components)
    }


def unmeasured(components: Registry[Any], models: Models) -> dict[str, tuple[str, ...]]:
    """The metrics that a pack's models are not enough for, each with what the pack lacks.

    Those with ``in_words = True``, which only say something of what words asked for, are left out.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> unmeasured(Forge(()).components, Models(toy.toy_pack()))
        {}
    """
    found = {
        name.removeprefix(KIND): _lacking(metric, models)
        for name, metric in _metrics(components)
        if not getattr(metric, "in_words", False)
    }
    return {name: lacking for name, lacking in found.items() if lacking}


def able(components: Registry[Any], models: Models) -> tuple[str, ...]:
    """The metrics that a pack's models are enough for, by name, core's first.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> able(Forge(()).components, Models(toy.toy_pack()))[:2]
        ('region_iou', 'shape_iou')
    """
    return tuple(
        name.removeprefix(KIND)
        for name, metric in _metrics(components)
        if not _lacking(metric, models)
    )


def score_names(
    components: Registry[Any], domain: Domain, style: tuple[str, str] | None = None
) -> dict[str, str]:
    """What the score of each metric is called, by the metric's name.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> score_names(Forge(()).components, toy.TOY)["region_iou"]
        'thing_iou'
    """
    return {
        name.removeprefix(KIND): _score(name, metric, domain, style)
        for name, metric in _metrics(components)
    }


def _metrics(components: Registry[Any]) -> Iterator[tuple[str, Any]]:
    """The metrics by their components' names, core's first."""
    return ((name, components[name]) for name in components if name.startswith(KIND))


def _lacking(metric: Any, models: Models) -> tuple[str, ...]:
    return tuple(kind for kind in getattr(metric, "needs", ()) if not models.has(kind))


def _score(name: str, metric: Any, domain: Domain, style: tuple[str, str] | None) -> str:
    return _filled(getattr(metric, "score", "") or name.removeprefix(KIND), domain, style)


def _filled(text: str, domain: Domain, style: tuple[str, str] | None) -> str:
    """A text with the edited region and the roles whose style and whose outline are meant."""
    role, shape = style or ("style", "shape")
    for field, value in (("{region}", domain.region), ("{role}", role), ("{shape}", shape)):
        text = text.replace(field, value)
    return text
