"""Guided filtering (He et al. 2010, "Guided Image Filtering"): soft masks that follow a picture.

In the fast form (He and Sun 2015): the mask is a local linear function of the picture's colours;
its coefficients are found at a small size and enlarged, the colours are those of the full size.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterator

Array = NDArray[np.float32]
STRIP = 256  # rows that are worked on at a time
LEAST = 1e-6  # sum of masks from which they are shared out


class Guide:
    """A picture that masks are to follow.

    Args:
        picture: ``(H, W, 3)`` in [0, 1].
        radius: of the windows, in pixels.
        eps: variance of colours below which a mask is evened out.

    Example:
        >>> guide = Guide(np.zeros((8, 8, 3), np.float32), radius=2, eps=0.01)
        >>> guide.functions(np.ones((2, 8, 8), np.float32)).shape
        (2, 8, 8, 4)
    """

    def __init__(self, picture: Array, radius: int, eps: float) -> None:
        self.picture, self.radius = picture, radius
        self._mean = _mean(picture, radius)  # (H, W, 3)
        pairs = picture[..., _ROWS] * picture[..., _COLUMNS]  # (H, W, 6)
        spread = _mean(pairs, radius) - self._mean[..., _ROWS] * self._mean[..., _COLUMNS]
        spread[..., _DIAGONAL] += eps
        self._inverse = _inverse(spread)

    def functions(self, masks: Array) -> Array:
        """Local linear functions from colours to masks ``(R, H, W)``.

        Returns:
            ``(R, H, W, 4)``: a factor for each channel, and a constant.
        """
        found = np.empty((*masks.shape, 4), np.float32)
        for at, mask in enumerate(masks):
            level = _mean(mask, self.radius)  # (H, W)
            shared = _mean(self.picture * mask[..., None], self.radius)
            shared -= self._mean * level[..., None]  # (H, W, 3)
            made = np.empty((*mask.shape, 4), np.float32)
            for row, columns in enumerate(_TABLE):
                made[..., row] = sum(
                    self._inverse[..., pair] * shared[..., column]
                    for column, pair in enumerate(columns)
                )
            made[..., 3] = level - (made[..., :3] * self._mean).sum(axis=-1)
            found[at] = _mean(made, self.radius)
        return found

    def followed(self, masks: Array) -> Array:
        """Masks ``(R, H, W)`` that follow the picture; they sum to 1 over the regions.

        Example:
            >>> Guide(np.zeros((8, 8, 3), np.float32), 2, 0.01).followed(
            ...     np.ones((1, 8, 8), np.float32)
            ... ).max()
            1.0
        """
        return shared_out(applied(self.picture, self.functions(masks)))


def applied(picture: Array, functions: Array) -> Array:
    """Masks ``(R, H, W)`` in [0, 1] of a picture ``(H, W, 3)``; functions are enlarged to it.

    Example:
        >>> functions = np.zeros((2, 4, 4, 4), np.float32)
        >>> functions[..., 3] = 0.5
        >>> applied(np.zeros((8, 8, 3), np.float32), functions).sum()
        64.0
    """
    height, width = picture.shape[:2]
    tall, wide = functions.shape[1:3]
    matrix = np.array([[wide / width, 0, 0], [0, tall / height, 0]], np.float64)
    masks = np.empty((len(functions), height, width), np.float32)
    for rows in strips(height):  # enlarged coefficients of the whole would be gigabytes
        box = (0, rows.start, width, rows.stop)
        for mask, function in zip(masks, functions, strict=True):
            mask[rows] = part_of(picture[rows], function, box, matrix)
    return masks


def part_of(
    part: Array, function: Array, box: tuple[int, int, int, int], matrix: NDArray[np.float64]
) -> Array:
    """A mask ``(h, w)`` in [0, 1] of a part of a picture.

    Args:
        part: the picture there, ``(h, w, 3)`` in [0, 1].
        function: ``(H, W, 4)``, of the picture at a small size.
        box: of the part: left, top, right and bottom in pixels of the picture.
        matrix: ``(2, 3)``, from pixels of the picture to those of the function.

    Example:
        >>> function = np.full((4, 4, 4), 0.25, np.float32)
        >>> part_of(np.ones((2, 8, 3), np.float32), function, (0, 2, 8, 4), np.eye(2, 3) / 2).max()
        1.0
    """
    large = enlarged(function, box, matrix)
    mask = large[..., 3].copy()
    for channel in range(3):
        mask += part[..., channel] * large[..., channel]
    return np.asarray(np.clip(mask, 0, 1, out=mask))


def enlarged(values: Array, box: tuple[int, int, int, int], matrix: NDArray[np.float64]) -> Array:
    """What values ``(H, W)`` or ``(H, W, 4)`` of a small size are in a part of a large picture.

    Args:
        values: of the small size.
        box: of the part: left, top, right and bottom in pixels of the large picture.
        matrix: ``(2, 3)``, from pixels of the large picture to those of the small one.

    Example:
        >>> enlarged(np.ones((4, 4), np.float32), (0, 0, 8, 2), np.eye(2, 3) / 2).shape
        (2, 8)
    """
    left, top, right, bottom = box
    # Pixel centres lie at half numbers, and OpenCV's at whole ones.
    moved = matrix.copy()
    moved[:, 2] += matrix[:, :2] @ np.array([left + 0.5, top + 0.5]) - 0.5
    return np.asarray(
        cv2.warpAffine(
            values, moved, (right - left, bottom - top),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
        )
    )  # fmt: skip


def shared_out(masks: Array) -> Array:
    """Masks ``(R, H, W)`` that sum to 1 over the regions; the same array.

    Where all are next to 0 it is the first region, the background.

    Example:
        >>> shared_out(np.ones((2, 1, 1), np.float32)).ravel().tolist()
        [0.5, 0.5]
    """
    whole = masks.sum(axis=0)
    masks[0][whole < LEAST] = 1
    masks /= np.where(whole < LEAST, masks.sum(axis=0), whole)
    return masks


def strips(height: int) -> Iterator[slice]:
    """The rows of a picture, some at a time.

    Example:
        >>> [rows.stop for rows in strips(600)]
        [256, 512, 600]
    """
    for top in range(0, height, STRIP):
        yield slice(top, min(top + STRIP, height))


_ROWS, _COLUMNS, _DIAGONAL = [0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2], [0, 3, 5]
_TABLE = ((0, 1, 2), (1, 3, 4), (2, 4, 5))  # which pair stands where in a symmetric matrix


def _inverse(pairs: Array) -> Array:
    """The inverse of symmetric matrices, six numbers ``(H, W, 6)`` each, by their minors."""
    a, b, c, d, e, f = np.moveaxis(pairs, -1, 0)
    minors = (d * f - e * e, c * e - b * f, b * e - c * d, a * f - c * c, b * c - a * e,
              a * d - b * b)  # fmt: skip
    whole = a * minors[0] + b * minors[1] + c * minors[2]
    return np.asarray(np.stack(minors, axis=-1) / np.maximum(whole, 1e-12)[..., None])


def _mean(values: Array, radius: int) -> Array:
    """Means over windows of ``(H, W)`` or ``(H, W, C)``."""
    side = 2 * radius + 1
    return np.asarray(cv2.blur(values, (side, side), borderType=cv2.BORDER_REFLECT))
