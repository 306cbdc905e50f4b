"""Losses and rules as plugins wrote them, called with their answers checked.

Checks at every step cost microseconds. Where a NaN comes from is searched only once there is one.
Every fault names the loss or rule and the plugin that owns it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

import torch
from torch import Tensor

from styleforge.errors import Diverged, PluginError
from styleforge.pack.guards import blamed

if TYPE_CHECKING:
    from styleforge.plugins.registry import Registry
    from styleforge.recipe.objective import Term
    from styleforge.recipe.stage import RuleUse, Stage
    from styleforge.run.view import View

ADVICE = "lower the learning rate or the weight of that term, or leave it out."


def measure(losses: Registry[Callable[..., Tensor]], term: Term, view: View) -> Tensor:
    """The value of a term: a tensor without dimensions.

    Raises:
        PluginError: if the loss raises, or gives anything else.

    Example:
        >>> import styleforge as sf
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> view = sf.View(problem.identity.image, problem.models, references={})
        >>> def mean(view):
        ...     return view.image.mean()
        >>> forge.losses.add(forge.losses.entry(mean, "mean", "mine", "", replace=False))
        >>> measure(forge.losses, sf.Term("brightness", "mean"), view).ndim
        0
    """
    loss = losses[term.loss]
    seen = (view.image, *((view.latent,) if view.latent is not None else ()), *view.noise)
    versions = [one._version for one in seen]  # noqa: SLF001 - counts changes in place
    with blamed(_loss(losses, term)):
        value: Any = loss(view, **term.args)
    if versions != [one._version for one in seen]:  # noqa: SLF001
        msg = (
            f"{_loss(losses, term)} changed the picture, the latent or a noise map in place; it "
            "must leave them as they are, and compute with what it makes of them."
        )
        raise PluginError(msg)
    if not isinstance(value, Tensor):
        msg = (
            f"{_loss(losses, term)} gave a {type(value).__name__}; it must give a tensor without "
            "dimensions, computed from the view by torch."
        )
        raise PluginError(msg)
    if not value.is_floating_point():
        msg = (
            f"{_loss(losses, term)} gave a number of type {_short(value.dtype)}; it must give a "
            "real one, such as the mean of float32."
        )
        raise PluginError(msg)
    if value.device != view.image.device:
        msg = (
            f"{_loss(losses, term)} gave a number on the device {value.device}; the picture is on "
            f"{view.image.device}."
        )
        raise PluginError(msg)
    if value.ndim:
        msg = (
            f"{_loss(losses, term)} gave a tensor of shape {tuple(value.shape)}; it must give one "
            "number, such as the mean."
        )
        raise PluginError(msg)
    return value


def apply_rule(
    rules: Registry[Callable[..., dict[str, Tensor]]],
    use: RuleUse,
    gradients: Mapping[str, Tensor],
    of: Sequence[str],
    against: Sequence[str],
) -> dict[str, Tensor]:
    """A rule's gradients, of the same groups and shapes as those it was given.

    Raises:
        PluginError: if the rule raises, or gives anything else.

    Example:
        >>> from styleforge import Forge, RuleUse
        >>> rules = Forge(()).rules
        >>> use = RuleUse(rule="project", of=("shape",), against=("look",))
        >>> given = {"shape": torch.tensor([[1.0, 1.0]]), "look": torch.tensor([[1.0, 0.0]])}
        >>> apply_rule(rules, use, given, ["shape"], ["look"])["shape"]
        tensor([[0., 1.]])
    """
    rule = rules[use.rule]
    what = f"The rule {use.rule!r} of {rules.owner(use.rule)}"
    with blamed(what):
        found = rule(dict(gradients), of, against, **use.args)
    if not isinstance(found, Mapping) or found.keys() != gradients.keys():
        gave = ", ".join(map(str, found)) if isinstance(found, Mapping) else type(found).__name__
        msg = f"{what} gave {gave or 'nothing'}; gradients of {', '.join(gradients)} are expected."
        raise PluginError(msg)
    for label, gradient in gradients.items():
        one: Any = found[label]
        alike = isinstance(one, Tensor) and (one.dtype, one.device) == (
            gradient.dtype,
            gradient.device,
        )
        if not alike or one.shape != gradient.shape:
            msg = (
                f"{what} gave a gradient of {label} that is no tensor of shape "
                f"{tuple(gradient.shape)}, of {_short(gradient.dtype)} on {gradient.device}."
            )
            raise PluginError(msg)
    return dict(found)


def check_terms(
    gradients: Iterable[Tensor],
    stage: Stage,
    losses: Registry[Callable[..., Tensor]],
    values: Mapping[str, Tensor],
    inputs: Sequence[Tensor],
) -> None:
    """Refuse gradients of finite losses that are NaN or infinite.

    Args:
        gradients: of the stage's groups of terms, with respect to ``inputs``.
        stage: whose terms they are.
        losses: where its terms found their losses.
        values: the terms' values by label, with their graphs.
        inputs: what those were computed from: picture, latent, noise maps.

    Raises:
        Diverged: naming the terms that they came from.

    Example:
        >>> from styleforge import Forge, Objective, Stage, Term
        >>> picture = torch.zeros(1, 3, 2, 2, requires_grad=True)
        >>> objective = Objective((Term("colour", "appearance"),))
        >>> stage = Stage(name="look", steps=1, objective=objective)
        >>> bad = [torch.tensor([float("nan")])]
        >>> check_terms(bad, stage, Forge(()).losses, {"colour": picture.sqrt().sum()}, [picture])
        Traceback (most recent call last):
        styleforge.errors.Diverged: In stage 'look', the gradient of colour (the loss ...
    """
    if _finite(gradients):
        return
    wanted = [item for item in inputs if item.requires_grad]
    bad = []
    for term in stage.objective:
        value = values.get(term.label)
        if value is None or not value.requires_grad:
            continue
        found = torch.autograd.grad(value, wanted, retain_graph=True, allow_unused=True)
        if not _finite(one for one in found if one is not None):
            bad.append(term)
    if bad:
        _diverged(stage, f"the gradient of {named(losses, bad)}")


def check_update(gradients: Iterable[Tensor], stage: Stage) -> None:
    """Refuse an update that is NaN or infinite although the gradients of its terms are not.

    Raises:
        Diverged: naming the rules, or the generator.

    Example:
        >>> from styleforge import Objective, Stage
        >>> stage = Stage(name="look", steps=1, objective=Objective())
        >>> check_update([torch.tensor([float("nan")])], stage)
        Traceback (most recent call last):
        styleforge.errors.Diverged: In stage 'look', the gradient of the generator became NaN or ...
    """
    if _finite(gradients):
        return
    if stage.rules:
        names = ", ".join(use.rule for use in stage.rules)
        _diverged(stage, f"what the rules {names} made of the gradients")
    _diverged(stage, "the gradient of the generator")


def _finite(gradients: Iterable[Tensor]) -> bool:
    totals = [gradient.sum() for gradient in gradients]
    return not totals or bool(torch.isfinite(torch.stack(totals)).all())


def _diverged(stage: Stage, what: str) -> NoReturn:
    msg = f"In stage {stage.name!r}, {what} became NaN or infinite; {ADVICE}"
    raise Diverged(msg)


def named(losses: Registry[Any], terms: Iterable[Term]) -> str:
    """Terms with the losses and plugins they are of.

    Example:
        >>> from styleforge import Forge, Term
        >>> named(Forge(()).losses, [Term("look", "appearance")])
        "look (the loss 'appearance' of plugin 'core' of styleforge)"
    """
    return " and ".join(
        f"{term.label} (the loss {term.loss!r} of {losses.owner(term.loss)})" for term in terms
    )


def _loss(losses: Registry[Any], term: Term) -> str:
    return f"The loss {term.loss!r} of {losses.owner(term.loss)}, in the term {term.label!r},"


def _short(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
