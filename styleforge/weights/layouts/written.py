"""What readers have in common: converted tensors, written into the folder that keeps them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors.torch import save_file

from styleforge.models.converted import Converted
from styleforge.weights.kept import TENSORS

Read = tuple[Mapping[str, Any], tuple[str, ...]]  # facts and notes


def written(converted: Converted, folder: Path) -> Read:
    """Write the tensors, and give the facts and notes.

    Example:
        >>> import torch
        >>> written(Converted({"weight": torch.ones(2)}, {"width": 2}), Path())
        ({'width': 2}, ())
    """
    # A clone of each: what was read may be mapped from the file, and share memory.
    tensors = {name: one.clone().contiguous() for name, one in converted.tensors.items()}
    save_file(tensors, folder / TENSORS)
    return converted.facts, converted.notes
