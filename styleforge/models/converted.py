"""What a reader makes of another project's file: tensors by this project's names, and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Converted:
    """Weights that were read from a file, ready to be written as safetensors.

    Args:
        tensors: by the names of the network in `styleforge.models` that takes them.
        facts: what is known of them, as JSON: sizes, widths, what the file had beside.
        notes: what the user should know, as sentences.

    Example:
        >>> import torch
        >>> Converted({"weight": torch.ones(2)}, {"width": 2}).facts["width"]
        2
    """

    tensors: Mapping[str, Tensor]
    facts: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
