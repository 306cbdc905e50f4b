"""Methods that make nothing, to read the scores of others by: ``nothing`` and ``truth``.

Readers and encoders err on true answers, too, and most scores of a picture as it was are not 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from styleforge.errors import UserError
from styleforge.evaluate.manifest import NONE, Method
from styleforge.evaluate.measuring import problem_of, truth_of

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.evaluate.cases import Case
    from styleforge.evaluate.methods import Setting
    from styleforge.forge import Forge

NOTHING, TRUTH = "nothing", "truth"
SAYS = {NOTHING: "the identity as it was", TRUTH: "the true answer"}


def is_given(forge: Forge, domain: str, method: str) -> bool:
    """Whether a method makes nothing; a preset of that name goes before.

    Example:
        >>> from styleforge.testing import toy
        >>> [is_given(toy.toy_forge(), "toy", one) for one in ("nothing", "toy-look")]
        [True, False]
    """
    return method in SAYS and method not in {one.name for one in forge.domains[domain].presets}


def given_method(method: str) -> Method:
    """What a manifest says of it.

    Example:
        >>> given_method("truth").steps
        0
    """
    return Method(recipe=NONE + SAYS[method])


def given_picture(forge: Forge, setting: Setting, method: str, case: Case) -> Tensor:
    """The picture ``(1, 3, H, W)`` in [-1, 1] that stands for a result, aligned.

    Raises:
        UserError: if the true answer of the case is not known, or a picture cannot be read.
    """
    if method == NOTHING:
        return problem_of(forge, setting, case).identity.image
    truth = truth_of(forge, setting, case)
    if truth is None:
        msg = f"The true answer of {case.name} is not known. Leave the method {TRUTH} out."
        raise UserError(msg)
    return truth.image
