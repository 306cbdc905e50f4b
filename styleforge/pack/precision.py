"""Precisions that networks compute in: bf16 where the machine has it, or what a run asks for."""

from __future__ import annotations

import torch

from styleforge.errors import UserError


def fast_bf16(device: torch.device) -> bool:
    """Whether bf16 convolutions are faster than float32 ones here.

    Processors without bf16 instructions emulate them, up to a hundred times more slowly.

    Example:
        >>> isinstance(fast_bf16(torch.device("cpu")), bool)
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
    return torch.autocast(device.type, torch.bfloat16, enabled=enabled and fast_bf16(device))


def one_at_a_time(device: torch.device) -> bool:
    """Whether small networks see one picture at a time, so that none depends on its neighbours.

    A processor's matrix products round a row otherwise beside others, by a millionth, which half
    precision makes a grey level and an edge of a region some. It saves a few milliseconds of an
    edit to see several at once; an accelerator most of its time.

    Example:
        >>> one_at_a_time(torch.device("cpu")), one_at_a_time(torch.device("cuda"))
        (True, False)
    """
    return device.type == "cpu"


def check_precision(precision: str, device: torch.device) -> str:
    """Refuse a precision that a device does not compute in; a note where it is slow there, or "".

    Raises:
        UserError: float16 on a processor.

    Example:
        >>> check_precision("float32", torch.device("cpu"))
        ''
        >>> check_precision("float16", torch.device("cpu"))
        Traceback (most recent call last):
        styleforge.errors.UserError: The precision float16 is for graphics cards; ...
    """
    if precision == "float16" and device.type == "cpu":
        msg = (
            "The precision float16 is for graphics cards; processors emulate it slowly. Take "
            "bfloat16, or leave the precision out."
        )
        raise UserError(msg)
    if precision == "bfloat16" and not fast_bf16(device):
        return (
            f"{str(device).upper()} has no instructions for bfloat16 here and emulates them, so "
            "float32 is likely faster."
        )
    return ""


def computing_in(precision: str, device: torch.device) -> torch.autocast:
    """A context in which networks compute in a precision; what they are given and give stays.

    Example:
        >>> with computing_in("bfloat16", torch.device("cpu")):
        ...     print((torch.ones(2, 2) @ torch.ones(2, 2)).dtype)
        torch.bfloat16
    """
    half = torch.float16 if precision == "float16" else torch.bfloat16
    return torch.autocast(device.type, half, enabled=precision != "float32")
