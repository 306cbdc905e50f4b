"""What is measured of a result: by every metric, with one yardstick for all methods of a case."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import torch

from styleforge.errors import UserError
from styleforge.evaluate.cases import IDENTITY, Case
from styleforge.evaluate.methods import Setting
from styleforge.measure.by_metrics import measure
from styleforge.measure.truth import Truth
from styleforge.measure.wordings import Worded
from styleforge.prepare.build import build_problem
from styleforge.recipe.combine import pasted_alone
from styleforge.recipe.condition import Condition, ImageRef, Text
from styleforge.recipe.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.forge import Forge
    from styleforge.prepare.problem import Problem
    from styleforge.run.result import Result


def style_of(forge: Forge, case: Case, domain: str) -> tuple[str, str] | None:
    """The roles whose style and whose outline are asked for; None where one picture gives both.

    Example:
        >>> from styleforge.testing import toy
        >>> pictures = {"identity": "a.png", "shape": "b.png", "finer_style": "c.png"}
        >>> style_of(toy.toy_forge(), Case("one", "", pictures), "toy")
        ('finer_style', 'shape')
    """
    attributes = [one for one in forge.attributes_of(domain) if one.role in case.pictures]
    shapes = [one.role for one in attributes if one.aligned]
    looks = [one.role for one in attributes if not one.aligned]
    if not shapes or not looks or case.pictures[shapes[0]] == case.pictures[looks[-1]]:
        return None
    return looks[-1], shapes[0]


def problem_of(forge: Forge, setting: Setting, case: Case) -> Problem:
    """The pictures and words of a case as they are: no method's own bending of them counts.

    Words are read by the pack's text-image encoder, whatever encoder a method has of its own.

    Raises:
        UserError: if one cannot be read, or lacks what its role needs.
    """
    conditions: dict[str, Condition] = {
        one.name: ImageRef(case.pictures[one.role])
        for one in forge.attributes_of(setting.domain)
        if one.role in case.pictures and "image" in one.accepts
    }
    if forge.models(setting.pack).has("embedding"):
        conditions |= {one.attribute.name: Text(one.text) for one in words_of(forge, setting, case)}
    bare = Recipe(
        domain=setting.domain, method="as it is", stages=(), pack=setting.pack, pose="off",
        identity=ImageRef(case.pictures[IDENTITY]), conditions=conditions,
    )  # fmt: skip
    return build_problem(forge, bare)[0]


def words_of(forge: Forge, setting: Setting, case: Case) -> tuple[Worded, ...]:
    """What a case asks for in words, by attribute.

    Example:
        >>> from styleforge.testing import toy
        >>> case = Case("seen-0", "seen", {"identity": "a.png"}, words={"shape": "tall"})
        >>> [one.text for one in words_of(toy.toy_forge(), Setting("toy", "toy"), case)]
        ['tall']
    """
    return tuple(
        Worded(one, case.words[one.role])
        for one in forge.attributes_of(setting.domain)
        if one.role in case.words
    )


def tells_truth(forge: Forge, pack: str, *, words: bool = False) -> bool:
    """Whether a pack knows true answers, also to what is asked for in words.

    Example:
        >>> from styleforge.testing import toy
        >>> tells_truth(toy.toy_forge(), "toy")
        False
    """
    models = forge.models(pack)
    if not models.has("truth"):
        return False
    return not words or bool(getattr(models.get("truth"), "takes_words", False))


def truth_of(forge: Forge, setting: Setting, case: Case) -> Truth | None:
    """The true answer of a case; None where it is not known.

    Raises:
        UserError: if what stands beside its pictures cannot be read.
    """
    if not case.known:
        return None
    models = forge.models(setting.pack)
    given: dict[str, Any] = dict(case.pictures)
    if case.words:
        given["words"] = dict(case.words)
    answer: Truth = models.get("truth")(setting.domain, **given)
    moved = {name: one.to(models.device) for name, one in answer.regions.items()}
    return Truth(answer.image.to(models.device), moved)


def scores_of(
    forge: Forge,
    setting: Setting,
    case: Case,
    image: Tensor,
    latent: Tensor | None = None,
    only: Collection[str] = (),
) -> dict[str, float]:
    """Every score of a picture ``(1, 3, H, W)`` in [-1, 1] that a method made of a case.

    Of the metrics that ``only`` names; of all where it names none.

    Raises:
        PluginError: if a metric fails.
        UserError: if a picture of the case cannot be read.
    """
    problem = problem_of(forge, setting, case)
    like = problem.identity.image
    return measure(
        image.to(like),
        truth_of(forge, setting, case),
        problem,
        forge.domains[setting.domain],
        forge.components,
        style=style_of(forge, case, setting.domain),
        latent=None if latent is None else latent.to(like),
        words=words_of(forge, setting, case),
        only=only,
    )


def latent_of(result: Result) -> Tensor | None:
    """The W+ of a result; None where no generator drew it."""
    return None if pasted_alone(result.recipe) else result.latent


def cosines_of(history: tuple[Mapping[str, float], ...], most: int = 20) -> tuple[float, ...]:
    """Cosines of the gradients that rules keep apart, at evenly spaced steps of a run.

    Example:
        >>> cosines_of(({"a": 1.0}, {"cos lips.shape|look": 0.25}))
        (0.25,)
    """
    found = [
        [value for key, value in record.items() if key.startswith("cos ")] for record in history
    ]
    kept = [values for values in found if values]
    return tuple(
        round(float(value), 4) for values in kept[:: max(1, len(kept) // most)] for value in values
    )


def try_metrics(forge: Forge, setting: Setting, case: Case) -> None:
    """Measure a case's own identity, so that a metric that fails is known before any run.

    A case that cannot be read is its runs' own matter.

    Raises:
        PluginError: if a metric fails.
    """
    try:
        with torch.no_grad():
            image = problem_of(forge, setting, case).identity.image
    except UserError:
        return
    scores_of(forge, setting, case, image)
