"""Reads files of tensors that other people made, and runs no code of theirs."""

from __future__ import annotations

import re
import zipfile
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from styleforge.errors import UserError
from styleforge.models.declared import Unfit, check_numbers, check_torch_file


def read_checkpoint(path: str | Path, what: str) -> dict[str, Any]:
    """What a PyTorch checkpoint holds by name, on the CPU: tensors, plain values and dicts of them.

    Options of a training (``argparse.Namespace``) are read as a dict; objects of other classes are
    refused, because unpickling them can run code. So are files that declare more than they hold
    (`styleforge.models.declared`), before memory is taken for it.

    Args:
        path: a ``.pt`` or ``.pth`` file, of any version of PyTorch.
        what: what the file should be, for the error: ``"an ArcFace checkpoint"``.

    Raises:
        UserError: there is no such file, it is none of PyTorch's, or it holds more than tensors
            and plain values, or declares more than it holds.

    Example:
        >>> torch.save({"g_ema": {"weight": torch.ones(2)}, "opts": Namespace(size=4)}, "small.pt")
        >>> read_checkpoint("small.pt", "a checkpoint")["opts"]
        {'size': 4}
    """
    path = Path(path)
    if not path.is_file():
        raise UserError(f"There is no file {path}; give the path of {what}.")
    try:
        content = load_content(path)
    except Exception as error:  # whatever a foreign file makes the reader do
        raise UserError(f"{path} cannot be read as {what}: {_reason(error)}") from error
    if not isinstance(content, Mapping):
        return {}
    return {
        name: vars(value) if isinstance(value, Namespace) else value
        for name, value in content.items()
        if isinstance(name, str)
    }


def read_tensors(
    path: str | Path, what: str, wanted: Callable[[str], object] | None = None
) -> dict[str, Tensor]:
    """The tensors of a PyTorch checkpoint by name, on the CPU.

    Reads what lies under ``state_dict`` where there is one. What is beside it is passed over, or
    refused, as `read_checkpoint` says.

    Args:
        path: a ``.pt`` or ``.pth`` file, of any version of PyTorch.
        what: what the file should be, for the error: ``"an ArcFace checkpoint"``.
        wanted: says of a name whether its tensor is asked for; all by default. Others are not read.

    Raises:
        UserError: there is no such file, it is none of PyTorch's, it holds more than tensors and
            plain values, declares more than it holds, or a wanted tensor holds NaN.

    Example:
        >>> torch.save({"state_dict": {"weight": torch.ones(2)}, "options": {}}, "small.pt")
        >>> read_tensors("small.pt", "a checkpoint")
        {'weight': tensor([1., 1.])}
    """
    content = read_checkpoint(path, what)
    state = content.get("state_dict", content)
    found = {
        name: value
        for name, value in (state.items() if isinstance(state, Mapping) else ())
        if isinstance(name, str) and isinstance(value, Tensor)
        if wanted is None or wanted(name)
    }
    try:
        check_numbers(found)
    except Unfit as error:
        raise UserError(f"{path} cannot be read as {what}: {_reason(error)}") from error
    return found


def load_content(path: Path) -> Any:
    """What a file of PyTorch's holds, on the CPU: tensors and plain values, or an exception.

    Raises:
        styleforge.models.declared.Unfit: if it declares more than it holds.

    Example:
        >>> torch.save({"steps": 3}, "small.pt")
        >>> load_content(Path("small.pt"))
        {'steps': 3}
    """
    check_torch_file(path)
    # Mapped, so that what nobody asks for (a generator of 100 MB) is never read.
    with torch.serialization.safe_globals([Namespace]):  # a bag of names, which runs nothing
        return torch.load(
            path, map_location="cpu", weights_only=True, mmap=zipfile.is_zipfile(path)
        )


def _reason(error: Exception) -> str:
    # PyTorch explains at length how to switch its protection off, which is the wrong advice here.
    if isinstance(error, Unfit):
        return f"{error}. It is damaged, or was made to do harm; get it from its source again."
    found = re.search(r"GLOBAL ([\w.]+)", str(error))
    if found:
        return (
            f"it holds an object ({found[1]}) beside tensors and plain values, and such objects "
            "can run code. Where you trust the file, save its tensors alone: "
            'torch.save({"state_dict": content["state_dict"]}, ...).'
        )
    return "it is no file of PyTorch's, or it is incomplete. Download it again."
