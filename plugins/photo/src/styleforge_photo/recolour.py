"""Another colour for hair or cloth in a photograph, as a colourist would do it.

How colours move says `styleforge_photo.change`; here that is done to pictures, and to photographs
at their full size.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from styleforge.pack.knobs import Knob
from styleforge_photo.change import ENOUGH, KNOBS, change_of, tone_of
from styleforge_photo.edges import Guide, enlarged, part_of, strips
from styleforge_photo.light import light_of
from styleforge_photo.remarks import remarks_on

if TYPE_CHECKING:
    from torch import Tensor

Array = NDArray[np.float32]
# From so much of a region below so little lightness a colour above the last is told to be flat.
MANY, BLACK, BRIGHT = 0.25, 8.0, 35.0
FLAT = (
    "{:.0%} of the region is nearly black and holds few shades, so that a colour as light as this "
    "is flat there, or glows; look at the result, and ask for a darker one."
)
WINDOW, FINE = 6, 2e-4  # of the guided filter that brings a mask to a photograph's own size


class Recolour:
    """Gives a region another colour; satisfies every recolouring of the protocols.

    Example:
        >>> grey, ones = torch.zeros(1, 3, 16, 16), torch.ones(1, 1, 16, 16)
        >>> red = Recolour()(grey, ones, torch.tensor([0.8, 0.1, 0.1]))
        >>> (red[0, :, 0, 0] / 2 + 0.5).round(decimals=1)
        tensor([0.8000, 0.1000, 0.1000])
    """

    knobs: Mapping[str, Knob] = KNOBS

    def tone(self, image: Tensor, mask: Tensor) -> Tensor:
        """The colour ``(3,)`` in [0, 1] of what is well lit inside a mask ``(1, 1, H, W)``.

        Of an underexposed or faded picture it is what the colour would be in ordinary light.
        """
        step = max(1, image.shape[-1] // ENOUGH)
        inside = mask[0, 0, ::step, ::step].cpu().numpy() > 0.5
        if not inside.any():
            step, inside = 1, mask[0, 0].cpu().numpy() > 0.5
        values = _pixels(image[..., ::step, ::step])
        found = _rgb(tone_of(_lab(values)[inside])[None, None])[0, 0]
        return torch.from_numpy(light_of(values).lit(found)).to(image)

    def __call__(
        self,
        image: Tensor,
        coverage: Tensor,
        colour: Tensor,
        share: float = 1.0,
        tune: Mapping[str, float] | None = None,
    ) -> Tensor:
        """The picture ``(1, 3, H, W)`` in [-1, 1] with another colour where it is covered.

        Args:
            image: ``(1, 3, H, W)`` in [-1, 1].
            coverage: soft mask ``(1, 1, H, W)`` in [0, 1]; what is not covered is not touched.
            colour: ``(3,)`` in [0, 1], of what is well lit, in ordinary light.
            share: how far to go, 0 to 1.
            tune: numbers by the names of `KNOBS`.
        """
        soft = coverage[0, 0].cpu().float().numpy()
        if not (soft > 0.5).any():
            return image
        left, top, right, bottom = _box(soft)
        box = np.s_[top:bottom, left:right]
        lab = _lab(_pixels(image[..., *box]))
        change = change_of(lab, soft[box], _aim(colour, image, tune), tune or {})
        values = image[..., *box]
        moved = torch.from_numpy(_rgb(change.moved(lab, change.base))).permute(2, 0, 1).to(image)
        made = image.clone()
        kept = torch.from_numpy(change.kept(np.arange(bottom - top) + 0.5)).to(image)[:, None]
        by = share * (1 - kept) * coverage[..., *box]
        made[..., *box] = values + by * (moved * 2 - 1 - values)
        return made.clamp_(-1, 1)

    def remarks(
        self,
        image: Tensor,
        coverage: Tensor,
        colour: Tensor,
        tune: Mapping[str, float] | None = None,
    ) -> tuple[str, ...]:
        """What to know of recolouring a picture where it is covered, as when called: sentences."""
        held = coverage[0, 0].cpu().numpy() > 0.5
        if not held.any():
            return ()
        pixels, share = _pixels(image), (tune or {}).get("light", KNOBS["light"].usual)
        box = _box(held)
        here = np.s_[box[1] : box[3], box[0] : box[2]]
        dark = float((_lab(pixels[here])[..., 0][held[here]] < BLACK).mean())
        light = float(_aim(colour, image, tune)[0])
        said = remarks_on(pixels, box, share)
        return (*said, FLAT.format(dark)) if dark > MANY and light > BRIGHT else said

    def at_full_size(
        self,
        photo: Tensor,
        matrix: tuple[tuple[float, float, float], tuple[float, float, float]],
        image: Tensor,
        coverage: Tensor,
        colour: Tensor,
        share: float = 1.0,
        painted: Tensor | None = None,
        tune: Mapping[str, float] | None = None,
    ) -> Tensor:
        """A photograph ``(1, 3, H, W)`` in bytes, recoloured where its smaller copy is covered.

        Args:
            photo: ``(1, 3, H, W)`` in bytes.
            matrix: ``(2, 3)``, from its pixels to those of the copy.
            image: the copy, or a part of the photograph at a smaller size: ``(1, 3, h, w)``.
            coverage: of it, ``(1, 1, h, w)``; it is made to follow the photograph's own edges.
            colour: ``(3,)`` in [0, 1], of what is well lit, in ordinary light.
            share: how far to go, 0 to 1.
            painted: the coverage of the photograph itself, ``(1, 1, H, W)`` in bytes.
            tune: numbers by the names of `KNOBS`.
        """
        soft = coverage[0, 0].cpu().float().numpy()
        if not (soft > 0.5).any():
            return photo
        to_copy = np.array(matrix)
        small = _box(soft)
        box = np.s_[small[1] : small[3], small[0] : small[2]]
        aim = _aim(colour, image, tune)
        change = change_of(_lab(_pixels(image[..., *box])), soft[box], aim, tune or {})
        guide = Guide(_pixels(image[..., *box]), WINDOW, FINE)
        function = guide.functions(soft[box][None])[0]
        # Coefficients and base are of the box alone, so the matrix has to lead there.
        to_box = to_copy.copy()
        to_box[:, 2] -= small[:2]
        left, top, right, bottom = _in_photo(small, to_copy, photo.shape[-1], photo.shape[-2])
        made = photo.clone()
        for rows in strips(bottom - top):
            here = (left, top + rows.start, right, top + rows.stop)
            part = made[0, :, here[1] : here[3], left:right]  # (3, h, w), of what is returned
            values = part.permute(1, 2, 0).float().div_(255).numpy()
            alpha = part_of(values, function, here, to_box)
            if painted is not None:
                alpha = painted[0, 0, here[1] : here[3], left:right].float().div_(255).numpy()
            else:
                alpha *= enlarged((soft[box] > 0).astype(np.float32), here, to_box)
            if not alpha.any():
                continue
            moved = _rgb(change.moved(_lab(values), enlarged(change.base, here, to_box)))
            down = to_box[1, 1] * (np.arange(here[1], here[3]) + 0.5) + to_box[1, 2]
            alpha *= share * (1 - change.kept(down)[:, None])
            blend = values + alpha[..., None] * (moved - values)
            part.copy_(torch.from_numpy((blend * 255).round().clip(0, 255)).permute(2, 0, 1))
        return made


def _box(soft: NDArray[Any]) -> tuple[int, int, int, int]:
    """What of a mask ``(H, W)`` is covered: left, top, right and bottom."""
    rows, columns = np.flatnonzero(soft.any(axis=1)), np.flatnonzero(soft.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _in_photo(
    box: tuple[int, int, int, int], matrix: NDArray[np.float64], width: int, height: int
) -> tuple[int, int, int, int]:
    """A box of the smaller copy as one of the photograph."""
    back = cv2.invertAffineTransform(matrix)
    (left, top), (right, bottom) = (
        back[:, :2] @ np.array(corner) + back[:, 2] for corner in (box[:2], box[2:])
    )
    return (
        max(0, int(left)), max(0, int(top)), min(width, int(np.ceil(right))),
        min(height, int(np.ceil(bottom))),
    )  # fmt: skip


def _pixels(image: Tensor) -> Array:
    """``(1, 3, H, W)`` in [-1, 1] to ``(H, W, 3)`` in [0, 1]."""
    return np.ascontiguousarray((image[0].permute(1, 2, 0).cpu().float().numpy() + 1) / 2)


def _aim(colour: Tensor, image: Tensor, tune: Mapping[str, float] | None) -> Array:
    """A colour ``(3,)`` in [0, 1] in CIELAB, in the light of a picture."""
    share = (tune or {}).get("light", KNOBS["light"].usual)
    shown = light_of(_pixels(image)).shown(colour.cpu().float().numpy(), share)
    return np.asarray(_lab(shown[None, None])[0, 0])


def _lab(values: Array) -> Array:
    """Values ``(h, w, 3)`` in [0, 1] to CIELAB."""
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(values), cv2.COLOR_RGB2LAB))


def _rgb(lab: Array) -> Array:
    """CIELAB ``(h, w, 3)`` to values in [0, 1]."""
    made = cv2.cvtColor(np.ascontiguousarray(lab, np.float32), cv2.COLOR_LAB2RGB)
    return np.asarray(np.clip(made, 0, 1), np.float32)
