"""The cascade of local binary patterns that scikit-image brings: faces of small pictures."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.layout import Face

if TYPE_CHECKING:
    from collections.abc import Iterable

SMALL = 24  # pixels of the smallest face that it knows
VOTES = 12  # overlapping finds that make a face
ALIKE = 0.6  # share of two squares of about one size that overlap, from which they agree


def faces_in(
    picture: NDArray[np.uint8],
    turn: float,
    least: int,
    most: int | None = None,
    votes: int = VOTES,
) -> list[Face]:
    """Faces of a small picture, of so many pixels, that are upright once it is turned.

    Args:
        picture: of bytes, ``(H, W, 3)``.
        turn: in degrees.
        least: pixels of the smallest face.
        most: of the largest; as large as the picture by default.
        votes: overlapping finds that make a face.

    Example:
        >>> faces_in(np.zeros((64, 64, 3), np.uint8), 0, SMALL)
        []
    """
    height, width = picture.shape[:2]
    if min(height, width) < least:
        return []
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), turn, 1.0)
    turned = picture
    if turn:
        edge = cv2.BORDER_REPLICATE
        turned = np.asarray(
            cv2.warpAffine(picture, matrix, (width, height), borderMode=edge), np.uint8
        )
    most = min(height, width) if most is None else max(min(height, width, most), least)
    finds: Iterable[Any] = _cascade().detect_multi_scale(
        img=turned, scale_factor=1.1, step_ratio=1, min_size=(least, least),
        max_size=(most, most), min_neighbor_number=votes,
    )  # fmt: skip
    back = cv2.invertAffineTransform(matrix)
    faces = []
    for one in finds:
        side = float(one["width"])
        middle = back @ np.array([one["c"] + side / 2, one["r"] + side / 2, 1.0])
        faces.append(Face(middle[0] - side / 2, middle[1] - side / 2, side, turn))
    return faces


def agree(one: Face, two: Face) -> bool:
    """Whether two finds are of one face, and of about one size.

    Example:
        >>> agree(Face(0, 0, 10), Face(1, 1, 10)), agree(Face(0, 0, 10), Face(0, 0, 20))
        (True, False)
    """
    least, most = sorted((one.side, two.side))
    return most < 1.5 * least and overlap(one, two) > ALIKE


def overlap(one: Face, two: Face) -> float:
    """The shared part of two squares, of the smaller one's area.

    Example:
        >>> overlap(Face(0, 0, 10), Face(5, 0, 10))
        0.5
    """
    wide = min(one.left + one.side, two.left + two.side) - max(one.left, two.left)
    tall = min(one.top + one.side, two.top + two.side) - max(one.top, two.top)
    return max(wide, 0.0) * max(tall, 0.0) / min(one.side, two.side) ** 2


@cache
def _cascade() -> Any:
    from skimage import data
    from skimage.feature import Cascade

    file: Any = data.lbp_frontal_face_cascade_filename
    return Cascade(file())
