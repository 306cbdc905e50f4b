"""Packs: models that belong together, each loaded when it is first asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from styleforge.errors import UserError

if TYPE_CHECKING:
    import torch

    from styleforge.pack.protocols import (
        Features,
        Generator,
        IdentityEncoder,
        Inpainter,
        Inverter,
        Landmarks,
        LpipsWeights,
        Poser,
        RegionProvider,
        TextImageEncoder,
    )
    from styleforge.plugins.registry import Registry

T = TypeVar("T")
Box = tuple[float, float, float, float]

LR = 0.1  # of W+ and noise maps, as published for StyleGAN2's generator of FFHQ
MIDDLE: Box = (0.5, 0.5, 0.3, 0.3)
EXPLORATION = 0.05  # noise on W+ by the spread of the latent space, likewise


@dataclass(frozen=True)
class Alignment:
    """Where landmarks are put: groups of landmark indices and the place of each group's mean.

    Places are fractions of the picture's width and height; a similarity transform fitted to the
    groups aligns a photo (FFHQ's alignment does so with eyes and mouth).

    Example:
        >>> Alignment(groups=((0,), (1,)), places=((0.35, 0.45), (0.65, 0.45))).places[0]
        (0.35, 0.45)
    """

    groups: tuple[tuple[int, ...], ...]
    places: tuple[tuple[float, float], ...]


@dataclass(frozen=True, kw_only=True)
class Showcase:
    """A transfer that shows a pack well: ``styleforge demo`` runs it.

    ``identity`` and the values of ``references`` are pictures, such as ``gallery:mira``;
    ``references`` has one for each attribute, by its role.

    Example:
        >>> Showcase(
        ...     domain="lips", identity="gallery:mira", references={"shape": "gallery:ines"}
        ... ).references["shape"]
        'gallery:ines'
    """

    domain: str
    identity: str
    references: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Pack:
    """A set of models.

    ``components`` maps a kind (``generator``, ``regions``, ``features``, ``lpips``,
    ``landmarks``, ``inverter``, ...) to a module-level function without arguments that loads it.
    ``gallery`` is a folder of pictures the pack ships, ``weights`` the folder of its weight files,
    by which a recipe knows the models it was run with. ``showcases`` are transfers that show it
    well, at most one for each domain.

    Example:
        >>> from styleforge.testing import toy_models
        >>> pack = Pack(
        ...     name="toy", title="Toy", help="Tiny models, for tests.", licence="Apache-2.0",
        ...     components={"generator": toy_models.generator, "regions": toy_models.regions},
        ...     size=(32, 32),
        ... )
        >>> Models(pack).has("inverter")
        False
    """

    name: str
    title: str
    help: str
    licence: str
    components: Mapping[str, Callable[[], Any]]
    size: tuple[int, int]
    alignment: Alignment | None = None
    gallery: Path | None = None
    weights: Path | None = None
    row_groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)  # rows of W+ by name
    places: Mapping[str, Box] = field(default_factory=dict)  # see `place`
    regions: tuple[str, ...] = ()  # names of what its regions are, to be said without loading them
    landmark_layout: str = ""  # of its landmarks, as `styleforge.pack.taxonomy` names it
    default: bool = False  # meant to be taken where several packs can do what is asked
    min_region: float = 0.005  # a region smaller than this share of the picture is not found
    lr: float = LR  # where a stage's schedule names none
    exploration: float = EXPLORATION  # likewise
    showcases: tuple[Showcase, ...] = ()

    def place(self, region: str) -> Box:
        """The ellipse about a region, in which a text-image encoder is shown colours.

        Centre and radii ``(x, y, rx, ry)`` as shares of the picture; the middle where the pack's
        ``places`` do not say.
        """
        return self.places.get(region, MIDDLE)


class Models:
    """The loaded models of a pack, frozen, on one device and in one precision.

    Args:
        pack: whose models.
        device: where they are.
        dtype: their precision, single by default.
        owner: the plugin that the pack is of, for messages.
        components: what plugins registered beside packs; regions are looked up there.
        outside: gives what loads a kind of component that the pack has not, or nothing; it finds
            mappers that the user trained or a plugin registered.
        trained: files of weights of the user's own, by kind of component.

    Example:
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> models.get("regions").names
        ('rest', 'keep', 'thing')
    """

    def __init__(
        self,
        pack: Pack,
        *,
        device: torch.device | str = "cpu",
        dtype: torch.dtype | None = None,
        owner: str = "",
        components: Registry[Any] | None = None,
        outside: Callable[[Models, str], Callable[[], Any] | None] | None = None,
        trained: Callable[[Pack, str], Path | None] | None = None,
    ) -> None:
        import torch  # packs are listed without it

        self.pack = pack
        self.owner = owner
        self.device = torch.device(device)
        self.dtype = torch.float32 if dtype is None else dtype
        self._loaded: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        self._components, self._outside, self._trained = components, outside, trained
        self._knowing: dict[tuple[tuple[str, int], ...], Models] = {}
        self._fingerprints: dict[tuple[str, ...], str] = {}

    def fingerprint(self, *kinds: str) -> str:
        """SHA-256 over the names and contents of the pack's weight files; empty without any.

        Args:
            kinds: of components that a recipe uses (``mapper/lips``). Where the user trained one of
                his own, its file counts, too.
        """
        own = [path for kind in kinds if (path := self.trained(kind)) is not None]
        key = tuple(str(path) for path in own)
        if key not in self._fingerprints:
            files = sorted(self.pack.weights.glob("*.safetensors")) if self.pack.weights else []
            digest = hashlib.sha256()
            for path in (*files, *sorted(own)):
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
            self._fingerprints[key] = digest.hexdigest() if files or own else ""
        return self._fingerprints[key]

    def trained(self, kind: str) -> Path | None:
        """The file of weights that the user trained for a kind of component; None without one."""
        return None if self._trained is None else self._trained(self.pack, kind)

    def knowing(self, regions: Iterable[str]) -> Models:
        """These models with the regions that plugins add, of those that are named.

        What the pack finds itself, and what nobody adds, is left as it is. The same object is
        given for the same regions; all else is loaded once for all of them.
        """
        components = self._components
        if components is None:
            return self
        names = sorted({name for name in regions if f"regions/{name}" in components})
        added = tuple(name for name in names if name not in self.get("regions").names)
        if not added:
            return self
        key = tuple((name, id(components[f"regions/{name}"])) for name in added)
        if key not in self._knowing:  # a plugin may have been used again
            self._knowing[key] = Knowing(self, added, components)
        return self._knowing[key]

    def finds(self, region: str) -> bool:
        """Whether the pack finds a region, or a plugin adds it; loads what finds it if need be."""
        if self._components is not None and f"regions/{region}" in self._components:
            return True
        names = self.pack.regions
        return region in (names or (self.get("regions").names if self.has("regions") else ()))

    def least(self, region: str) -> float:
        """The share of the picture below which a region counts as not found."""
        del region
        return self.pack.min_region

    def own_regions(self, regions: Mapping[str, Any]) -> Mapping[str, Any]:
        """Regions by name as the pack itself finds them, for components that know no others."""
        return regions

    def kept(self, name: str, compute: Callable[[], T]) -> T:
        """What was computed from the models once; later calls get the same."""
        return self.own(name, compute)

    def own(self, name: str, compute: Callable[[], T]) -> T:
        """As `kept`, of these models alone: others that know more regions have another."""
        if name not in self._kept:
            self._kept[name] = compute()
        return self._kept[name]  # type: ignore[no-any-return]

    def has(self, kind: str) -> bool:
        """Whether there is a component of this kind: the pack's, or one for it."""
        return kind in self.pack.components or self._loader(kind) is not None

    def _loader(self, kind: str) -> Callable[[], Any] | None:
        """What loads a component: the user's own goes before the pack's, that before a plugin's."""
        outside = None if self._outside is None else self._outside(self, kind)
        if outside is not None and self.trained(kind) is not None:
            return outside
        return self.pack.components.get(kind, outside)

    @overload
    def get(self, kind: Literal["generator"]) -> Generator: ...
    @overload
    def get(self, kind: Literal["regions"]) -> RegionProvider: ...
    @overload
    def get(self, kind: Literal["features"]) -> Features: ...
    @overload
    def get(self, kind: Literal["lpips"]) -> LpipsWeights: ...
    @overload
    def get(self, kind: Literal["landmarks"]) -> Landmarks: ...
    @overload
    def get(self, kind: Literal["poser"]) -> Poser: ...
    @overload
    def get(self, kind: Literal["inverter"]) -> Inverter: ...
    @overload
    def get(self, kind: Literal["inpainter"]) -> Inpainter: ...
    @overload
    def get(self, kind: Literal["embedding"]) -> TextImageEncoder: ...
    @overload
    def get(self, kind: Literal["identity_encoder"]) -> IdentityEncoder: ...
    @overload
    def get(self, kind: str) -> Any: ...
    def get(self, kind: str) -> Any:
        """The component of this kind, loaded at the first call.

        Type checkers know what a kind that core knows can do: ``get("generator")`` is a
        `styleforge.pack.protocols.Generator`.

        Raises:
            UserError: if the pack has none, or it cannot be loaded.
        """
        return self._component(kind)

    def _component(self, kind: str) -> Any:
        if kind not in self._loaded:
            make = self._loader(kind)
            if make is None:
                have = ", ".join(sorted(self.pack.components))
                msg = f"The pack {self.pack.name!r} has no {kind}; it has {have}."
                raise UserError(msg)
            import torch

            from styleforge.pack.guards import checked, load

            of = f", from {self.owner}," if self.owner else ""
            what = f"The component {kind!r} of the pack {self.pack.name!r}{of}"
            component = load(make, what)
            if isinstance(component, torch.nn.Module):
                component = component.to(self.device, self.dtype).eval().requires_grad_(False)
            self._loaded[kind] = checked(kind, component, what)
        return self._loaded[kind]


class Knowing(Models):
    """A pack's models with regions that plugins add to it; see `Models.knowing`.

    Args:
        models: the pack's.
        added: names of the regions.
        components: where they are registered.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.pack.added import AddedRegion
        >>> from styleforge.testing import toy
        >>> components = Forge(()).components
        >>> bright = AddedRegion(lambda image, models: (image[:, :1] > 0.5) * 1.0)
        >>> entry = components.entry(bright, "regions/bright", "mine", "", replace=False)
        >>> components.add(entry)
        >>> Knowing(Models(toy.toy_pack()), ("bright",), components).get("regions").names
        ('rest', 'keep', 'thing', 'bright')
    """

    def __init__(self, models: Models, added: tuple[str, ...], components: Registry[Any]) -> None:
        from styleforge.pack.added import AddedRegion, WithAdded

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
        self._regions = WithAdded(models.get("regions"), found, models, owners)

    def _component(self, kind: str) -> Any:
        return self._regions if kind == "regions" else self._models.get(kind)

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

    def knowing(self, regions: Iterable[str]) -> Models:
        """As the pack's models; regions of before are not kept unless they are named."""
        return self._models.knowing(regions)

    def least(self, region: str) -> float:
        """The share of the picture below which a region counts as not found."""
        added = self._regions.added.get(region)
        return self._models.least(region) if added is None else added.least

    def own_regions(self, regions: Mapping[str, Any]) -> Mapping[str, Any]:
        """Regions by name with what was added back in those that it was cut out of."""
        return self._regions.own(regions)
