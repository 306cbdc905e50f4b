"""What a mask is painted over: the aligned picture, or a copy of a photograph that keeps its size.

A pack whose pictures keep their size takes masks of the photograph's own size. They are painted
over a copy that a browser can hold, and enlarged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from PIL import Image

from styleforge.compose.coverage import shown
from styleforge.errors import UserError
from styleforge.prepare.opening import open_picture
from styleforge.prepare.painted import mask_picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from styleforge.prepare.problem import Reference

SIDE = 1280  # pixels of the longer side of the copy that is painted over


def copy_size(size: tuple[int, int], side: int = SIDE) -> tuple[int, int]:
    """The size of a copy of a photograph, width and height.

    Example:
        >>> copy_size((4000, 3000)), copy_size((640, 480))
        ((1280, 960), (640, 480))
    """
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def to_photo(mask: bytes, size: tuple[int, int]) -> Image.Image:
    """A mask that was painted over a copy, as one of the photograph's own size."""
    with open_picture(mask, "the mask") as opened:
        grey = mask_picture(opened)
    return grey.resize(size, Image.Resampling.BILINEAR)


def to_copy(mask: Image.Image, size: tuple[int, int]) -> Image.Image:
    """A mask of a photograph's own size as one of its copy.

    Example:
        >>> to_copy(Image.new("L", (40, 30), 255), (20, 15)).getextrema()
        (255, 255)
    """
    return mask.resize(size, Image.Resampling.BOX)


def found_in_copy(
    reference: Reference, region: str, photo: tuple[int, int], size: tuple[int, int]
) -> NDArray[np.float32]:
    """How far a region that was found covers a copy of a photograph: ``(h, w)`` in [0, 1].

    Args:
        reference: what the pack looked at of the photograph.
        region: one that it finds.
        photo: the photograph's width and height.
        size: the copy's.

    Raises:
        UserError: if the pack does not find the region.
    """
    if region not in reference.regions:
        have = ", ".join(reference.regions)
        msg = f"The pack finds no region {region!r}, it finds {have}. Open another pack."
        raise UserError(msg)
    coverage = shown(reference.regions, (region,))[0, 0].cpu().float().numpy()
    scale = np.array([[size[0] / photo[0]], [size[1] / photo[1]]])
    matrix = _to_photo(reference, coverage.shape, photo) * scale
    covered = cv2.warpAffine(coverage, matrix, size, flags=cv2.INTER_AREA)
    return np.clip(np.asarray(covered, np.float32), 0, 1)


def _to_photo(
    reference: Reference, shape: tuple[int, ...], photo: tuple[int, int]
) -> NDArray[np.float64]:
    """The matrix ``(2, 3)`` from pixels of what a pack looked at to those of the photograph."""
    if reference.placement is None:
        across, down = photo[0] / shape[1], photo[1] / shape[0]
        return np.array([[across, 0.0, 0.0], [0.0, down, 0.0]])
    matrix = np.array(reference.placement.matrix, np.float64)
    return np.asarray(cv2.invertAffineTransform(matrix), np.float64)
