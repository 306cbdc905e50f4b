"""bf16 where the machine computes in it, float32 elsewhere."""

from __future__ import annotations

import torch


def _fast_bf16(device: torch.device) -> bool:
    """Whether bf16 convolutions are faster than float32 ones here.

    Processors without bf16 instructions emulate them, up to a hundred times more slowly.

    Example:
        >>> isinstance(_fast_bf16(torch.device("cpu")), bool)
        True
    """
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    ask = getattr(torch.cpu, "get_capabilities", dict)  # torch before 2.10 cannot say
    can: dict[str, bool] = ask()
    return bool(can.get("amx_bf16") or can.get("avx512_bf16"))


def autocast(device: torch.device, *, enabled: bool = True) -> torch.autocast:
    """A context that computes in bf16 where that is fast.

    Example:
        >>> with autocast(torch.device("cpu"), enabled=False):
        ...     print((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
        torch.float32
    """
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled and _fast_bf16(device))
