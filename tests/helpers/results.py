"""Results of two runs, compared."""

from __future__ import annotations

import torch

from styleforge.prepare.images import to_bytes


def same(one, two) -> bool:
    """Whether two results are one picture."""
    return torch.equal(to_bytes(one.photo), to_bytes(two.photo))
