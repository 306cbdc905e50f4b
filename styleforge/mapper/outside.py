"""Mappers that are not the pack's own: what the user trained, and what a plugin registered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.plugins.config import data_folder

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Registry

KIND = "mapper/"


def weights_folder(pack: str) -> Path:
    """Where mappers go that the user trains for a pack.

    Example:
        >>> weights_folder("portraits").parts[-2:]
        ('weights', 'portraits')
    """
    return data_folder() / "weights" / pack


def trained(pack: Pack, kind: str) -> Path | None:
    """The file of a mapper that the user trained for a pack; None where there is none.

    Example:
        >>> from styleforge.testing import toy
        >>> trained(toy.toy_pack(), "mapper/toy") is None  # nobody trained one
        True
    """
    if not kind.startswith(KIND):
        return None
    path = weights_folder(pack.name) / f"mapper_{kind.removeprefix(KIND)}.safetensors"
    return path if path.is_file() else None


def outside(
    components: Registry[Any],
) -> Callable[[Models, str], Callable[[], Any] | None]:
    """What loads a mapper that the pack has not, by the kind of component.

    The user's own goes first; a plugin's is an `AddedMapper`, registered as ``mapper/NAME``.

    Example:
        >>> from styleforge import Forge
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> find = outside(Forge(()).components)
        >>> find(Models(toy.toy_pack()), "mapper/hat") is None
        True
    """

    def find(models: Models, kind: str) -> Callable[[], Any] | None:
        path = trained(models.pack, kind)
        if path is not None:
            return partial(_load, path)
        if not kind.startswith(KIND) or kind not in components:
            return None
        item = components[kind]
        packs = getattr(item, "packs", ())
        return partial(item, models) if not packs or models.pack.name in packs else None

    return find


def _load(path: Path) -> Any:
    from styleforge.mapper.files import load_mapper

    return load_mapper(path).requires_grad_(requires_grad=False)
