"""Terms that ask for something and cannot get it, because their loss has no gradient.

A loss that is detached from the picture, or a constant, would otherwise pass for one that works:
it is measured and drawn, and moves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from styleforge.errors import PluginError, UserError
from styleforge.pack.memory import is_shortage
from styleforge.plugins.discovery import reason_of
from styleforge.run.guards import named

if TYPE_CHECKING:
    from styleforge.plugins.registry import Registry
    from styleforge.recipe.objective import Term


def without_gradient(
    terms: Iterable[Term],
    values: Mapping[str, Tensor],
    inputs: Sequence[Tensor],
    *,
    thorough: bool,
) -> tuple[str, ...]:
    """The labels of weighted terms that are not 0 and have no gradient.

    A loss of 0 asks for nothing: a region is empty on this picture, or what was asked for is there.

    Args:
        terms: of an objective; probes and those of weight 0 are passed over.
        values: of their losses by label, with their graphs.
        inputs: what a step moves, and the picture.
        thorough: also compute each gradient, to find those that are 0 everywhere.

    Example:
        >>> from styleforge import Term
        >>> picture = torch.ones(1, 3, 2, 2, requires_grad=True)
        >>> values = {"a": picture.mean(), "b": picture.detach().mean(), "c": 0 * picture.sum() + 3}
        >>> terms = [Term(label, "mine") for label in values]
        >>> without_gradient(terms, values, [picture], thorough=False)
        ('b',)
        >>> without_gradient(terms, values, [picture], thorough=True)
        ('b', 'c')
    """
    moved = [one for one in inputs if one.requires_grad]
    found = []
    for term in terms:
        value = values[term.label]
        if term.probe or not term.weight or not float(value.detach()):
            continue
        if not value.requires_grad or (thorough and not _moves(value, moved)):
            found.append(term.label)
    return tuple(found)


def _moves(value: Tensor, inputs: Sequence[Tensor]) -> bool:
    found = torch.autograd.grad(value, inputs, retain_graph=True, allow_unused=True)
    return any(one is not None and bool(one.any()) for one in found)


def sentence(losses: Registry[Callable[..., Tensor]], term: Term, stage: str) -> str:
    """What a user should know of a term without a gradient.

    Example:
        >>> from styleforge import Forge, Term
        >>> print(sentence(Forge(()).losses, Term("look", "appearance"), "lips"))
        In stage 'lips' the term look (the loss 'appearance' of plugin 'core' of styleforge) has ...
    """
    return (
        f"In stage {stage!r} the term {named(losses, [term])} has no gradient, so it changes "
        "nothing: its loss is a constant, is detached from the picture, or looks at nothing that "
        "the stage moves. Compute it from the view by torch, without detach(), item() or NumPy, or "
        "leave the term out."
    )


def backward_fault(
    error: Exception,
    terms: Iterable[Term],
    values: Mapping[str, Tensor],
    inputs: Sequence[Tensor],
    losses: Registry[Callable[..., Tensor]],
) -> Exception:
    """What to raise where gradients could not be computed: the loss whose gradient fails, by name.

    Example:
        >>> from styleforge import Forge
        >>> backward_fault(ValueError("odd"), [], {}, [], Forge(()).losses)
        ValueError('odd')
    """
    if isinstance(error, UserError | MemoryError | torch.OutOfMemoryError):
        return error
    if is_shortage(error):
        return MemoryError(str(error))
    moved = [one for one in inputs if one.requires_grad]
    for term in terms:
        if not values[term.label].requires_grad:
            continue
        try:
            _moves(values[term.label], moved)
        except Exception as own:
            return PluginError(
                f"The gradient of the term {named(losses, [term])} failed: {reason_of(own)}."
            )
    return error
