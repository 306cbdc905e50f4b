"""Measuring a transfer against the true answer, where a pack knows it, by every metric there is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.errors import PluginError
from styleforge.pack.guards import Guarded
from styleforge.prepare.problem import Problem
from styleforge.prepare.regions import found_regions, hard_regions
from styleforge.recipe.domain import Domain

if TYPE_CHECKING:
    from styleforge.pack.pack import Models
    from styleforge.plugins.registry import Registry

KIND = "metric/"


@dataclass(frozen=True)
class Truth:
    """The true answer of a transfer: its picture ``(1, 3, H, W)`` and its soft regions.

    Example:
        >>> ones = torch.ones(1, 1, 32, 32)
        >>> Truth(torch.zeros(1, 3, 32, 32), {"face": ones}).image.shape
        torch.Size([1, 3, 32, 32])
    """

    image: Tensor
    regions: Mapping[str, Tensor]


@dataclass(frozen=True)
class Comparison:
    """What a metric is given: a result beside the true answer.

    Attributes:
        image: the result ``(1, 3, H, W)`` in [-1, 1].
        truth: the true answer.
        problem: the pictures that led to it, and the pack's models.
        domain: what was edited.
        found: the result's regions ``(1, 1, H, W)`` by name, each 0 or 1.
        true: those of the truth.
        style: two roles; whose style the result has is said of the first against the second.

    Example:
        >>> from styleforge.testing import toy
        >>> one = toy.toy_comparison(same=True)
        >>> bool((one.found["thing"] == one.true["thing"]).all())
        True
    """

    image: Tensor
    truth: Truth
    problem: Problem
    domain: Domain
    found: Mapping[str, Tensor]
    true: Mapping[str, Tensor]
    style: tuple[str, str] | None = None


def comparison(
    image: Tensor,
    truth: Truth,
    problem: Problem,
    domain: Domain,
    style: tuple[str, str] | None = None,
) -> Comparison:
    """A result ``(1, 3, H, W)`` beside the true answer, with the regions of both.

    Example:
        >>> from styleforge.testing import toy
        >>> given = toy.toy_comparison(same=True)
        >>> comparison(given.image, given.truth, given.problem, toy.TOY).style is None
        True
    """
    found = found_regions(image, problem.models)
    return Comparison(
        image, truth, problem, domain, found, hard_regions(dict(truth.regions)), style
    )


def measure(
    image: Tensor,
    truth: Truth,
    problem: Problem,
    domain: Domain,
    components: Registry[Any],
    *,
    style: tuple[str, str] | None = None,
) -> dict[str, float]:
    """Scores of an edited picture ``(1, 3, H, W)`` by the metrics that plugins registered.

    Args:
        image: the edited picture.
        truth: the true answer.
        problem: the pictures that led to it.
        domain: what was edited.
        components: where the metrics are looked up; a forge's.
        style: two roles, such as ``("finer_style", "shape")``; the first one's score tells whose
            style the result has.

    Returns:
        Core's: ``{region}_iou``, ``identity_psnr`` (decibel, kept regions that truth leaves
        uncovered), ``appearance_error`` (CIEDE2000 of mean colours), ``truth_psnr``,
        ``truth_ssim``, ``truth_lpips`` (the pack's network), and with ``style`` ``{role}_ratio``
        (see `styleforge.measure.scores`). Then those of the component ``metric/NAME`` of any
        plugin, under its attribute ``score``, else its name. A metric that ``needs`` a component
        which the pack lacks gives none: see `unmeasured`.

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
    given = comparison(image, truth, problem, domain, style)
    scores: dict[str, float] = {}
    for name, metric in _metrics(components):
        if _lacking(metric, problem.models):
            continue
        what = f"The component {name!r} of {components.owner(name)}"
        with torch.no_grad():
            value = Guarded(metric, what)(given)
        if value is None:  # it says nothing of this one
            continue
        score = _score(name, metric, domain, style)
        if score in scores:
            msg = f"{what} gives the score {score!r}, as another does; give it another `score`."
            raise PluginError(msg)
        scores[score] = _number(value, what)
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


def unmeasured(components: Registry[Any], models: Models) -> dict[str, tuple[str, ...]]:
    """The metrics that a pack's models are not enough for, each with what the pack lacks.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.pack.pack import Models
        >>> from styleforge.testing import toy
        >>> unmeasured(Forge(()).components, Models(toy.toy_pack()))
        {}
    """
    found = {
        name.removeprefix(KIND): _lacking(metric, models) for name, metric in _metrics(components)
    }
    return {name: lacking for name, lacking in found.items() if lacking}


def _metrics(components: Registry[Any]) -> Iterator[tuple[str, Any]]:
    """The metrics by their components' names, core's first."""
    return ((name, components[name]) for name in components if name.startswith(KIND))


def _lacking(metric: Any, models: Models) -> tuple[str, ...]:
    return tuple(kind for kind in getattr(metric, "needs", ()) if not models.has(kind))


def _score(name: str, metric: Any, domain: Domain, style: tuple[str, str] | None) -> str:
    return _filled(getattr(metric, "score", "") or name.removeprefix(KIND), domain, style)


def _filled(text: str, domain: Domain, style: tuple[str, str] | None) -> str:
    """A text with the edited region and the role whose style is asked about."""
    role = style[0] if style else "style"
    return text.replace("{region}", domain.region).replace("{role}", role)


def _number(value: Any, what: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, RuntimeError) as error:
        msg = f"{what} gave a {type(value).__name__}; a number is expected, or None."
        raise PluginError(msg) from error
    if not math.isfinite(number):
        msg = f"{what} gave {number}; a finite number is expected, or None where it has none."
        raise PluginError(msg)
    return number
