"""The device that models run on: the CPU, or what the user named."""

from __future__ import annotations

import torch

from styleforge.errors import UserError


def usable(name: str) -> torch.device:
    """The device of this name, such as ``cuda:1``.

    Raises:
        UserError: if torch knows no such device, or has none here.

    Example:
        >>> usable("cpu")
        device(type='cpu')
    """
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError, ImportError) as error:
        why = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        have = ", ".join(["cpu", *(kind for kind, there in _others() if there)])
        msg = f"The device {name!r} cannot be used: {why}. Torch has {have} here."
        raise UserError(msg) from error
    return device


def _others() -> tuple[tuple[str, bool], ...]:
    return (
        ("cuda", torch.cuda.is_available()),
        ("mps", torch.backends.mps.is_available()),
        ("xpu", torch.xpu.is_available()),
    )
