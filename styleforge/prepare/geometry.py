"""Similarity transforms between pictures, and warps by a map.

A matrix maps (x, y) pixels of the source to pixels of the target, as OpenCV's 2 x 3 matrices do.

Warps are OpenCV's, once per picture and on the host, where photos are: 1.2 ms at 256 for a
similarity (kornia 2.4 ms), 1.4 ms for a map (kornia 1.6 ms). `python -m
benchmarks.libraries` prints all.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

Matrix = NDArray[np.float64]
LARGE = 8_000_000  # pixels from which a picture is not turned into values as a whole


def similarity(source: NDArray[np.floating], target: NDArray[np.floating]) -> Matrix:
    """Least-squares similarity (2, 3) that takes points ``(P, 2)`` to points ``(P, 2)``.

    Example:
        >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
        >>> matrix = similarity(square, 2 * square + 3)
        >>> round(scale_of(matrix), 6), matrix[:, 2].round(6).tolist()
        (2.0, [3.0, 3.0])
    """
    rows, values = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, -y, 1, 0], [y, x, 0, 1]]
        values += [u, v]
    a, b, dx, dy = np.linalg.lstsq(np.array(rows, float), np.array(values, float), rcond=None)[0]
    return np.array([[a, -b, dx], [b, a, dy]])


def invert(matrix: Matrix) -> Matrix:
    """The inverse of a 2 x 3 matrix.

    Example:
        >>> invert(np.array([[2.0, 0.0, 3.0], [0.0, 2.0, 3.0]])).round(3).tolist()
        [[0.5, -0.0, -1.5], [-0.0, 0.5, -1.5]]
    """
    return np.asarray(cv2.invertAffineTransform(matrix), dtype=np.float64)


def scale_of(matrix: Matrix) -> float:
    """How much a similarity enlarges.

    Example:
        >>> scale_of(np.array([[0.0, -2.0, 5.0], [2.0, 0.0, 0.0]]))  # turned and twice as large
        2.0
    """
    return float(np.hypot(matrix[0, 0], matrix[1, 0]))


def warp(image: Tensor, matrix: Matrix, size: tuple[int, int], *, border: str = "edge") -> Tensor:
    """Warp ``(1, C, H, W)`` to ``size`` (H, W); smoothed first where it is made smaller.

    Bytes become values in [-1, 1]. ``border`` is ``edge`` (the edge goes on) or ``zero``. Of a very
    large picture only what is seen is looked at, and made smaller by whole pixels first.

    Example:
        >>> smaller = np.array([[0.5, 0.0, 0.0], [0.0, 0.5, 0.0]])
        >>> warp(torch.ones(1, 3, 64, 64), smaller, (32, 32)).shape
        torch.Size([1, 3, 32, 32])
    """
    if image.shape[-2] * image.shape[-1] > LARGE:
        image, matrix = _seen(image, matrix, size)
    if image.dtype == torch.uint8:
        image = image.float().div_(127.5).sub_(1)
    planes = image[0].detach().cpu().float().permute(1, 2, 0).numpy()
    scale = scale_of(matrix)
    if scale < 0.9:
        planes = cv2.GaussianBlur(planes, (0, 0), 0.45 * np.sqrt(1 / scale**2 - 1) + 1e-3)
    mode = cv2.BORDER_REPLICATE if border == "edge" else cv2.BORDER_CONSTANT
    # OpenCV puts pixel centres at integers, we put them at half-integers.
    moved = matrix.copy()
    moved[:, 2] += matrix[:, :2] @ np.array([0.5, 0.5]) - 0.5
    done = cv2.warpAffine(planes, moved, (size[1], size[0]), flags=cv2.INTER_CUBIC, borderMode=mode)
    done = done.reshape(size[0], size[1], image.shape[1])
    low, high = float(image.min()), float(image.max())
    return (
        torch.from_numpy(done).permute(2, 0, 1)[None].to(image.device, image.dtype).clamp(low, high)
    )


def reduced(image: Tensor, pixels: int) -> tuple[Tensor, float]:
    """A picture ``(1, C, H, W)`` of so many pixels at most, by area, and its share of the width.

    One that is no larger is the same object, and its share 1.

    Example:
        >>> small, share = reduced(torch.zeros(1, 3, 60, 80, dtype=torch.uint8), 1200)
        >>> small.shape, share
        (torch.Size([1, 3, 30, 40]), 0.5)
    """
    height, width = image.shape[-2:]
    share = np.sqrt(pixels / (height * width))
    if share >= 1:
        return image, 1.0
    wide, tall = (max(1, round(side * share)) for side in (width, height))
    return _by_area(image, tall, wide), wide / width


def _by_area(image: Tensor, tall: int, wide: int) -> Tensor:
    """``(1, C, H, W)`` at a smaller size; a plane at a time, which takes no copy of all."""
    half = image.dtype in {torch.bfloat16, torch.float16}  # which OpenCV does not know
    planes = image[0].detach().to("cpu", torch.float32 if half else image.dtype).numpy()
    small = [cv2.resize(one, (wide, tall), interpolation=cv2.INTER_AREA) for one in planes]
    return torch.from_numpy(np.stack(small))[None].to(image.device, image.dtype)


def _seen(image: Tensor, matrix: Matrix, size: tuple[int, int]) -> tuple[Tensor, Matrix]:
    """What a warp sees of a large picture, and the matrix from that.

    Where it makes the picture much smaller, that is halved and so on by area first.
    """
    height, width = size
    back, scale = invert(matrix), scale_of(matrix)
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float)
    at = corners @ back[:, :2].T + back[:, 2]
    around = 4 / scale + 4  # what smoothing and cubic interpolation look at besides
    low, high = at.min(axis=0) - around, at.max(axis=0) + around
    tall, wide = image.shape[-2:]
    left, top = (int(np.clip(low[i], 0, most - 1)) for i, most in enumerate((wide, tall)))
    right, bottom = (int(np.clip(np.ceil(high[i]), first + 1, most))
                     for i, (first, most) in enumerate(((left, wide), (top, tall))))  # fmt: skip
    image = image[..., top:bottom, left:right]
    matrix = matrix.copy()
    matrix[:, 2] += matrix[:, :2] @ [left, top]
    times = int(0.5 / scale)
    if times > 1:
        tall, wide = image.shape[-2:]
        less = max(1, tall // times), max(1, wide // times)
        image = _by_area(image, *less)
        matrix[:, :2] *= [wide / less[1], tall / less[0]]
    return image, matrix


def fit(photo: Tensor, size: tuple[int, int]) -> Tensor:
    """The middle of a photo ``(1, C, H, W)`` with the aspect of ``size`` (H, W), at that size.

    Example:
        >>> fit(torch.zeros(1, 3, 64, 128), (32, 32)).shape
        torch.Size([1, 3, 32, 32])
    """
    height, width = photo.shape[-2:]
    if (height, width) == size:
        return photo
    scale = max(size[0] / height, size[1] / width)
    tall, wide = round(height * scale), round(width * scale)
    mode = "area" if scale < 1 else "bicubic"
    scaled = interpolate(photo, (tall, wide), mode=mode)
    top, left = (tall - size[0]) // 2, (wide - size[1]) // 2
    return scaled[..., top : top + size[0], left : left + size[1]].clamp(-1, 1)


def remap(image: Tensor, where: NDArray[np.floating]) -> Tensor:
    """``(1, C, H, W)`` with each pixel from the place ``where`` ``(H, W, 2)`` names, in pixels.

    Pixel centres are at half-integers; beyond the border its pixels go on. Bicubic.

    Example:
        >>> where = np.full((4, 4, 2), 0.5)  # every pixel from the upper left one
        >>> remap(torch.arange(16.0).reshape(1, 1, 4, 4), where).unique()
        tensor([0.])
    """
    x, y = (where.astype(np.float32) - 0.5).transpose(2, 0, 1)  # OpenCV's centres are integers
    done = np.stack(
        [
            # one plane at a time: OpenCV's cubic takes no more than four channels
            cv2.remap(plane, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
            for plane in image[0].detach().cpu().float().numpy()
        ]
    )
    low, high = float(image.min()), float(image.max())
    return torch.from_numpy(done)[None].to(image.device, image.dtype).clamp(low, high)
