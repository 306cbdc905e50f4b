"""Scores of many pictures together: how far their distribution is from that of others.

The Fréchet distance (Heusel et al. 2017) and the kernel distance (Bińkowski et al. 2018) are those
of torchmetrics, over features of the pack's own perceptual network: comparable within a pack only.
`fid_inception` is of the features of published figures, from a file that the user brings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from torch import Tensor, nn

from styleforge.errors import UserError
from styleforge.measure.distances import Distance, Pooled, frechet, kernel
from styleforge.weights.check import load_kept
from styleforge.weights.kept import find

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.recipe.domain import Domain

KIND = "set_metric/"
INCEPTION = "inception"  # the name of its weights
ADVICE = "pip install 'styleforge[evaluate]'"


@dataclass(frozen=True)
class Shown:
    """A picture of a set.

    Attributes:
        image: ``(1, 3, H, W)`` in [-1, 1].
        regions: ``(1, 1, H, W)`` by name, each 0 or 1.

    Example:
        >>> import torch
        >>> one = Shown(torch.zeros(1, 3, 32, 32), {"thing": torch.ones(1, 1, 32, 32)})
        >>> one.memo("mean", lambda: float(one.image.mean()))
        0.0
    """

    image: Tensor
    regions: Mapping[str, Tensor]
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def memo(self, name: str, compute: Callable[[], Any]) -> Any:
        """What several metrics ask of the picture, computed once."""
        if name not in self._kept:
            self._kept[name] = compute()
        return self._kept[name]


class SetScore(Protocol):
    """Gathers pictures one at a time, and gives their score at the end.

    Example:
        >>> class Darkest:
        ...     def __init__(self):
        ...         self.found = []
        ...     def add(self, shown, *, real):
        ...         if not real:
        ...             self.found.append(float(shown.image.mean()))
        ...     def value(self):
        ...         return min(self.found, default=None)
    """

    def add(self, shown: Shown, *, real: bool) -> None:
        """A result, or one of the real pictures that results are compared with."""
        ...

    def value(self) -> float | None:
        """A finite number; None where there is nothing to say."""
        ...


class SetMetric(Protocol):
    """Begins a score of many pictures: a component ``set_metric/NAME``.

    Attributes as a `styleforge.pack.part_protocols.Metric` has them: ``score``, ``says``,
    ``better``, ``needs``.

    Example:
        >>> def fid_of_mine(models, domain):
        ...     return fid(models, domain)
        >>> fid_of_mine.better = "less"
    """

    def __call__(self, models: Models, domain: Domain) -> SetScore:
        """A new score, without pictures."""
        ...


def fid(models: Models, domain: Domain) -> SetScore:
    """Fréchet distance of the pack's features (Heusel et al. 2017).

    With few pictures it is too large, the more so the fewer there are: compare it within one table.

    Raises:
        UserError: if torchmetrics is not installed.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> score = fid(Models(toy.toy_pack()), toy.TOY)
        >>> score.value() is None  # of nothing
        True
    """
    del domain
    return Distance(frechet, pooled(models))


def fid_masked(models: Models, domain: Domain) -> SetScore:
    """`fid` of the edited and the kept regions alone, as LOHO-HF is.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> fid_masked(Models(toy.toy_pack()), toy.TOY).value() is None
        True
    """
    return Distance(frechet, pooled(models), (domain.region, *domain.keep))


def kid(models: Models, domain: Domain) -> SetScore:
    """Kernel distance of the pack's features (Bińkowski et al. 2018).

    It is not biased by few pictures, and may be a little below 0.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> kid(Models(toy.toy_pack()), toy.TOY).value() is None
        True
    """
    del domain
    return Distance(kernel, pooled(models))


def fid_inception(models: Models, domain: Domain) -> SetScore:
    """Fréchet distance of Inception's features, which published figures of FID are of.

    Those are of tens of thousands of pictures: of fewer it is too large, compare within one table.

    Raises:
        UserError: if the weights are not here, or torchmetrics is not installed.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> fid_inception(Models(toy.toy_pack()), toy.TOY)
        Traceback (most recent call last):
        styleforge.errors.UserError: Published FID is of Inception's features, whose file ...
    """
    del domain
    _require_torchmetrics()
    kept = find(INCEPTION)
    if kept is None:
        msg = (
            "Published FID is of Inception's features, whose file is not here; fid is of the "
            f"pack's own. `styleforge weights list {INCEPTION}` says how to bring it."
        )
        raise UserError(msg)
    made: nn.Module = models.kept(
        f"inception {kept.sha256}", lambda: load_kept(kept).to(models.device)
    )
    return Distance(frechet, made)


def pooled(models: Models) -> nn.Module:
    """The pack's `Pooled` features, made once.

    Raises:
        UserError: if torchmetrics is not installed.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> pooled(Models(toy.toy_pack())).num_features
        8
    """
    _require_torchmetrics()
    made: nn.Module = models.kept("pooled features", lambda: Pooled(models))
    return made


def _require_torchmetrics() -> None:
    if find_spec("torchmetrics") is None:
        msg = f"Scores of many pictures together need torchmetrics: {ADVICE}."
        raise UserError(msg)
