"""Packs: models that belong together, each loaded when it is first asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from styleforge.errors import UserError

if TYPE_CHECKING:
    import torch

T = TypeVar("T")
Box = tuple[float, float, float, float]

LR = 0.1  # of W+ and noise maps, as published for StyleGAN2's generator of FFHQ
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
    min_region: float = 0.005  # a region smaller than this share of the picture is not found
    lr: float = LR  # where a stage's schedule names none
    exploration: float = EXPLORATION  # likewise
    showcases: tuple[Showcase, ...] = ()


class Models:
    """The loaded models of a pack, frozen, on one device and in one precision.

    ``owner`` names the plugin that the pack is of, for messages.

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
    ) -> None:
        import torch  # packs are listed without it

        self.pack = pack
        self.owner = owner
        self.device = torch.device(device)
        self.dtype = torch.float32 if dtype is None else dtype
        self._loaded: dict[str, Any] = {}
        self._kept: dict[str, Any] = {}
        self._fingerprint: str | None = None

    def fingerprint(self) -> str:
        """SHA-256 over the names and contents of the pack's weight files; empty without any."""
        if self._fingerprint is None:
            files = sorted(self.pack.weights.glob("*.safetensors")) if self.pack.weights else []
            digest = hashlib.sha256()
            for path in files:
                digest.update(path.name.encode() + b"\0" + path.read_bytes())
            self._fingerprint = digest.hexdigest() if files else ""
        return self._fingerprint

    def kept(self, name: str, compute: Callable[[], T]) -> T:
        """What was computed from the models once; later calls get the same."""
        if name not in self._kept:
            self._kept[name] = compute()
        return self._kept[name]  # type: ignore[no-any-return]

    def has(self, kind: str) -> bool:
        """Whether the pack has a component of this kind."""
        return kind in self.pack.components

    def get(self, kind: str) -> Any:
        """The component of this kind, loaded at the first call.

        Raises:
            UserError: if the pack has none, or it cannot be loaded.
        """
        if kind not in self._loaded:
            if not self.has(kind):
                have = ", ".join(sorted(self.pack.components))
                msg = f"The pack {self.pack.name!r} has no {kind}; it has {have}."
                raise UserError(msg)
            import torch

            from styleforge.pack.guards import checked, load

            of = f", from {self.owner}," if self.owner else ""
            what = f"The component {kind!r} of the pack {self.pack.name!r}{of}"
            component = load(self.pack.components[kind], what)
            if isinstance(component, torch.nn.Module):
                component = component.to(self.device, self.dtype).eval().requires_grad_(False)
            self._loaded[kind] = checked(kind, component, what)
        return self._loaded[kind]
