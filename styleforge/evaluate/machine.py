"""What a comparison was made with: the machine and the versions, and nobody's name."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from styleforge.forge import Forge

PACKAGES = ("styleforge", "torch", "kornia", "numpy", "torchmetrics")


def machine(forge: Forge) -> dict[str, str]:
    """Processor, cores, threads and device.

    Example:
        >>> from styleforge.testing import toy
        >>> sorted(machine(toy.toy_forge()))
        ['cores', 'device', 'processor', 'system', 'threads']
    """
    import torch

    device = forge.device
    if device.startswith("cuda") and torch.cuda.is_available():
        device = f"{device} ({torch.cuda.get_device_name(device)})"
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": str(os.cpu_count() or 1),
        "threads": str(torch.get_num_threads()),
        "device": device,
    }


def versions(forge: Forge) -> dict[str, str]:
    """Versions of Python, the libraries that numbers depend on, and the plugins.

    Example:
        >>> from styleforge.testing import toy
        >>> "torch" in versions(toy.toy_forge())
        True
    """
    names = [*PACKAGES, *(one.distribution for one in forge.plugins if one.status == "loaded")]
    found = {"python": platform.python_version()}
    for name in dict.fromkeys(one for one in names if one):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    """The processor's name, where the system tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return platform.processor() or "unknown"
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == "model name":
            return value.strip()
    return platform.processor() or "unknown"
