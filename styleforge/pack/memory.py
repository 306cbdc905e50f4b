"""How much memory tensors take."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import cv2
import torch
from torch import Tensor

_SHORTAGE = re.compile(
    r"not enough memory|can.t allocate memory|out of memory|insufficient memory"
    r"|failed to allocate|std::bad_alloc",
    re.IGNORECASE,
)


def is_shortage(error: BaseException) -> bool:
    """Whether an error means that memory ran out, whoever's code asked for it.

    On the CPU torch raises RuntimeError then, and OpenCV an error of its own.

    Example:
        >>> is_shortage(RuntimeError("DefaultCPUAllocator: not enough memory: you tried to ..."))
        True
        >>> is_shortage(RuntimeError("shapes do not fit"))
        False
    """
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    kinds = (RuntimeError, cv2.error, OSError)
    return isinstance(error, kinds) and _SHORTAGE.search(str(error)[:2000]) is not None


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
