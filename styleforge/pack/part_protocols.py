"""The abilities of what plugins register by name: losses, rules, compositions, starts and more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.measure.truth import Comparison
    from styleforge.pack.models import Models
    from styleforge.pack.protocols import Inpainter
    from styleforge.prepare.problem import Problem, Reference
    from styleforge.recipe.domain import Domain
    from styleforge.recipe.recipe import Compose, Recipe
    from styleforge.run.view import View


class Composition(Protocol):
    """Makes the result of the generator's picture: a component ``compose/NAME``.

    Example:
        >>> def untouched(generated, regions, identity, domain, how, inpainter):
        ...     return generated.clamp(-1, 1)
    """

    def __call__(
        self,
        generated: Tensor,
        regions: Mapping[str, Tensor],
        identity: Reference,
        domain: Domain,
        how: Compose,
        inpainter: Inpainter,
    ) -> Tensor:
        """The generator's picture ``(1, 3, H, W)`` and its soft regions to the result, as large."""
        ...


class Start(Protocol):
    """Says where a run begins: a component ``start/NAME``.

    Example:
        >>> def mean_start(problem, recipe, mean):
        ...     return mean.expand(1, problem.models.get("generator").rows, -1)
    """

    def __call__(self, problem: Problem, recipe: Recipe, mean: Tensor) -> Tensor:
        """W+ ``(1, rows, width)``; ``mean`` ``(1, 1, width)`` is that of the latent space."""
        ...


class ConditionReader(Protocol):
    """Reads a condition of a plugin's own kind: a component ``condition/NAME``.

    An attribute ``examples`` lists values that it reads, for people and for laws; a value that it
    cannot read it refuses with a `UserError`.

    Example:
        >>> from styleforge.errors import UserError
        >>> from styleforge.prepare.flat import colour_reference
        >>> def palette(value, identity, region, models):
        ...     colours = {"autumn": (0.5, -0.2, -0.8)}
        ...     if value not in colours:
        ...         raise UserError(f"There is no palette {value!r}; there is autumn.")
        ...     return colour_reference(colours[value], identity, region, value)
        >>> palette.examples = ("autumn",)
    """

    def __call__(
        self, value: str, identity: Reference, region: str, models: Models
    ) -> Reference | Tensor:
        """What was asked for, as a picture is: a reference; or as words are: ``(1, E)``."""
        ...


class Metric(Protocol):
    """Says in a number how good a result is: a component ``metric/NAME``.

    An attribute ``score`` names the number where the component's name is not to, with ``{region}``,
    ``{role}`` and ``{shape}`` filled in; ``says`` tells in a few words what it means; ``better``
    says whether ``more`` or ``less`` of it is better; ``needs`` lists the kinds of components
    without which a pack is not measured; ``without_truth`` that is true says that it can do without
    the true answer, so that it is asked about photographs as well.

    Example:
        >>> def brightness_error(given):
        ...     return float((given.image.mean() - given.truth.image.mean()).abs())
        >>> brightness_error.better = "less"
    """

    def __call__(self, given: Comparison) -> float | Tensor | None:
        """A finite number; None where it has nothing to say."""
        ...


class Loss(Protocol):
    """A named loss; its keyword arguments are the JSON arguments of a `Term`.

    An attribute ``distance`` that is true says that it is least where the picture is its reference;
    `styleforge.testing` holds it to that.

    Example:
        >>> def brightness(view, *, target=0.0):
        ...     return (view.image.mean() - target).square()
    """

    def __call__(self, view: View, **args: Any) -> Tensor:
        """A scalar, differentiable in the view's picture, latent or noise maps."""
        ...


class Rule(Protocol):
    """A gradient rule, applied to one parameter's gradients at a time.

    An attribute ``discards`` that is true says that the gradients of ``of`` are thrown away and
    need not be computed; ``pairwise`` that every term of ``of`` is to have a gradient of its own;
    ``orthogonal`` that what it returns for ``of`` has nothing left along the sum of ``against``
    (with its default arguments; `styleforge.testing` holds it to that).

    Example:
        >>> def half(gradients, of, against):
        ...     return {label: one / 2 if label in of else one for label, one in gradients.items()}
        >>> half({"shape": 4.0, "look": 4.0}, of=["shape"], against=["look"])
        {'shape': 2.0, 'look': 4.0}
    """

    def __call__(
        self,
        gradients: Mapping[str, Tensor],
        of: Sequence[str],
        against: Sequence[str],
        **args: Any,
    ) -> dict[str, Tensor]:
        """Gradients of groups of terms by label to gradients of the same groups."""
        ...
