"""Measuring a result by every metric there is, against the true answer where a pack knows it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.errors import PluginError, UserError
from styleforge.pack.guards import Guarded
from styleforge.prepare import masks
from styleforge.prepare.problem import Problem
from styleforge.prepare.regions import found_regions, hard_regions
from styleforge.recipe.domain import Domain

if TYPE_CHECKING:
    from styleforge.measure.wordings import Worded
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
    """What a metric is given: a result beside what it was made of, and beside the true answer.

    Attributes:
        image: the result ``(1, 3, H, W)`` in [-1, 1].
        answer: the true answer, where it is known; metrics that need it read ``truth``.
        problem: the pictures that led to it, and the pack's models.
        domain: what was edited.
        found: the result's regions ``(1, 1, H, W)`` by name, each 0 or 1.
        true: those of the truth; empty where it is not known.
        style: two roles; whose style the result has is said of the first against the second, whose
            outline was asked for.
        latent: the result's W+ ``(1, rows, width)``, where a generator drew it.
        words: what was asked for in words.

    Example:
        >>> from styleforge.testing import toy
        >>> one = toy.toy_comparison(same=True)
        >>> bool((one.found["thing"] == one.true["thing"]).all())
        True
    """

    image: Tensor
    answer: Truth | None
    problem: Problem
    domain: Domain
    found: Mapping[str, Tensor]
    true: Mapping[str, Tensor]
    style: tuple[str, str] | None = None
    latent: Tensor | None = None
    words: tuple[Worded, ...] = ()

    @property
    def truth(self) -> Truth:
        """The true answer.

        Raises:
            UserError: if it is not known.
        """
        if self.answer is None:
            msg = (
                "The true answer of this transfer is not known. A metric that does without says "
                "so: without_truth = True."
            )
            raise UserError(msg)
        return self.answer

    @property
    def kept(self) -> Tensor | None:
        """Where the result is to be the identity ``(1, 1, H, W)``: kept regions, left uncovered.

        By the truth where it is known, else by what the result shows. None where the domain keeps
        nothing.
        """
        if not self.domain.keep:
            return None
        own = hard_regions(dict(self.problem.identity.regions))
        if self.answer is not None:
            shown = [self.true[name] * own[name] for name in self.domain.keep]
        else:
            shown = [own[name] * (1 - self.found[self.domain.region]) for name in self.domain.keep]
        return masks.erode(torch.stack(shown).amax(dim=0), 2)

    @property
    def outside(self) -> Tensor:
        """What is the edited region neither before nor after ``(1, 1, H, W)``, each 0 or 1."""
        before = hard_regions(dict(self.problem.identity.regions))[self.domain.region]
        return (1 - before) * (1 - self.found[self.domain.region])


def comparison(
    image: Tensor,
    truth: Truth | None,
    problem: Problem,
    domain: Domain,
    style: tuple[str, str] | None = None,
    latent: Tensor | None = None,
    words: tuple[Worded, ...] = (),
) -> Comparison:
    """A result ``(1, 3, H, W)`` beside the true answer, if any, with the regions of both.

    Example:
        >>> from styleforge.testing import toy
        >>> given = toy.toy_comparison(same=True)
        >>> comparison(given.image, given.truth, given.problem, toy.TOY).style is None
        True
    """
    found = found_regions(image, problem.models)
    true = {} if truth is None else hard_regions(dict(truth.regions))
    return Comparison(image, truth, problem, domain, found, true, style, latent, words)


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
        if _lacking(metric, problem.models):
            continue
        if truth is None and not getattr(metric, "without_truth", False):
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
        >>> from styleforge.pack.pack import Models
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
