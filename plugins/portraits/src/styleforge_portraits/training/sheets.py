"""Contact sheets of pictures, to be looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from torch import Tensor


def write_sheet(path: Path, rows: Sequence[Tensor]) -> None:
    """Write rows of pictures ``(N, 3, H, W)`` in [-1, 1] below each other, empty ones left out."""
    lines = [torch.cat(list(row.detach().float().cpu()), 2) for row in rows if len(row)]
    sheet = torch.cat(lines, 1).clamp(-1, 1).permute(1, 2, 0)
    Image.fromarray(((sheet + 1) * 127.5 + 0.5).to(torch.uint8).numpy()).save(path)
