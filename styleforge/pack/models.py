"""The models of a pack, each loaded when it is first asked for."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar, overload

from styleforge.errors import UserError
from styleforge.pack.fingerprint import Fingerprints
from styleforge.pack.on_disk import ReadOnce, differs, seen

if TYPE_CHECKING:
    import torch

    from styleforge.pack import protocols
    from styleforge.pack.on_disk import Seen
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Registry

T = TypeVar("T")


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
        self._read: dict[str, dict[Path, Seen | None]] = {}  # the files that kinds were loaded from
        self._own_files = seen(self._of_pack())
        self._loading = threading.RLock()  # once, among threads; what loads may ask for others
        self._kept: dict[str, Any] = {}
        self.components, self._outside, self._trained = components, outside, trained
        self._fingerprints = Fingerprints()

    @property
    def outdated(self) -> bool:
        """Whether the pack's own files were written again since these models were made."""
        return differs(seen(self._of_pack()), self._own_files)

    def _of_pack(self) -> tuple[Path, ...]:
        """The pack's own files of weights."""
        return (*self._folder(), *(path for paths in self.pack.files.values() for path in paths))

    def _folder(self) -> list[Path]:
        return sorted(self.pack.weights.glob("*.safetensors")) if self.pack.weights else []

    def fingerprint(self, *kinds: str) -> str:
        """SHA-256 over the names and contents of the pack's weight files; empty without any.

        Args:
            kinds: of components that a recipe uses (``mapper/lips``). Where the user trained one of
                his own, or brought files for it, they count, too, and so do the files that a
                component beside the pack reads, which it names by ``weight_files(models)``.
        """
        mine = {kind: self.trained(kind) for kind in kinds}
        own = dict.fromkeys(path for path in mine.values() if path is not None)
        brought = dict.fromkeys(
            path
            for kind, trained in mine.items()
            if trained is None
            for path in (*self.pack.files.get(kind, ()), *self._read_by(kind))
        )
        return self._fingerprints.of((*self._folder(), *sorted(own), *sorted(brought)), brought)

    def _read_by(self, kind: str) -> tuple[Path, ...]:
        """The files of weights that what a plugin registered of a kind reads for the pack."""
        names = getattr(self.beside(kind), "weight_files", None)
        return () if names is None else tuple(names(self))

    def trained(self, kind: str) -> Path | None:
        """The file of weights that the user trained for a kind of component; None without one."""
        return None if self._trained is None else self._trained(self.pack, kind)

    @property
    def base(self) -> Models:
        """The models of the pack alone, without regions that plugins add."""
        return self

    def finds(self, region: str) -> bool:
        """Whether the pack finds a region, or a plugin adds it; loads what finds it if need be."""
        if self.components is not None and f"regions/{region}" in self.components:
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
            with self._loading:
                if name not in self._kept:
                    self._kept[name] = compute()
        return self._kept[name]  # type: ignore[no-any-return]

    def from_file(self, path: Path, read: Callable[[Path], T]) -> T:
        """What was read from a file of weights once; again where it was written anew."""
        held: ReadOnce = self.kept(f"read from {path}", lambda: ReadOnce(read))
        return held(path)  # type: ignore[no-any-return]

    def has(self, kind: str) -> bool:
        """Whether there is a component of this kind: the pack's, or one for it."""
        return kind in self.pack.components or self._loader(kind) is not None

    def beside(self, kind: str) -> Any:
        """What a plugin registered of a kind; None where the pack or the user has an own one."""
        if self.components is None or kind not in self.components:
            return None
        own = kind in self.pack.components or self.trained(kind) is not None
        return None if own else self.components[kind]

    def _bound(self, make: Callable[..., Any]) -> Callable[[], Any]:
        """A loader, given the models where it asks for them."""
        wants = "models" in inspect.signature(make).parameters
        return partial(make, models=self) if wants else make

    def _loader(self, kind: str) -> Callable[[], Any] | None:
        """What loads a component: the user's own goes before the pack's, that before a plugin's."""
        outside = None if self._outside is None else self._outside(self, kind)
        if outside is not None and self.trained(kind) is not None:
            return outside
        return self.pack.components.get(kind, outside)

    @overload
    def get(self, kind: Literal["generator"]) -> protocols.Generator: ...
    @overload
    def get(self, kind: Literal["regions"]) -> protocols.RegionsOfSubjects: ...
    @overload
    def get(self, kind: Literal["features"]) -> protocols.Features: ...
    @overload
    def get(self, kind: Literal["lpips"]) -> protocols.LpipsWeights: ...
    @overload
    def get(self, kind: Literal["landmarks"]) -> protocols.Landmarks: ...
    @overload
    def get(self, kind: Literal["subjects"]) -> protocols.SubjectFinder: ...
    @overload
    def get(self, kind: Literal["poser"]) -> protocols.Poser: ...
    @overload
    def get(self, kind: Literal["inverter"]) -> protocols.Inverter: ...
    @overload
    def get(self, kind: Literal["inpainter"]) -> protocols.Inpainter: ...
    @overload
    def get(self, kind: Literal["embedding"]) -> protocols.TextImageEncoder: ...
    @overload
    def get(self, kind: Literal["recolour"]) -> protocols.Recolour: ...
    @overload
    def get(self, kind: Literal["identity_encoder"]) -> protocols.IdentityEncoder: ...
    @overload
    def get(self, kind: str) -> Any: ...
    def get(self, kind: str) -> Any:
        """The component of this kind, loaded at the first call, and again after a training.

        Type checkers know what a kind that core knows can do: ``get("generator")`` is a
        `styleforge.pack.protocols.Generator`.

        Raises:
            UserError: if the pack has none, or it cannot be loaded.
        """
        return self._component(kind)

    def loaded(self, kind: str) -> bool:
        """Whether the component of a kind is in memory already."""
        return kind in self._loaded

    def _component(self, kind: str) -> Any:
        if not self._is_loaded(kind):
            with self._loading:
                return self._load(kind)
        return self._loaded[kind]

    def _is_loaded(self, kind: str) -> bool:
        """Whether a component is in memory, and what the user or a plugin trained is the same."""
        before = self._read.get(kind, {})
        return kind in self._loaded and not differs(seen(self._trained_files(kind)), before)

    def _trained_files(self, kind: str) -> tuple[Path, ...]:
        """The files beside the pack's own that a component is read from."""
        own = self.trained(kind)
        return self._read_by(kind) if own is None else (own,)

    def _load(self, kind: str) -> Any:
        if not self._is_loaded(kind):
            make, files = self._loader(kind), seen(self._trained_files(kind))
            if make is None:
                have = ", ".join(sorted(self.pack.components)) or "nothing"
                advice = self.pack.to_bring(kind) or "Choose another pack."
                msg = f"The pack {self.pack.name!r} has no {kind}; it has {have}. {advice}"
                raise UserError(msg)
            import torch

            from styleforge.pack.checked import checked
            from styleforge.pack.guards import load

            of = f", from {self.owner}," if self.owner else ""
            what = f"The component {kind!r} of the pack {self.pack.name!r}{of}"
            component = load(self._bound(make), what)
            if isinstance(component, torch.nn.Module):
                component = component.to(self.device, self.dtype).eval().requires_grad_(False)
            self._loaded[kind] = checked(kind, component, what)
            self._read[kind] = files
        return self._loaded[kind]
