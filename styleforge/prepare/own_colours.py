"""What a file knows of its colours beyond 8-bit sRGB, and how a result gets that back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor

from styleforge.prepare import icc

Bytes = NDArray[np.uint8]
ROWS = 512  # that are worked on at once: a large photo takes gigabytes as a whole


@dataclass(frozen=True, kw_only=True)
class Colours:
    """What a file knows of its colours, beyond 8-bit sRGB.

    ``own`` ``(1, 3, H, W)`` are the file's own bytes, ``alpha`` ``(1, 1, H, W)`` its opacity in
    bytes or None, ``profile`` the RGB profile of ``own``, None where that is sRGB. ``room``
    ``(1, 1, H, W)`` in bytes is where an edit may add to a cut-out; everywhere where None.

    Example:
        >>> from styleforge.prepare.photo import read_photo
        >>> photo = read_photo(Image.new("RGBA", (40, 50), (200, 30, 60, 0)))
        >>> photo.colours.alpha.shape
        torch.Size([1, 1, 50, 40])
    """

    own: Tensor
    alpha: Tensor | None = None
    profile: icc.Profile | None = None
    room: Tensor | None = None

    def carried(self, edited: Tensor) -> Image.Image:
        """What became of the picture as it was read, in bytes of sRGB, with the file's own colours.

        It has the file's profile and transparency. Pixels that are as they were are the file's
        own; what the edit adds is opaque.
        """
        height, width = edited.shape[-2:]
        picture = Image.new("RGB" if self.alpha is None else "RGBA", (width, height))
        for top in range(0, height, ROWS):
            rows = slice(top, top + ROWS)
            after = edited[0, :, rows].permute(1, 2, 0).contiguous().numpy()  # (rows, W, 3)
            picture.paste(Image.fromarray(self._strip(after, rows)), (0, top))
        if self.profile is not None:
            picture.info["icc_profile"] = self.profile.data
        return picture

    def _strip(self, after: Bytes, rows: slice) -> Bytes:
        """Some rows of what `carried` gives: ``(rows, W, 3)``, or 4 with opacity."""
        alpha = None if self.alpha is None else self.alpha[0, 0, rows].numpy()  # (rows, W)
        own = self.own[0, :, rows].permute(1, 2, 0).numpy()  # (rows, W, 3)
        changed = (np.asarray(seen(own, alpha, self.profile)) != after).any(axis=2)  # (rows, W)
        if alpha is not None:
            room = 255 if self.room is None else self.room[0, 0, rows].numpy()
            alpha = np.maximum(alpha, np.where(changed, room, 0).astype(np.uint8))
            after = _without_white(after, alpha)
        if self.profile is not None:
            after = np.asarray(icc.from_srgb(Image.fromarray(after), self.profile))
        done = np.where(changed[..., None], after, own)
        return done if alpha is None else np.dstack([done, alpha])


def seen(own: Bytes, alpha: Bytes | None, profile: icc.Profile | None) -> Image.Image:
    """What a file's bytes ``(H, W, 3)`` look like in sRGB, over white.

    Example:
        >>> black, clear = np.zeros((1, 1, 3), np.uint8), np.zeros((1, 1), np.uint8)
        >>> seen(black, clear, None).getpixel((0, 0))
        (255, 255, 255)
    """
    picture = Image.fromarray(own)
    if profile is not None:
        picture = icc.to_srgb(picture, profile)
    if alpha is None:
        return picture
    over = picture.convert("RGBA")
    over.putalpha(Image.fromarray(alpha))
    white = Image.new("RGBA", over.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, over).convert("RGB")


def _without_white(colours: Bytes, alpha: Bytes) -> Bytes:
    """Colours ``(H, W, 3)`` such that they look as given where they are laid over white."""
    share = alpha[..., None].astype(np.float32) / 255
    own = (colours - 255 * (1 - share)) / np.maximum(share, 1 / 255)
    return own.round().clip(0, 255).astype(np.uint8)
