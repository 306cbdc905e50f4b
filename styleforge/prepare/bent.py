"""Landmarks of two pictures, and the warp that brings one's to the other's.

The spline is SciPy's, as kornia's knows no smoothing: its map is up to 0.1 pixel off.
`python -m benchmarks.libraries` prints both.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from styleforge.prepare.geometry import Matrix
from styleforge.prepare.masks import REFERENCE_WIDTH


def move_points(points: Tensor, matrix: Matrix) -> Tensor:
    """Apply a matrix to landmarks ``(N, L, 2)``.

    Example:
        >>> move_points(torch.tensor([[[1.0, 2.0]]]), np.array([[2.0, 0.0, 3.0], [0.0, 2.0, 3.0]]))
        tensor([[[5., 7.]]])
    """
    m = torch.from_numpy(matrix).to(points.device, points.dtype)
    return points @ m[:, :2].T + m[:, 2]


def landmark_distance(first: Tensor, second: Tensor, width: int) -> float:
    """Mean distance of corresponding landmarks, as a share of the picture's width.

    Example:
        >>> landmark_distance(torch.zeros(1, 5, 2), torch.tensor([3.0, 4.0]).expand(1, 5, 2), 256)
        0.01953125
    """
    return float((first - second).norm(dim=-1).mean()) / width


def landmark_map(
    source: Tensor, target: Tensor, size: tuple[int, int], *, smoothing: float = 1e-3
) -> NDArray[np.float64]:
    """Where each pixel comes from, ``(H, W, 2)``, if landmarks ``source`` go to ``target``.

    Both are ``(1, L, 2)`` in pixels of pictures of ``size`` (H, W). A thin-plate spline with the
    picture's border held still, which brought regions closer to the truth than a border that
    follows the landmarks by an affine map or a similarity. It is smooth: for wider pictures it is
    found at a width of 256 and enlarged linearly.

    Example:
        >>> points = torch.tensor([[[10.0, 10.0], [20.0, 10.0], [15.0, 20.0]]])
        >>> where = landmark_map(points, points, (32, 32))  # nothing moves
        >>> where.shape, where[0, 0].round(3).tolist()
        ((32, 32, 2), [0.5, 0.5])
    """
    from scipy.interpolate import RBFInterpolator  # loads slowly, and few runs bend by landmarks

    height, width = size
    here = source[0].cpu().double().numpy() / width
    there = target[0].cpu().double().numpy() / width
    aspect = height / width
    grid = [(x, y) for x in (0, 0.5, 1) for y in (0, 0.5, 1) if (x, y) != (0.5, 0.5)]
    edge = np.array(grid) * [1, aspect]
    # Backwards: for every pixel of the result, where it comes from.
    spline = RBFInterpolator(
        np.concatenate([there, edge]),
        np.concatenate([here, edge]),
        kernel="thin_plate_spline",
        smoothing=smoothing,
    )
    rows, columns = height, width
    if width > REFERENCE_WIDTH:
        rows, columns = round(REFERENCE_WIDTH * height / width), REFERENCE_WIDTH
    at = _centres(rows, columns, aspect)  # (rows, columns, 2)
    where = spline(at.reshape(-1, 2)).reshape(rows, columns, 2)
    if (rows, columns) != size:
        moved = cv2.resize(where - at, (width, height), interpolation=cv2.INTER_LINEAR)
        where = _centres(height, width, aspect) + moved  # (H, W, 2)
    return np.asarray(where * width, dtype=np.float64)


def _centres(rows: int, columns: int, aspect: float) -> NDArray[np.float64]:
    """Centres of pixels ``(rows, columns, 2)``, x then y, as shares of the picture's width."""
    ys, xs = np.meshgrid(
        (np.arange(rows) + 0.5) / rows * aspect, (np.arange(columns) + 0.5) / columns, indexing="ij"
    )
    return np.stack([xs, ys], axis=-1)
