"""The device that models run on: the CPU, or what the user named."""

from __future__ import annotations

import torch

from styleforge.errors import UserError, printable
from styleforge.recipe.quiet import quiet

SHORT = 200  # characters of what torch says, which may list all that it was ever built for


def usable(name: str) -> torch.device:
    """The device of this name, such as ``cuda:1``.

    Raises:
        UserError: if torch knows no such device, has none here, or it holds no numbers.

    Example:
        >>> usable("cpu")
        device(type='cpu')
    """
    try:
        with quiet():  # of names that torch once had the error says more
            device = torch.device(name)
            torch.zeros(1, device=device).item()  # `meta` has shapes alone
    except Exception as error:  # of any backend
        why = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        have = ", ".join(["cpu", *(kind for kind, there in _others() if there)])
        msg = (
            f"The device {printable(name, SHORT)!r} cannot be used: {printable(why, SHORT)}. "
            f"Torch has {have} here."
        )
        raise UserError(msg) from error
    return torch.device("cpu") if device.type == "cpu" else device  # which there is one of


def _others() -> tuple[tuple[str, bool], ...]:
    return (
        ("cuda", torch.cuda.is_available()),
        ("mps", torch.backends.mps.is_available()),
        ("xpu", torch.xpu.is_available()),
    )
