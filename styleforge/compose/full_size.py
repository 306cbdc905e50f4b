"""Edits of a smaller copy of a photograph, done again at the photograph's own size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from styleforge.compose.paste import pasting_of
from styleforge.compose.paste_back import paste_back

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.compose.render import Layer
    from styleforge.plugins.registry import Registry
    from styleforge.prepare.problem import Problem


def at_full_size(
    edited: Tensor, problem: Problem, layers: Sequence[Layer], components: Registry[Any]
) -> Tensor:
    """The photograph with what was done to a smaller copy, or a part, of it.

    Where all layers are pasted by components that know how, that is done with the photograph's own
    pixels. Else the edit is enlarged and pasted back (`styleforge.compose.paste_back`).

    Args:
        edited: the edited copy ``(1, 3, h, w)``.
        problem: its identity is the copy, with its placement in the photograph.
        layers: the edited domains, the first on top.
        components: where what pastes is looked up.

    Returns:
        ``(1, 3, H, W)``: bytes where the photograph was a file, else values in [-1, 1].

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> problem = toy.toy_problem(forge.models("toy"))
        >>> edited = problem.identity.image
        >>> at_full_size(edited, problem, (), forge.components) is edited  # it is the photograph
        True
    """
    identity = problem.identity
    if identity.placement is None or problem.models.pack.size is not None:
        return paste_back(edited, identity)
    photo: Tensor | None = identity.placement.photo
    for layer in reversed(layers):
        paste = layer.pasted and getattr(pasting_of(layer.pasted, components), "at_full_size", None)
        photo = paste(problem, layer.pasted, photo) if paste and photo is not None else None
    return paste_back(edited, identity) if photo is None else photo
