"""A few figures of each result, to find those that want a look."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import torch

from styleforge.prepare.images import to_bytes

if TYPE_CHECKING:
    from styleforge.run.result import Result

_SEEN = 8  # of 255, from which a difference counts as a change
MEANINGS = {
    "changed": "share of the picture that is another",
    "change": "mean difference of the pixels that changed, of 255",
}


def figures_of(result: Result) -> dict[str, float]:
    """``changed`` and ``change`` (see `MEANINGS`), and the last losses as ``loss NAME``.

    Example:
        >>> from styleforge import edit
        >>> from styleforge.testing import toy
        >>> found = figures_of(edit("toy", "me.png", forge=toy.toy_forge(), shape="tall"))
        >>> sorted(found)
        ['change', 'changed']
    """
    found: dict[str, float] = {}
    before = result.references.get("identity")
    if before is not None and before.shape == result.pasted.shape:
        one, two = (to_bytes(image).to(torch.int16) for image in (before, result.pasted))
        difference = (one - two).abs().amax(1)  # (1, H, W)
        changed = difference > _SEEN
        found["changed"] = round(float(changed.float().mean()), 4)
        if changed.any():
            found["change"] = round(float(difference[changed].float().mean()), 1)
    last = result.history[-1] if result.history else {}
    losses = {f"loss {name}": float(f"{value:.4g}") for name, value in last.items()}
    return found | {name: value for name, value in losses.items() if math.isfinite(value)}
