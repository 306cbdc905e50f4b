"""Networks that are built to be filled from a file: their random initialisation is left out.

Drawing the millions of numbers that the weights then replace takes longer than reading the file.
Building on the ``meta`` device is no way out: random functions there import torch's compiler,
which takes seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

# What fills its first argument. `nn.init` is here too: torch asks once, before it is called.
_FILLING = frozenset({Tensor.normal_, Tensor.uniform_, nn.init.normal_, nn.init.uniform_,
                      nn.init.kaiming_normal_, nn.init.kaiming_uniform_})  # fmt: skip


class _Undrawn(TorchFunctionMode):
    """Random tensors are memory as it was found; filling one with random numbers does nothing."""

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = kwargs or {}
        if func in _FILLING:
            return args[0] if args else kwargs["tensor"]
        if func in {torch.randn, torch.rand}:
            return torch.empty(*args, **{k: v for k, v in kwargs.items() if k != "generator"})
        return func(*args, **kwargs)


@contextmanager
def undrawn() -> Iterator[None]:
    """Within it, networks are built without drawing their random weights.

    Whatever is random holds anything afterwards, NaN too: load every weight before use.

    Example:
        >>> from torch import nn
        >>> with undrawn():
        ...     layer = nn.Linear(512, 512)
        >>> _ = layer.load_state_dict(nn.Linear(512, 512).state_dict())
    """
    with _Undrawn():
        yield
