"""Painted masks: read from whatever a painting program writes, and put where they were painted.

A mask is painted over the photograph, or over the picture that the pack made of it. Its size says
which; where both have that size, `Mask.over` does, and the photograph is meant where it is silent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps
from torch import Tensor

from styleforge.errors import UserError
from styleforge.prepare import geometry
from styleforge.prepare.opening import check_size, readable
from styleforge.prepare.photo import to_rgb

if TYPE_CHECKING:
    from styleforge.prepare.problem import Reference

Over = Literal["", "photo", "aligned"]
Size = tuple[int, int]
_HALF = 0.5  # a mask whose brightest value is below is no mask
_ROOM = 0.01  # by which floats may leave [0, 1]


@dataclass(frozen=True, kw_only=True)
class PaintedMask:
    """A mask ``(1, 1, H, W)`` in [0, 1] that was read from a file, of the size that it has there.

    Example:
        >>> PaintedMask(values=torch.ones(1, 1, 32, 32), source="mask.png", sha256="0" * 64).over
        ''
    """

    values: Tensor
    source: str
    sha256: str
    over: Over = ""


def read_mask(picture: Image.Image, name: str = "the mask") -> Tensor:
    """A picture as a mask ``(1, 1, H, W)`` in [0, 1]: white, or opaque, is inside.

    Where parts of it are transparent, its opacity is the mask, whatever the paint's colour. A mask
    whose values are 0 and 1 is read as black and white.

    Args:
        picture: opened, or in memory.
        name: what messages call it.

    Raises:
        UserError: if it is damaged, or so dark everywhere that it marks nothing for certain.

    Example:
        >>> paint = Image.new("RGBA", (32, 32), (255, 0, 0, 0))
        >>> paint.paste((255, 0, 0, 255), (0, 0, 16, 32))
        >>> float(read_mask(paint).mean())
        0.5
    """
    check_size(picture.size, name)
    with readable(name):
        values = _levels(ImageOps.exif_transpose(picture))  # (H, W)
    top = float(values.max())
    if 0 < top < _HALF:
        msg = (
            f"{name} is dark everywhere: its brightest value is {round(top * 255)} of 255. Paint "
            "white where the region is and black elsewhere."
        )
        raise UserError(msg)
    return torch.from_numpy(values)[None, None]


def mask_picture(mask: Any, what: str = "the mask") -> Image.Image:
    """A mask in memory as a grey picture of the same size.

    Args:
        mask: a Pillow picture; an array ``(H, W)``, ``(1, H, W)`` or ``(1, 1, H, W)`` of truth
            values, of 0 and 1, of bytes, or of floats in [0, 1]; a tensor likewise; or a coloured
            one ``(H, W, 3)`` or ``(H, W, 4)``.
        what: what messages call it.

    Raises:
        UserError: if it is none of these.

    Example:
        >>> mask_picture(np.eye(32, dtype=bool)).getextrema()
        (0, 255)
    """
    if not isinstance(mask, Image.Image):
        values = mask.detach().cpu().numpy() if isinstance(mask, Tensor) else np.asarray(mask)
        mask = Image.fromarray(_bytes(values, what))
    values = read_mask(mask, what)[0, 0].numpy()
    return Image.fromarray((values * 255).round().astype(np.uint8))


def placed(mask: PaintedMask, reference: Reference) -> tuple[Tensor, str]:
    """A mask where it was painted, ``(1, 1, h, w)`` of a reference's picture, and a note if any.

    Raises:
        UserError: if the mask has neither the size of the photograph nor of the picture.

    Example:
        >>> from styleforge.prepare.problem import Reference
        >>> picture = Reference(image=torch.zeros(1, 3, 32, 32), regions={}, source="me.png")
        >>> mask = PaintedMask(values=torch.ones(1, 1, 40, 32), source="mask.png", sha256="0" * 64)
        >>> placed(mask, picture)
        Traceback (most recent call last):
        styleforge.errors.UserError: mask.png is 32 x 40 pixels, but me.png is 32 x 32. ...
    """
    size, aligned = _size(mask.values), _size(reference.image)
    photo = reference.photo_size
    frame = frame_of(size, photo, aligned, mask.over, (mask.source, reference.source))
    if frame == "aligned" or (reference.placement is None and photo == aligned):
        return mask.values, ""
    note = ""
    if photo == aligned and not mask.over:
        note = (
            f"{mask.source} was read as painted over {reference.source} itself, not over the "
            "aligned picture, which is as large."
        )
    return _through(mask.values, reference), note


def frame_of(
    size: Size, photo: Size, aligned: Size, over: Over, names: tuple[str, str]
) -> Literal["photo", "aligned"]:
    """What a mask was painted over, by sizes (H, W) of the mask, the photograph and the picture.

    Args:
        size: of the mask.
        photo: of the photograph.
        aligned: of the picture that the pack made of it.
        over: what the mask says itself.
        names: of the mask and the picture, for messages.

    Raises:
        UserError: if it has the size of neither.

    Example:
        >>> frame_of((256, 768), (256, 768), (256, 256), "", ("mask.png", "me.png"))
        'photo'
    """
    if size == photo and over != "aligned":
        return "photo"
    if size == aligned and over != "photo":
        return "aligned"
    sizes = f"{photo[1]} x {photo[0]}"
    if photo != aligned:
        sizes += f" and the picture that is made of it {aligned[1]} x {aligned[0]}"
    msg = (
        f"{names[0]} is {size[1]} x {size[0]} pixels, but {names[1]} is {sizes}. Paint the mask "
        "over the picture itself, in its own size."
    )
    raise UserError(msg)


def _through(values: Tensor, reference: Reference) -> Tensor:
    """A mask of the photograph ``(1, 1, H, W)`` as one of the picture, ``(1, 1, h, w)``."""
    size = _size(reference.image)
    if reference.placement is not None:
        return geometry.warp(values, np.array(reference.placement.matrix), size).clamp(0, 1)
    return geometry.fit(values, size).clamp(0, 1)


def _size(values: Tensor) -> Size:
    return values.shape[-2], values.shape[-1]


def _levels(picture: Image.Image) -> NDArray[Any]:
    """What a picture marks, ``(H, W)`` in [0, 1]."""
    if picture.has_transparency_data:
        alpha = np.asarray(picture.convert("RGBA").getchannel("A"))
        if alpha.min() < alpha.max():
            return (alpha / 255).astype(np.float32)
        picture = picture.convert("RGB")
    if picture.mode[0] in "IFL1" and picture.mode not in {"LAB", "LA", "La"}:
        raw = np.asarray(picture)
        if raw.max() <= 1 and raw.min() >= 0 and np.isin(raw, (0, 1)).all():
            return raw.astype(np.float32)
    levels: NDArray[np.float32] = np.asarray(to_rgb(picture), np.float32).mean(axis=2)  # (H, W)
    return (levels / 255).astype(np.float32)


def _bytes(values: NDArray[Any], what: str) -> NDArray[np.uint8]:
    """An array as a picture's bytes, ``(H, W)`` or ``(H, W, C)``.

    Raises:
        UserError: if its shape or its values are no mask's.
    """
    while values.ndim > 2 and values.shape[0] == 1:
        values = values[0]
    if values.ndim == 3 and values.shape[0] == 3 and values.shape[2] not in {3, 4}:
        values = values.transpose(1, 2, 0)
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[..., 0]
    if not values.size or values.ndim not in {2, 3} or values.shape[2:] not in {(), (3,), (4,)}:
        msg = (
            f"{what} has shape {values.shape}; one mask was expected: (H, W), (1, H, W) or "
            "(1, 1, H, W)."
        )
        raise UserError(msg)
    kind, low, high = values.dtype.kind, values.min(), values.max()
    whole = kind == "b" or (kind in "iu" and low >= 0 and high <= 255)
    if whole:
        return (values.astype(np.uint8) * (255 if high <= 1 else 1)).astype(np.uint8)
    if kind == "f" and low >= -_ROOM and high <= 1 + _ROOM:  # NaN is neither
        return (values.clip(0, 1) * 255).round().astype(np.uint8)
    if kind == "f" and values.ndim == 3 and low >= -1 - _ROOM and high <= 1 + _ROOM:
        return ((values.clip(-1, 1) + 1) * 127.5).round().astype(np.uint8)
    msg = (
        f"{what} holds {values.dtype} from {low:.3g} to {high:.3g}; 0 and 1, bytes, or floats in "
        "[0, 1] were expected."
    )
    raise UserError(msg)
