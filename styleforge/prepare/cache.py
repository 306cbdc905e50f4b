"""Keeps prepared pictures by their contents, so that a second run need not prepare them again.

Also where painted masks take the place of a region that the pack found.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.pack.memory import size_of
from styleforge.prepare.called import called
from styleforge.prepare.nearest import nearest_known
from styleforge.prepare.opening import hashed_picture
from styleforge.prepare.outline import outlined
from styleforge.prepare.painted import Over, PaintedMask, placed, read_mask
from styleforge.prepare.pose import match_pose
from styleforge.prepare.prepare import prepare, resolve

if TYPE_CHECKING:
    from styleforge.pack.models import Models
    from styleforge.prepare.problem import Reference

T = TypeVar("T")
_ENTRIES = 64
BYTES = 2**29  # of memory that pictures take, at most; the newest stays however large
_EMPTY = 1e-3  # other regions that sum to less than this say nothing


class Prepared:
    """References of a pack's models; the last 64 are kept, of half a gigabyte in all.

    May be shared among threads.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> prepared = Prepared(Models(toy.toy_pack()))
        >>> prepared.file("me.png") is prepared.file("me.png")  # the second time from memory
        True
    """

    def __init__(self, models: Models) -> None:
        self.models = models
        self._entries: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = threading.Lock()  # of the two, held briefly
        self._computing: dict[Hashable, threading.Lock] = {}

    def file(
        self, path: str | Path, subject: int | None = None, *, painted: bool = False
    ) -> Reference:
        """A prepared file; prepared again only where its contents changed.

        Args:
            path: of the file.
            subject: which of several.
            painted: its region will be painted, so that none of several need be chosen.

        Raises:
            UserError: as `prepare`.
        """
        name = called(path)
        with hashed_picture(resolve(path, self.models), name) as (picture, sha256):

            def read() -> Reference:
                made = prepare(picture, self.models, name=name, subject=subject, painted=painted)
                return replace(made, sha256=sha256)

            return self._kept((str(path), sha256, subject, painted), read)

    def mask(self, path: str | Path, over: Over = "") -> PaintedMask:
        """A painted mask of a file; read again only where it changed.

        Raises:
            UserError: if it cannot be read.
        """
        name = called(path)
        with hashed_picture(path, name) as (picture, sha256):

            def read() -> PaintedMask:
                values = read_mask(picture, name)
                return PaintedMask(values=values, source=name, sha256=sha256, over=over)

            return self._kept(("mask", str(path), sha256, over), read)

    def painted(self, reference: Reference, mask: PaintedMask, region: str) -> Reference:
        """A reference whose region is a painted mask.

        Raises:
            UserError: if the pack knows no such region, or the mask has another size.
        """
        key = ("painted", id(reference), mask.source, mask.sha256, mask.over, region)

        def paint() -> tuple[Reference, Reference]:
            values, note = placed(mask, reference)
            made = _with_region(reference, values, region)
            notes = (*made.notes, note) if note else made.notes
            if reference.placement is not None and mask.values.shape[-2:] == reference.photo_size:
                whole = {region: (255 * mask.values).round().to(torch.uint8)}
                made = replace(made, painted={**reference.painted, **whole})
            return replace(made, notes=notes), reference

        return self._kept(key, paint)[0]

    def drawn(self, identity: Reference, mask: PaintedMask, region: str) -> Reference:
        """The identity as a reference for the outline that a mask gives its region.

        Raises:
            UserError: if the mask is empty, or the identity has no such region.
        """
        painted = self.painted(identity, mask, region)
        key = ("drawn", id(painted), id(identity), region)

        def draw() -> tuple[Reference, Reference, Reference]:
            named = replace(painted, source=mask.source)
            share = self.models.least(region)
            return outlined(identity, named, region, share), painted, identity

        return self._kept(key, draw)[0]

    def posed(self, reference: Reference, identity: Reference, region: str) -> Reference:
        """A reference warped to the identity's pose."""
        key = ("posed", id(reference), id(identity), region)

        # What the key names by id lives as long as the entry does.
        def pose() -> tuple[Reference, Reference, Reference]:
            return match_pose(reference, identity, self.models, region), reference, identity

        return self._kept(key, pose)[0]

    def _kept(self, key: Hashable, compute: Callable[[], T]) -> T:
        """What is kept by a key. It is computed once; who asks meanwhile waits for it alone."""
        with self._lock:
            if key in self._entries:
                return self._again(key)  # type: ignore[no-any-return]
            computing = self._computing.setdefault(key, threading.Lock())
        with computing:
            with self._lock:
                if key in self._entries:
                    return self._again(key)  # type: ignore[no-any-return]
            try:
                value = compute()
                with self._lock:
                    self._entries[key] = value
                    while len(self._entries) > 1 and (
                        len(self._entries) > _ENTRIES or size_of(*self._entries.values()) > BYTES
                    ):
                        self._entries.popitem(last=False)
            finally:
                with self._lock:  # after the entry is there, so that nobody computes it again
                    self._computing.pop(key, None)
            return value

    def _again(self, key: Hashable) -> Any:
        """What is kept by a key that is there, which is the newest then; the lock is held."""
        self._entries.move_to_end(key)
        return self._entries[key]


def prepared_with(models: Models) -> Prepared:
    """The pictures that were prepared with models, one for all runs of theirs.

    Example:
        >>> from styleforge.pack.models import Models
        >>> from styleforge.testing import toy
        >>> models = Models(toy.toy_pack())
        >>> prepared_with(models) is prepared_with(models)
        True
    """
    return models.own("prepared", lambda: Prepared(models))


def _with_region(reference: Reference, mask: Tensor, region: str) -> Reference:
    """A reference with ``mask`` ``(1, 1, H, W)`` in [0, 1] as its region.

    The other regions share what it leaves, as they did before; where they had nothing, the nearest
    of them takes it.

    Raises:
        UserError: if there is no such region.

    Example:
        >>> from styleforge.prepare.problem import Reference
        >>> ones = torch.ones(1, 1, 2, 2)
        >>> reference = Reference(image=0 * ones, regions={"face": ones, "hat": 0 * ones})
        >>> painted = _with_region(reference, 0.25 * ones, "hat")
        >>> {name: float(one.mean()) for name, one in painted.regions.items()}
        {'face': 0.75, 'hat': 0.25}
    """
    if region not in reference.regions:
        have = ", ".join(reference.regions)
        msg = f"The pack finds no region {region!r} that could be painted; it finds {have}."
        raise UserError(msg)
    mask = mask.to(reference.image).clamp(0, 1)
    others = {name: item for name, item in reference.regions.items() if name != region}
    if not others:
        return replace(reference, regions={region: mask})
    stack = torch.cat(tuple(others.values()), dim=1)  # (1, R - 1, H, W)
    known = stack.sum(dim=1, keepdim=True)
    empty = (known[0, 0] < _EMPTY).cpu().numpy()
    if empty.any() and not empty.all():
        near = [torch.from_numpy(index) for index in nearest_known(~empty)]
        stack = stack[:, :, near[0], near[1]]
        known = stack.sum(dim=1, keepdim=True)
    shares = stack / known.clamp(min=_EMPTY) * (1 - mask)
    filled = {name: shares[:, index : index + 1] for index, name in enumerate(others)}
    regions = {name: filled.get(name, mask) for name in reference.regions}
    return replace(reference, regions=regions)
