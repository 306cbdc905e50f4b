"""Whether a line runs through what is taken for hair, around the head: there hair ends.

Before a window or a lamp hair and what is behind it share colours, so that both are taken for hair.
The head's outline is still there, as the strongest line about it. It is found as the best path
over angles about the face (dynamic programming), and told as a doubt.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from styleforge_photo.layout import Face
from styleforge_photo.sized import sized

Array = NDArray[np.float32]
SIDE = 100  # pixels of a face's width at which lines are sought
BLUR = 1.5  # of these pixels: what is finer is a strand
REACH = 1.8  # widths of the face that are looked at, from its centre
CENTRE = -0.05  # of rays, in widths of the face below its centre
ANGLES = np.arange(-80, 81, 4)  # degrees from upright
RADII = np.arange(0.30, 1.70, 0.02)  # widths of the face
WIDE = 5  # radii on each side of a line over which colours are averaged
BEND = 2  # radii by which a line moves on from one angle to the next
COST = 0.5  # of such a move, in CIE76
RUN = 15  # angles, 60 degrees, along which a line has to be seen
LIT, DIM = 70.0, 45.0  # lightness of a face's skin for which `STRONG` holds, and the least
STRONG = 30.0  # CIE76; 29 at most in 80 right masks, 32 to 59 in those that held what is behind


def line_within(picture: Array, hair: Array, skin: Array, face: Face) -> bool:
    """Whether a strong line about the head runs through what is taken for hair.

    Args:
        picture: ``(H, W, 3)`` in [0, 1].
        hair: share ``(H, W)`` of hair.
        skin: share ``(H, W)`` of the face.
        face: whose hair it is.

    Example:
        >>> grey, whole = np.full((90, 80, 3), 0.5, np.float32), np.ones((90, 80), np.float32)
        >>> line_within(grey, whole, whole, Face(20, 40, 40))
        False
    """
    lab, share, light = _about(picture, hair, skin, face)
    contrast = _contrasts(lab, share > 0.5)
    along = contrast[np.arange(len(ANGLES)), _path(contrast)]
    strongest = np.convolve(along, np.full(RUN, 1 / RUN), mode="valid").max()
    return bool(strongest * LIT / max(light, DIM) > STRONG)


def _about(picture: Array, hair: Array, skin: Array, face: Face) -> tuple[Array, Array, float]:
    """CIELAB ``(angles, radii, 3)`` and hair along rays, and the lightness of skin.

    Beyond the picture its border goes on: no line is seen there.
    """
    (x, y), reach, scale = face.centre, REACH * face.side, SIDE / face.side
    left, top = max(0, round(x - reach)), max(0, round(y - reach))
    box = np.s_[top : max(top + 1, round(y + reach)), left : max(left + 1, round(x + reach))]
    seen, of_hair, of_skin = (sized(one[box], scale) for one in (picture, hair, skin))
    lab = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2LAB), np.float32)
    light = float(np.median(lab[..., 0][of_skin > 0.5])) if (of_skin > 0.5).any() else LIT
    angles = np.deg2rad(ANGLES + face.turn)[:, None]
    down = np.deg2rad(face.turn)
    from_x = (x - left) * scale - CENTRE * SIDE * np.sin(down)
    from_y = (y - top) * scale + CENTRE * SIDE * np.cos(down)
    columns = np.asarray(from_x + SIDE * RADII * np.sin(angles), np.float32)
    rows = np.asarray(from_y - SIDE * RADII * np.cos(angles), np.float32)
    soft = cv2.GaussianBlur(lab, (0, 0), BLUR)
    along, share = (
        np.asarray(
            cv2.remap(one, columns, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE),
            np.float32,
        )
        for one in (soft, of_hair)
    )
    return along, share, light


def _contrasts(lab: Array, hair: NDArray[np.bool_]) -> Array:
    """CIE76 across each point of each ray, ``(angles, radii)``; 0 but where both sides are hair."""
    colours = np.cumsum(np.pad(lab, ((0, 0), (1, 0), (0, 0))), axis=1)
    counts = np.cumsum(np.pad(hair, ((0, 0), (1, 0))), axis=1)
    found = np.zeros(hair.shape, np.float32)
    at = np.arange(WIDE, len(RADII) - WIDE)
    near, far = (
        colours[:, at] - colours[:, at - WIDE],
        colours[:, at + 1 + WIDE] - colours[:, at + 1],
    )
    held = counts[:, at + 1 + WIDE] - counts[:, at - WIDE] >= 2 * WIDE
    found[:, at] = np.linalg.norm(near - far, axis=-1) / WIDE * held
    return found


def _path(contrasts: Array) -> NDArray[np.int64]:
    """The radius at each angle, by its number, of the strongest line."""
    moves = np.arange(-BEND, BEND + 1)
    best, came = contrasts[0], []
    for here in contrasts[1:]:
        padded = np.pad(best, BEND, constant_values=-np.inf)
        options = np.stack(
            [padded[BEND + by : BEND + by + len(best)] - COST * abs(by) for by in moves]
        )
        chosen = options.argmax(axis=0)
        came.append(chosen)
        best = options.max(axis=0) + here
    path = [int(best.argmax())]
    for chosen in reversed(came):
        path.append(path[-1] + int(moves[chosen[path[-1]]]))
    return np.array(path[::-1])
