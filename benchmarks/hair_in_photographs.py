"""How much beside the hair is taken for hair: ``python -m benchmarks.hair_in_photographs FOLDER``.

With ``--pasted``: how much of a person's own hair another's leaves bare, if it is brought over by
the landmarks of both. Where much is, a head would have to be drawn that the photograph never shows.

The folder has the official portraits of the White House (public domain) that the tests of the
package face_recognition use: ``pip download --no-deps --no-binary :all: face_recognition==1.3.0``
gets them, in ``tests/test_images``. Their hair was outlined here by hand. The networks are those
that are there: MediaPipe's package 0.10.21 carries three (docs/how-to/photographs.md).
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageOps

SIDE = 1400  # pixels of the longer side, in which the outlines are
NEAR, CORE = 0.06, 0.03  # of the root of hair's area: what an outline by hand is off by
OUTLINES: dict[str, list[tuple[int, int]]] = {
    "obama": [(360, 205), (357, 160), (362, 130), (380, 95), (405, 65), (440, 42), (480, 30),
              (520, 30), (560, 42), (590, 65), (610, 95), (622, 130), (625, 165), (622, 200),
              (612, 215), (605, 180), (600, 150), (585, 115), (565, 92), (530, 85), (500, 85),
              (460, 82), (430, 82), (405, 100), (392, 130), (380, 165), (372, 215)],
    "obama2": [(209, 317), (213, 283), (226, 240), (257, 197), (309, 171), (369, 165), (429, 178),
               (480, 209), (511, 257), (523, 309), (519, 360), (506, 398), (480, 403), (466, 360),
               (449, 317), (454, 274), (420, 240), (369, 228), (309, 223), (257, 240), (237, 266),
               (226, 309)],
    "obama3": [(372, 255), (368, 230), (375, 200), (385, 175), (405, 150), (430, 138), (460, 133),
               (490, 135), (515, 145), (530, 160), (545, 185), (550, 215), (550, 245), (545, 255),
               (540, 225), (530, 190), (515, 165), (490, 150), (460, 148), (430, 152), (410, 165),
               (398, 190), (392, 220), (385, 255)],
    "obama_partial_face": [(0, 45), (40, 35), (75, 32), (110, 35), (140, 45), (165, 65), (185, 90),
                           (200, 120), (205, 150), (205, 185), (200, 205), (190, 205), (185, 170),
                           (178, 135), (165, 110), (145, 92), (110, 88), (70, 85), (0, 80)],
    "biden": [(245, 210), (245, 180), (250, 150), (262, 115), (280, 90), (300, 70), (330, 60),
              (380, 58), (420, 70), (450, 90), (470, 120), (482, 160), (482, 195), (478, 225),
              (465, 250), (455, 250), (455, 220), (445, 200), (440, 150), (425, 120), (390, 105),
              (340, 100), (310, 110), (285, 130), (268, 160), (262, 185), (260, 210)],
}  # fmt: skip


def opened(path: Path) -> Image.Image:
    """A portrait, upright, in the size that outlines are of."""
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    picture.thumbnail((SIDE, SIDE))
    return picture


def seen(
    picture: Image.Image, *, networks: bool
) -> tuple[NDArray[np.float32], NDArray[np.float64] | None] | None:
    """The share of hair ``(H, W)``, and landmarks ``(68, 2)``; None where no face is found."""
    from styleforge_photo import NAMES
    from styleforge_photo.evidence import evidence
    from styleforge_photo.networks import detector, mesh
    from styleforge_photo.regions import PhotoRegions
    from styleforge_photo.subjects import Faces, face_of

    values = torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None].float() / 127.5 - 1
    faces = Faces(detector() if networks else None)(values)
    if not faces:
        return None
    largest = max(faces, key=lambda one: one.width)
    found = PhotoRegions(evidence() if networks else ()).of(values, largest)
    landmarks = mesh() if networks else None
    points = landmarks(np.array(picture), face_of(largest)) if landmarks is not None else None
    return np.asarray(found[0, NAMES.index("hair")].numpy()), points


def bare(
    own: tuple[NDArray[np.float32], NDArray[np.float64]],
    other: tuple[NDArray[np.float32], NDArray[np.float64]],
) -> float:
    """The share of a person's own hair that another's, brought over by landmarks, leaves bare."""
    (hair, points), (theirs, from_points) = own, other
    matrix, _ = cv2.estimateAffine2D(from_points, points, method=cv2.LMEDS)
    brought = cv2.warpAffine(theirs, matrix, (hair.shape[1], hair.shape[0]))
    return float(((hair > 0.5) & (brought < 0.5)).sum() / (hair > 0.5).sum())


def measured(hair: NDArray[np.float32], outline: list[tuple[int, int]]) -> tuple[float, float]:
    """The share of what is taken for hair that lies beside it, and that of hair that is found."""
    true = np.zeros(hair.shape, np.uint8)
    cv2.fillPoly(true, [np.array(outline, np.int32)], 1)
    root = float(np.sqrt(true.sum()))
    near = cv2.dilate(true, _disc(NEAR * root)) > 0
    core = cv2.erode(true, _disc(CORE * root)) > 0
    taken = hair > 0.5
    return float((taken & ~near).sum() / max(1, taken.sum())), float(taken[core].mean())


def _disc(radius: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def pasted(folder: Path) -> None:
    """Print a table: whose hair leaves how much of whose bare."""
    from skimage import data

    pictures = {name: opened(folder / f"{name}.jpg") for name in OUTLINES if "part" not in name}
    pictures["astronaut"] = Image.fromarray(data.astronaut())
    found = {}
    for name, picture in pictures.items():
        both = seen(picture, networks=True)
        if both is None or both[1] is None:
            sys.exit("This needs the weights face-landmarks; `styleforge weights` says more.")
        found[name] = (both[0], both[1])
    print(f"| to, from | {' | '.join(found)} |\n|---|{'---|' * len(found)}")
    for own, mine in found.items():
        cells = [
            "-" if other == own else f"{bare(mine, theirs):.0%}" for other, theirs in found.items()
        ]
        print(f"| {own} | {' | '.join(cells)} |")


def main() -> None:
    """Print a table: for each portrait, without networks and with them; or what is left bare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pasted", action="store_true", help="bring hair from one to another")
    given = parser.parse_args()
    if given.pasted:
        pasted(given.folder)
        return
    print("| portrait | beside the hair | with networks | hair found | with networks |")
    print("|---|---|---|---|---|")
    for name, outline in OUTLINES.items():
        picture = opened(given.folder / f"{name}.jpg")
        cells: list[list[str]] = []
        for networks in (False, True):
            both = seen(picture, networks=networks)
            shares = None if both is None else measured(both[0], outline)
            cells.append(["no face"] * 2 if shares is None else [f"{one:.0%}" for one in shares])
        (beside, found), (beside_too, found_too) = cells
        print(f"| `{name}` | {beside} | {beside_too} | {found} | {found_too} |", flush=True)


if __name__ == "__main__":
    main()
