"""Components of packs whose answers are looked at, for all depends on them: regions, generator."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from styleforge.errors import PluginError
from styleforge.pack.guards import Guarded, Named
from styleforge.pack.recording import Recorder

if TYPE_CHECKING:
    from styleforge.pack.subjects import Subject

_SLACK = 0.05  # how far soft regions may be from summing to 1: half precision is not exact


def checked(kind: str, component: Any, what: str) -> Any:
    """A component that names itself in the message when it fails.

    What regions and the generator give is checked as well, because core depends on it everywhere.

    Example:
        >>> type(checked("inverter", torch.nn.Identity(), "The inverter")).__name__
        'Guarded'
    """
    if kind == "regions":
        return _CheckedRegions(component, what)
    if kind == "generator":
        kind_of = _CheckedRecorder if isinstance(component, Recorder) else _CheckedGenerator
        return kind_of(component, what)
    return Guarded(component, what) if callable(component) else Named(component, what)


class _Checked(Named):
    """A component whose answers are looked at."""

    def need(self, *names: str) -> None:
        """Refuse a component without these attributes."""
        missing = [name for name in names if not hasattr(self.inner, name)]
        if missing:
            msg = f"{self.what} has no {', '.join(missing)} (see styleforge.pack.protocols)."
            raise PluginError(msg)

    def call(self, function: Callable[..., Any], *arguments: Any) -> Tensor:
        """A tensor from the component, or a sentence that names it."""
        found = self.attempt(function, *arguments)
        if not isinstance(found, Tensor):
            msg = f"{self.what} gave a {type(found).__name__}; a tensor is expected."
            raise PluginError(msg)
        return found

    def expect(self, found: Tensor, shape: Sequence[int], meaning: str) -> None:
        """Refuse another shape."""
        if tuple(found.shape) != tuple(shape):
            msg = (
                f"{self.what} gave a tensor of shape {tuple(found.shape)}; {tuple(shape)} is "
                f"expected: {meaning}."
            )
            raise PluginError(msg)


class _CheckedRegions(_Checked):
    """A region provider whose regions have the right shape, are finite and sum to 1.

    Values are looked at only where no gradient is kept, which is once a picture.

    Example:
        >>> from styleforge.testing import toy_models
        >>> regions = _CheckedRegions(toy_models.regions(), "The regions")
        >>> regions(torch.zeros(1, 3, 32, 32)).shape
        torch.Size([1, 3, 32, 32])
    """

    def __init__(self, inner: Any, what: str) -> None:
        super().__init__(inner, what)
        self.need("names")
        names = tuple(inner.names)
        if not names or len(set(names)) < len(names) or not all(type(n) is str for n in names):
            msg = f"{what} has the names {names!r}; distinct names of regions are expected."
            raise PluginError(msg)

    def __call__(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to soft regions ``(N, R, H, W)``.

        Raises:
            PluginError: if the provider raises, or gives anything else.
        """
        return self._looked_at(image, self.call(self.inner, image))

    def of(self, image: Tensor, subject: Subject | None) -> Tensor:
        """As when called, of one of several subjects, where the provider can tell them apart."""
        if not hasattr(self.inner, "of"):
            return self(image)
        return self._looked_at(image, self.call(self.inner.of, image, subject))

    def _looked_at(self, image: Tensor, found: Tensor) -> Tensor:
        shape = (image.shape[0], len(self.inner.names), *image.shape[-2:])
        self.expect(found, shape, f"a soft mask for each of {', '.join(self.inner.names)}")
        if not torch.is_grad_enabled():
            low, off = float(found.amin()), float((found.sum(dim=1) - 1).abs().amax())
            if not (low >= -_SLACK and off <= _SLACK):  # NaN is neither
                msg = (
                    f"{self.what} gave values from {low:.3g} to {float(found.amax()):.3g} that "
                    f"sum to 1 but for {off:.3g}; soft regions in [0, 1] that sum to 1 are "
                    "expected, as softmax gives."
                )
                raise PluginError(msg)
        return found


class _CheckedGenerator(_Checked):
    """A generator whose pictures have the size that it says.

    Example:
        >>> from styleforge.testing import toy_models
        >>> generator = _CheckedGenerator(toy_models.generator(), "The generator")
        >>> noise = [torch.zeros(1, 1, *shape) for shape in generator.noise_shapes]
        >>> generator.synthesize(torch.zeros(1, 8, 8), noise).shape
        torch.Size([1, 3, 32, 32])
    """

    def __init__(self, inner: Any, what: str) -> None:
        super().__init__(inner, what)
        self.need("rows", "width", "size", "noise_shapes", "map", "synthesize")

    def synthesize(
        self, latent: Tensor, noise: Sequence[Tensor], *, size: int | None = None
    ) -> Tensor:
        """W+ ``(N, rows, width)`` and noise maps to pictures ``(N, 3, H, W)``.

        ``size`` is one of the generator's ``resolutions``, where it has such.

        Raises:
            PluginError: if the generator raises, or the shapes are others.
        """
        rows = (self.inner.rows, self.inner.width)
        if tuple(latent.shape[1:]) != rows:
            msg = (
                f"{self.what} takes W+ of shape (N, {rows[0]}, {rows[1]}); it was given "
                f"{tuple(latent.shape)}. Look at the pack's inverter or mapper."
            )
            raise PluginError(msg)
        if size is not None:
            return self.call(partial(self.inner.synthesize, size=size), latent, noise)
        found = self.call(self.inner.synthesize, latent, noise)
        self.expect(found, (latent.shape[0], 3, *self.inner.size), "pictures of the pack's size")
        return found


class _CheckedRecorder(_CheckedGenerator):
    """A generator that records; its recordings name it when they fail.

    Example:
        >>> from styleforge.models.stylegan2 import Generator
        >>> small = Generator(8, width=4, channels={4: 4, 8: 4}).requires_grad_(False)
        >>> generator = _CheckedRecorder(small, "The generator")
        >>> recording = generator.record(torch.zeros(1, 4, 4), small.random_noise())
        >>> recording.pull_back(torch.ones(1, 1, 3, 8, 8))[0].shape
        torch.Size([1, 1, 4, 4])
    """

    def record(self, latent: Tensor, noise: Sequence[Tensor], *, size: int | None = None) -> Any:
        """A recording of the picture, or None; ``size`` as `synthesize` has it.

        Raises:
            PluginError: if the generator raises, or the picture has another size.
        """
        if size is not None:
            found = self.attempt(partial(self.inner.record, size=size), latent, noise)
            return None if found is None else Named(found, self.what)
        found = self.attempt(self.inner.record, latent, noise)
        if found is None:
            return None
        shape = (latent.shape[0], 3, *self.inner.size)
        self.expect(found.picture, shape, "pictures of the pack's size")
        return Named(found, self.what)
