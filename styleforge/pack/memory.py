"""How much memory tensors take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from torch import Tensor


def size_of(*values: Any) -> int:
    """Bytes of all tensors in values, each counted once however often it is named.

    Looks into dataclasses, mappings, tuples and lists.

    Example:
        >>> import torch
        >>> picture = torch.zeros(1, 3, 8, 8)
        >>> size_of({"one": picture, "again": picture})  # float32, counted once
        768
    """
    return sum({id(one): one.nbytes for value in values for one in _tensors(value)}.values())


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            yield from _tensors(getattr(value, one.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _tensors(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _tensors(item)
