"""Masks as expressions, so that a recipe can say what it means.

``"identity.face & ~dilate(shape.hat, 5)"`` is the face of the identity where the hat of the shape
reference, grown by 5 pixels, does not cover it. Names are ``role.region``; the role ``image`` is
the picture in the making. Regions are hard (each pixel belongs to its likeliest region) unless
``soft(...)`` is asked for. Radii are pixels of a picture 256 wide, and scale with the width.

Functions: ``dilate(m, r)``, ``erode(m, r)``, ``blur(m, r)``, ``soft(role.region)``,
``morph(a, b, t)`` (the shape between a and b, by signed distances).
Operators: ``&`` (product), ``|`` (maximum), ``~`` (1 - m).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

import cv2
import numpy as np
import torch
from torch import Tensor

from styleforge.errors import UserError, printable
from styleforge.prepare import on_device
from styleforge.recipe.expression import SHOWN, parse

REFERENCE_WIDTH = 256
Lookup = Callable[[str, str, bool], Tensor]  # role, region, soft -> (N, 1, H, W)
_MANY = 8  # steps of a cross, from which distances are quicker


def evaluate(expression: str, lookup: Lookup) -> Tensor:
    """The mask ``(N, 1, H, W)`` of an expression.

    Args:
        expression: see the module's docstring.
        lookup: gives the mask of a role's region, hard or soft.

    Raises:
        UserError: if the expression cannot be read.

    Example:
        >>> regions = {"face": torch.ones(1, 1, 8, 8), "hat": torch.zeros(1, 1, 8, 8)}
        >>> def lookup(role, region, soft):
        ...     return regions[region]
        >>> evaluate("identity.face & ~identity.hat", lookup).unique()
        tensor([1.])
    """
    return _value(parse(expression).body, lookup, expression)


def _value(node: ast.expr, lookup: Lookup, expression: str) -> Tensor:
    match node:
        case ast.Attribute(value=ast.Name(id=role), attr=region):
            return lookup(role, region, False)
        case ast.UnaryOp(op=ast.Invert(), operand=inner):
            return 1 - _value(inner, lookup, expression)
        case ast.BinOp(left=left, op=ast.BitAnd(), right=right):
            return _value(left, lookup, expression) * _value(right, lookup, expression)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return torch.maximum(
                _value(left, lookup, expression), _value(right, lookup, expression)
            )
        case ast.Call(
            func=ast.Name(id="soft"),
            args=[ast.Attribute(value=ast.Name(id=role), attr=region)],
        ):
            return lookup(role, region, True)
        case ast.Call(
            func=ast.Name(id="morph"),
            args=[first, second, ast.Constant(value=int() | float() as share)],
            keywords=[],
        ):
            return morph(
                _value(first, lookup, expression),
                _value(second, lookup, expression),
                _within(share, 1.0, "share", expression),
            )
        case ast.Call(
            func=ast.Name(id="dilate" | "erode" | "blur" as name),
            args=[inner, ast.Constant(value=int() | float() as radius)],
            keywords=[],
        ):
            radius = _within(radius, REFERENCE_WIDTH, "radius", expression)
            function = {"dilate": dilate, "erode": erode, "blur": blur}[name]
            mask = _value(inner, lookup, expression)
            return function(mask, scaled(radius, mask.shape[-1]))
        case _:
            part = ast.unparse(node)
            msg = (
                f"{printable(part, SHOWN)!r} in the mask {printable(expression, SHOWN)!r} is not "
                "understood. Use role.region, "
                "& | ~, dilate(m, r), erode(m, r), blur(m, r), soft(role.region) or "
                "morph(a, b, t)."
            )
            raise UserError(msg)


def _within(number: float, most: float, what: str, expression: str) -> float:
    """Refuse a number that no mask can mean: OpenCV would take a radius of 1e9 for ever."""
    if not 0 <= number <= most:  # NaN is neither
        msg = (
            f"The {what} {number:g} in the mask {printable(expression, SHOWN)!r} is out of range; "
            f"0 to {most:g} is expected."
        )
        raise UserError(msg)
    return float(number)


def scaled(radius: float, width: int) -> float:
    """Pixels of a picture ``width`` wide that are as much as ``radius`` pixels of one 256 wide.

    Example:
        >>> scaled(4, 1024)
        16.0
    """
    return radius * width / REFERENCE_WIDTH


def dilate(mask: Tensor, radius: float) -> Tensor:
    """Grow a mask ``(N, 1, H, W)`` by ``radius`` pixels, as iterations of a 3 x 3 cross.

    Example:
        >>> dot = torch.zeros(1, 1, 5, 5)
        >>> dot[..., 2, 2] = 1
        >>> int(dilate(dot, 1).sum())
        5
    """
    if mask.device.type != "cpu":
        return on_device.dilate(mask, round(radius))
    # On a CPU OpenCV takes 0.12 ms for 5 pixels at 256, kornia 1.7 ms: benchmarks.libraries.
    return _each(mask, _iterate, cv2.MORPH_DILATE, round(radius))


def erode(mask: Tensor, radius: float) -> Tensor:
    """Shrink a mask ``(N, 1, H, W)`` by ``radius`` pixels; beyond the picture counts as empty.

    Example:
        >>> int(erode(torch.ones(1, 1, 5, 5), 1).sum())
        9
    """
    if mask.device.type != "cpu":
        return on_device.erode(mask, round(radius))
    return _each(mask, _iterate, cv2.MORPH_ERODE, round(radius))


def blur(mask: Tensor, radius: float) -> Tensor:
    """Soften a mask ``(N, 1, H, W)`` with a Gaussian of ``radius`` pixels.

    Example:
        >>> blur(torch.ones(1, 1, 8, 8), 2.0).shape
        torch.Size([1, 1, 8, 8])
    """
    if mask.device.type != "cpu":
        return on_device.blur(mask, radius)
    # On a CPU OpenCV takes 0.14 ms for 2 pixels at 256, kornia 1.4 ms.
    return _each(mask, _gaussian, radius)


def morph(first: Tensor, second: Tensor, share: float) -> Tensor:
    """The hard mask between two, by mixing their signed distances; ``share`` 1 is the second.

    Example:
        >>> small, large = torch.zeros(1, 1, 9, 9), torch.ones(1, 1, 9, 9)
        >>> small[..., 4, 4] = 1
        >>> torch.equal(morph(small, small, 0.5), small)
        True
    """
    mixed = (1 - share) * signed_distance(first) + share * signed_distance(second)
    return (mixed < 0).to(first.dtype)


def signed_distance(mask: Tensor) -> Tensor:
    """Pixels to the edge of a mask ``(N, 1, H, W)``, negative inside.

    Example:
        >>> mask = torch.tensor([[[[0.0, 0.0, 1.0, 1.0]]]])
        >>> signed_distance(mask).flatten().round().tolist()
        [2.0, 0.0, -0.0, -2.0]
    """
    return _each(mask, _distance)


def _iterate(plane: np.ndarray, operation: int, count: int) -> np.ndarray:
    if count < 1:
        return plane
    if operation == cv2.MORPH_DILATE and count > _MANY and ((plane == 0) | (plane == 1)).all():
        # What a cross reaches is what lies so many steps away, which is one pass over the picture.
        away = cv2.distanceTransform((plane == 0).astype(np.uint8), cv2.DIST_L1, 3)
        return np.asarray(away <= count, np.float32) if plane.any() else plane
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    return cv2.morphologyEx(
        plane, operation, cross, iterations=count, borderType=cv2.BORDER_CONSTANT, borderValue=0
    )


def _gaussian(plane: np.ndarray, radius: float) -> np.ndarray:
    return cv2.GaussianBlur(plane, (0, 0), radius) if radius > 0 else plane


def _distance(plane: np.ndarray) -> np.ndarray:
    inside = (plane > 0.5).astype(np.uint8)
    far = float(sum(plane.shape))
    out = cv2.distanceTransform(1 - inside, cv2.DIST_L2, 5) if inside.any() else far
    within = cv2.distanceTransform(inside, cv2.DIST_L2, 5) if not inside.all() else far
    signed = out - within + np.where(inside, 0.5, -0.5)
    return np.broadcast_to(signed, plane.shape).astype(np.float32)


def _each(mask: Tensor, function: Callable[..., np.ndarray], *args: float) -> Tensor:
    planes = mask.detach().to("cpu", torch.float32).numpy()
    done = [function(np.ascontiguousarray(plane[0]), *args)[None] for plane in planes]
    return torch.from_numpy(np.stack(done)).to(mask.device, mask.dtype)


def hard(regions: Tensor) -> Tensor:
    """Soft regions ``(N, R, H, W)`` to one-hot: each pixel to its likeliest region, the first.

    Example:
        >>> hard(torch.tensor([0.7, 0.3]).reshape(1, 2, 1, 1)).flatten()
        tensor([1., 0.])
    """
    best = regions[:, :1]  # (N, 1, H, W)
    chosen = torch.zeros_like(best)
    for index in range(1, regions.shape[1]):  # argmax along a short axis is many times slower
        one = regions[:, index : index + 1]
        chosen = torch.where(one > best, float(index), chosen)
        best = torch.maximum(best, one)
    order = torch.arange(regions.shape[1], device=regions.device, dtype=regions.dtype)
    return (chosen == order[None, :, None, None]).to(regions.dtype)


def region_map(names: tuple[str, ...], regions: Tensor) -> Mapping[str, Tensor]:
    """Regions ``(N, R, H, W)`` as masks ``(N, 1, H, W)`` by name.

    Example:
        >>> list(region_map(("face", "hat"), torch.zeros(1, 2, 8, 8)))
        ['face', 'hat']
    """
    return {name: regions[:, index : index + 1] for index, name in enumerate(names)}
