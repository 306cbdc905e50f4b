"""The models of every pack, made once for each device and precision."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from styleforge.pack.models import Models

if TYPE_CHECKING:
    from styleforge.pack.pack import Pack
    from styleforge.plugins.registry import Registry


class LoadedPacks:
    """Packs by name to their models; the same object until the pack or its files change.

    Args:
        packs: all of them.
        components: what plugins registered beside packs.
        outside: as `styleforge.pack.models.Models` takes it.
        trained: likewise.

    Example:
        >>> from styleforge.testing import toy
        >>> forge = toy.toy_forge()
        >>> loaded = LoadedPacks(forge.packs, forge.components)
        >>> loaded.of("toy", "cpu", "float32") is loaded.of("toy", "cpu", "float32")
        True
    """

    def __init__(
        self,
        packs: Registry[Pack],
        components: Registry[Any],
        *,
        outside: Callable[[Models, str], Callable[[], Any] | None] | None = None,
        trained: Callable[[Pack, str], Path | None] | None = None,
    ) -> None:
        self._packs, self._components = packs, components
        self._outside, self._trained = outside, trained
        self._models: dict[tuple[str, str, str], Models] = {}
        self._making = threading.Lock()

    def of(self, name: str, device: str, dtype: str) -> Models:
        """The models of a pack.

        Args:
            name: of the pack.
            device: as torch names it (``cuda:1``).
            dtype: as torch names it (``float32``).

        Raises:
            UserError: if there is no such pack or device.
        """
        key, pack = (name, device, dtype), self._packs[name]
        with self._making:
            made = self._models.get(key)
            # A plugin may have been used again, and its networks trained again.
            if made is None or made.pack is not pack or made.outdated:
                import torch  # packs are listed without it

                from styleforge.pack.device import usable

                made = self._models[key] = Models(
                    pack,
                    device=usable(device),
                    dtype=getattr(torch, dtype),
                    owner=self._packs.owner(name),
                    components=self._components,
                    outside=self._outside,
                    trained=self._trained,
                )
        return made
