"""Files of this baseline: tensors in half precision, with what is said of them as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import safe_open
from torch import Tensor

from styleforge.models.halves import write_halves

KEY = "styleclip"  # of the metadata


def write_file(path: Path, about: Mapping[str, Any], tensors: Mapping[str, Tensor]) -> None:
    """Write both; what is there stays until the new file is whole.

    Raises:
        UserError: if values are not finite, or the file cannot be written.
    """
    write_halves(path, tensors, {KEY: json.dumps(dict(about))})


def read_file(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """What is said of the tensors, and the tensors by name, in single precision.

    Raises:
        OSError, SafetensorError, KeyError, ValueError: if it is none of `write_file`; callers say
            what was expected in its place.
    """
    with safe_open(path, framework="pt") as content:
        about: dict[str, Any] = json.loads((content.metadata() or {})[KEY])
        names = list(content.keys())
        return about, {name: content.get_tensor(name).float() for name in names}
