"""The nearest known pixel of every pixel: what fills gaps everywhere."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def nearest_known(known: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Rows and columns ``(2, H, W)`` of the known pixel that is nearest to each (Euclidean).

    A known pixel is nearest to itself. Where nothing of ``known`` ``(H, W)`` is true the answer
    means nothing; ask only where something is.

    Example:
        >>> nearest_known(np.array([[True, False, False, True]]))[1]
        array([[0, 0, 3, 3]], dtype=int32)
    """
    from scipy.ndimage import distance_transform_edt  # loads slowly

    found = distance_transform_edt(~known, return_distances=False, return_indices=True)
    return np.asarray(found)
