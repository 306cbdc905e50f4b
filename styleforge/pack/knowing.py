"""Models that know the regions which plugins add to a pack, beside the pack's own.

A run has an added region only where its recipe mentions it, so that installing a plugin changes no
other edit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from styleforge.errors import PluginError, UserError
from styleforge.pack.added import AddedRegion
from styleforge.pack.models import Models

if TYPE_CHECKING:
    from torch import Tensor

    from styleforge.pack.subjects import Subject
    from styleforge.plugins.registry import Registry

T = TypeVar("T")
NONE = 1e-6  # of a region that is not there


class _WithAdded:
    """A region provider: the pack's regions, and those that plugins cut out of them.

    Args:
        base: the pack's own provider.
        added: regions by name.
        models: the pack's models, which finders ask for landmarks.
        owners: who registered them, for messages.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> bright = AddedRegion(lambda image, models: (image[:, :1] > 0.5) * 1.0)
        >>> _WithAdded(models.get("regions"), {"bright": bright}, models, {"bright": "mine"}).names
        ('rest', 'keep', 'thing', 'bright')
    """

    def __init__(
        self,
        base: Any,
        added: Mapping[str, AddedRegion],
        models: Models,
        owners: Mapping[str, str],
    ) -> None:
        self.base, self.added, self.models, self.owners = base, added, models, owners
        self.names: tuple[str, ...] = (*base.names, *added)
        for name, region in added.items():
            missing = [one for one in _within(region, base) if one not in base.names]
            if missing:
                msg = (
                    f"The region {name!r} of {owners[name]} lies within {missing[0]!r}, which the "
                    f"pack {models.pack.name!r} does not find; it finds {', '.join(base.names)}."
                )
                raise UserError(msg)

    def __call__(self, image: Tensor) -> Tensor:
        """Pictures ``(N, 3, H, W)`` to soft regions ``(N, len(names), H, W)`` that sum to 1."""
        return self._with_added(image, self.base(image))

    def of(self, image: Tensor, subject: Subject | None) -> Tensor:
        """As when called, of one of several subjects."""
        return self._with_added(image, self.base.of(image, subject))

    def _with_added(self, image: Tensor, found: Tensor) -> Tensor:
        import torch

        planes = list(torch.split(found, 1, dim=1))  # each (N, 1, H, W)
        for name, region in self.added.items():
            mask = self._mask(name, region, image)
            total = torch.zeros_like(planes[0])
            for one in _within(region, self.base):
                at = self.names.index(one)
                total = total + mask * planes[at]
                planes[at] = (1 - mask) * planes[at]
            planes.append(total)
        return torch.cat(planes, dim=1)

    def own(self, regions: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Regions ``(N, 1, H, W)`` by name, with what was cut out back in the pack's own.

        For components that know the pack's regions and no others.
        """
        found = {name: regions[name] for name in self.base.names}
        for name, region in reversed(tuple(self.added.items())):
            within = _within(region, self.base)
            total = sum(found[one] for one in within)
            for index, one in enumerate(within):
                share = found[one] / total.clamp_min(NONE)  # type: ignore[union-attr]
                if index == 0:  # all of it, where nothing of them is left
                    share = share + (total < NONE).to(share)  # type: ignore[union-attr]
                found[one] = found[one] + share * regions[name]
        return found

    def _mask(self, name: str, region: AddedRegion, image: Tensor) -> Tensor:
        """The mask ``(N, 1, H, W)`` that a plugin finds.

        Raises:
            PluginError: if it raises, or gives anything else.
        """
        from styleforge.pack.guards import blamed  # which imports torch

        what = f"The component 'regions/{name}' of {self.owners[name]}"
        with blamed(what):
            found = region(image, self.models)
        shape = (image.shape[0], 1, *image.shape[-2:])
        if tuple(getattr(found, "shape", ())) != shape:
            had = tuple(getattr(found, "shape", ())) or type(found).__name__
            msg = f"{what} gave {had}; a mask of shape {shape} in [0, 1] is expected."
            raise PluginError(msg)
        return found.to(image).clamp(0, 1)


def _within(region: AddedRegion, base: Any) -> Sequence[str]:
    return region.within or tuple(base.names)


class _Knowing(Models):
    """A pack's models with regions that plugins add to it; see `knowing`.

    Args:
        models: the pack's.
        added: names of the regions.
        components: where they are registered.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.testing import toy
        >>> components = Forge(()).components
        >>> bright = AddedRegion(lambda image, models: (image[:, :1] > 0.5) * 1.0)
        >>> entry = components.entry(bright, "regions/bright", "mine", "", replace=False)
        >>> components.add(entry)
        >>> _Knowing(Models(toy.toy_pack()), ("bright",), components).get("regions").names
        ('rest', 'keep', 'thing', 'bright')
    """

    def __init__(self, models: Models, added: tuple[str, ...], components: Registry[Any]) -> None:
        super().__init__(
            models.pack,
            device=models.device,
            dtype=models.dtype,
            owner=models.owner,
            components=components,
        )
        self._models = models
        found: dict[str, AddedRegion] = {}
        for name in added:
            item = components[f"regions/{name}"]
            found[name] = item if isinstance(item, AddedRegion) else AddedRegion(item)
        owners = {name: components.owner(f"regions/{name}") for name in added}
        self._regions = _WithAdded(models.get("regions"), found, models, owners)

    def _component(self, kind: str) -> Any:
        return self._regions if kind == "regions" else self._models.get(kind)

    def loaded(self, kind: str) -> bool:
        """Whether the component of a kind is in memory already."""
        return kind == "regions" or self._models.loaded(kind)

    def has(self, kind: str) -> bool:
        """Whether the pack has a component of this kind."""
        return self._models.has(kind)

    def kept(self, name: str, compute: Callable[[], T]) -> T:
        """What was computed from the models once; later calls get the same."""
        return self._models.kept(name, compute)

    def fingerprint(self, *kinds: str) -> str:
        """As the pack's models."""
        return self._models.fingerprint(*kinds)

    def trained(self, kind: str) -> Path | None:
        """As the pack's models."""
        return self._models.trained(kind)

    @property
    def base(self) -> Models:
        """The models of the pack alone."""
        return self._models

    def least(self, region: str) -> float:
        """The share of the picture below which a region counts as not found."""
        added = self._regions.added.get(region)
        return self._models.least(region) if added is None else added.least

    def own_regions(self, regions: Mapping[str, Any]) -> Mapping[str, Any]:
        """Regions by name with what was added back in those that it was cut out of."""
        return self._regions.own(regions)


def knowing(models: Models, regions: Iterable[str]) -> Models:
    """A pack's models with the regions that plugins add, of those that are named.

    What the pack finds itself, and what nobody adds, is left as it is. The same object is given for
    the same regions; all else is loaded once for all of them.

    Example:
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> knowing(models, ["thing"]) is models  # which it finds itself
        True
    """
    models = models.base
    components = models.components
    if components is None:
        return models
    names = sorted({name for name in regions if f"regions/{name}" in components})
    added = tuple(name for name in names if name not in models.get("regions").names)
    if not added:
        return models
    # By the components themselves: a plugin may have been used again.
    which = ", ".join(f"{name} {id(components[f'regions/{name}'])}" for name in added)
    return models.own(f"knowing {which}", lambda: _Knowing(models, added, components))
