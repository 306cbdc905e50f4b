"""Regions of a portrait out of the 19 classes of CelebAMask-HQ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from styleforge.errors import UserError

if TYPE_CHECKING:
    from styleforge.models.segformer import SegFormer

# What belongs to which region, by the data set's own labels; an ear's ring goes with the ear.
CLASSES = {
    "background": ("background",),
    "skin": ("neck", "l_ear", "r_ear", "ear_r"),
    "face": ("skin", "nose", "eye_g", "l_eye", "r_eye", "l_brow", "r_brow", "mouth", "u_lip",
             "l_lip"),
    "hair": ("hair",),
    "clothing": ("cloth", "neck_l", "hat"),
}  # fmt: skip
REGIONS = tuple(CLASSES)


class FaceRegions(nn.Module):
    """A region provider over a parser with the labels of CelebAMask-HQ.

    Args:
        parser: pictures to the probabilities of labels.

    Raises:
        UserError: its labels are others.
    """

    names = REGIONS

    def __init__(self, parser: SegFormer) -> None:
        super().__init__()
        self.parser = parser
        known = {label for labels in CLASSES.values() for label in labels}
        if set(parser.labels) != known:
            strange = sorted(set(parser.labels) ^ known)
            msg = (
                f"The face parser has other labels than CelebAMask-HQ's 19, such as "
                f"{strange[0]!r}; add the folder of jonathandinu/face-parsing."
            )
            raise UserError(msg)
        self.members = [
            [index for index, label in enumerate(parser.labels) if label in labels]
            for labels in CLASSES.values()
        ]

    def forward(self, image: Tensor) -> Tensor:
        """``(N, 3, H, W)`` in [-1, 1] to soft regions ``(N, 5, H, W)`` that sum to 1."""
        found = self.parser(image)  # (N, 19, H, W)
        return torch.cat([found[:, one].sum(1, keepdim=True) for one in self.members], dim=1)
