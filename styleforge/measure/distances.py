"""Distances of two sets of pictures, by features and by torchmetrics.

The Fréchet distance (Heusel et al. 2017) and the kernel distance (Bińkowski et al. 2018).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from styleforge.models.scaling import lpips_input
from styleforge.recipe.quiet import quiet

if TYPE_CHECKING:
    from styleforge.measure.sets import Shown
    from styleforge.pack.models import Models

LAYER = "relu5_3"  # the deepest one of VGG16 that packs have
FEWEST = 2  # pictures of each kind without which there is no variance
SUBSETS = 100  # of the kernel distance


class Pooled(nn.Module):
    """The pack's deepest perceptual features, averaged over the picture.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> pooled = Pooled(Models(toy.toy_pack()))
        >>> pooled(torch.zeros(2, 3, 32, 32)).shape, pooled.num_features
        (torch.Size([2, 8]), 8)
    """

    def __init__(self, models: Models) -> None:
        super().__init__()
        self.features = models.get("features")
        like = torch.zeros(1, 3, 64, 64, device=models.device, dtype=models.dtype)
        self.num_features = self.forward(like).shape[1]  # torchmetrics asks for it

    @torch.no_grad()
    def forward(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` in [-1, 1] to ``(N, C)``."""
        found: Tensor = self.features(lpips_input(image), [LAYER])[LAYER]  # (N, C, h, w)
        return found.mean(dim=(2, 3)).float()


class Distance:
    """The distance of two sets of features, by a metric of torchmetrics that is given them.

    Args:
        make: the metric, of the features' width and of the number of pictures in the smaller set.
        features: ``(N, 3, H, W)`` in [-1, 1] to ``(N, C)``.
        regions: those alone; what is beyond them is black. The whole picture where empty.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> made = Distance(frechet, Pooled(Models(toy.toy_pack())))
        >>> made.value() is None  # of no pictures
        True
    """

    def __init__(
        self,
        make: Callable[[int, int], Any],
        features: nn.Module,
        regions: tuple[str, ...] = (),
    ) -> None:
        self._make, self._features, self._regions = make, features, regions
        self._found: dict[bool, list[Tensor]] = {True: [], False: []}

    def add(self, shown: Shown, *, real: bool) -> None:
        """See `SetScore.add`."""
        name = f"{type(self._features).__name__} of {'+'.join(self._regions)}"
        self._found[real].append(shown.memo(name, lambda: self._seen(shown)))

    def value(self) -> float | None:
        """The distance; None of fewer than two pictures of either kind."""
        fewest = min(len(found) for found in self._found.values())
        if fewest < FEWEST:
            return None
        metric = self._make(self._found[True][0].shape[1], fewest)
        for real, found in self._found.items():
            metric.update(torch.cat(found), real=real)
        with torch.random.fork_rng(devices=[]):  # subsets are chance
            torch.manual_seed(0)
            distance = metric.compute()
        return float(distance[0] if isinstance(distance, tuple) else distance)

    def _seen(self, shown: Shown) -> Tensor:
        """Features ``(1, C)``."""
        image = shown.image
        if self._regions:
            inside = torch.stack([shown.regions[name] for name in self._regions]).amax(dim=0)
            image = image * inside - (1 - inside)
        found: Tensor = self._features(image)
        return found.cpu()


def frechet(width: int, fewest: int) -> Any:
    """Torchmetrics' Fréchet distance of features that are given to it.

    Example:
        >>> metric = frechet(2, 3)
        >>> for real in (True, False):
        ...     metric.update(torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), real=real)
        >>> round(float(metric.compute()), 4)
        0.0
    """
    from torchmetrics.image.fid import FrechetInceptionDistance

    del fewest
    return FrechetInceptionDistance(feature=_as_given(width))


def kernel(width: int, fewest: int) -> Any:
    """Torchmetrics' kernel distance of features that are given to it.

    Example:
        >>> metric = kernel(2, 3)
        >>> for real in (True, False):
        ...     metric.update(torch.tensor([[0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), real=real)
        >>> float(metric.compute()[0]) < 1e-3
        True
    """
    from torchmetrics.image.kid import KernelInceptionDistance

    with quiet():  # it warns that it keeps what it is given; so do we
        return KernelInceptionDistance(
            feature=_as_given(width), subsets=SUBSETS, subset_size=fewest
        )


def _as_given(width: int) -> nn.Module:
    made = nn.Identity()
    made.num_features = width  # type: ignore[assignment]
    return made
