"""Trained weights on disk: safetensors in half precision, written whole, and only finite ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from safetensors.torch import save_file

from styleforge.errors import UserError
from styleforge.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from torch import Tensor

LARGEST = torch.finfo(torch.half).max


def write_halves(
    path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None
) -> None:
    """Write tensors by name, floats as fp16; what is there stays until the new file is whole.

    Raises:
        UserError: if a value is NaN, infinite or beyond half precision, which no reader would
            take, or the file cannot be written.

    Example:
        >>> from pathlib import Path
        >>> write_halves(Path("small.safetensors"), {"weight": torch.ones(2)})
        >>> write_halves(Path("small.safetensors"), {"weight": torch.tensor([1e6])})
        Traceback (most recent call last):
        styleforge.errors.UserError: small.safetensors is not written: weight holds ...
    """
    for name, value in tensors.items():
        if value.is_floating_point() and not bool((value.abs() <= LARGEST).all()):
            msg = (
                f"{path} is not written: {name} holds NaN, infinite values or values beyond "
                f"{LARGEST:,.0f}, the largest of half precision. Train longer, or at "
                "a lower learning rate."
            )
            raise UserError(msg)
    halves = {
        name: (value.half() if value.is_floating_point() else value).detach().cpu().contiguous()
        for name, value in tensors.items()
    }

    def fill(partial: Path) -> None:
        save_file(halves, partial, metadata=None if metadata is None else dict(metadata))
        partial.chmod(0o644)  # safetensors writes for the owner alone

    write_whole(path, fill)
