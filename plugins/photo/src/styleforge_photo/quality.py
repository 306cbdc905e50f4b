"""Why colours tell little in a picture: few of them, blocks, blown out, or too near a face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from styleforge_photo.layout import Face

Array = NDArray[np.float32]
BLOCK = 8  # pixels of JPEG's blocks
# How much more colours differ from a block to the next than anywhere within one. Four portraits
# have 1.0; as JPEG of quality 20 1.7 to 1.9, of quality 10 2.2 to 2.5, of quality 5 3.0 and more.
BLOCKY = 2.1
FEW = 64  # colours; black and white pictures have 200 and more
FULL = 253 / 255  # of a channel, from which it is blown out
BLOWN = 0.4  # of the face; ordinary portraits have 0.04 at most
FILLS = 0.7  # of the picture's shorter side, that is the face's width


def lost(picture: Array, face: Face) -> str:
    """What is lost of a picture ``(H, W, 3)`` in [0, 1]: a part of a sentence; empty for nothing.

    Example:
        >>> lost(np.zeros((40, 40, 3), np.float32), Face(10, 10, 20))
        'the picture has only 1 colour'
    """
    numbers = (picture * 255).round().astype(np.int64) @ np.array([65536, 256, 1])
    count = len(np.unique(numbers))
    if count < FEW:
        return f"the picture has only {count} colour{'s' * (count > 1)}"
    if blockiness(picture) > BLOCKY:
        return "the picture is made of blocks, as one that was compressed too far"
    blown = _blown(picture, face)
    if blown > BLOWN:
        return f"{blown:.0%} of the face is blown out, so that its colours tell little"
    if face.side > FILLS * min(picture.shape[:2]):
        return "the face fills the picture, so that little is seen of what is beside it"
    return ""


def _blown(picture: Array, face: Face) -> float:
    """The share of a face's square in which a channel is as bright as can be."""
    left, top = max(0, round(face.left)), max(0, round(face.top))
    square = picture[top : round(face.top + face.side), left : round(face.left + face.side)]
    return float((square.max(axis=2) >= FULL).mean()) if square.size else 0.0


def blockiness(picture: Array) -> float:
    """How much more neighbours differ between JPEG's blocks than within them, as a ratio.

    Example:
        >>> tiles = np.random.default_rng(0).random((9, 9, 3)).repeat(8, axis=0).repeat(8, axis=1)
        >>> noise = np.random.default_rng(1).normal(0, 0.05, tiles.shape)
        >>> blockiness((tiles + noise).astype(np.float32)) > 2
        True
    """
    ratios = []
    for axis, others in ((0, (1, 2)), (1, (0, 2))):
        steps = np.abs(np.diff(picture, axis=axis)).mean(axis=others)
        if len(steps) >= BLOCK:
            *_, next_to, most = sorted(float(steps[at::BLOCK].mean()) for at in range(BLOCK))
            ratios.append(most / max(next_to, 1e-4))  # enlarged pixels have several alike
    return float(np.mean(ratios)) if ratios else 1.0
