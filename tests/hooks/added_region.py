"""Hooks by example: a region that the pack does not find, and a domain that colours it."""

from __future__ import annotations

# [shown]
from styleforge import AddedRegion, Domain, hookimpl
from styleforge.methods.recolour import Recolour
from styleforge.pack.taxonomy import outline_of

styleforge_api = 1

LIPS = Recolour("lips", "lips")


def lips(image, models):
    """Where the lips are ``(N, 1, H, W)``, by the pack's landmarks, if it says in which order."""
    import cv2
    import numpy as np
    import torch

    masks = np.zeros((len(image), 1, *image.shape[-2:]), np.float32)
    outer = list(outline_of("lips", models.pack.landmark_layout))
    points = models.get("landmarks")(image)[:, outer].cpu().double().numpy()  # (N, 12, 2)
    for mask, outline in zip(masks, points, strict=True):
        cv2.fillPoly(mask[0], [np.round(outline * 16).astype(np.int32)], 1, cv2.LINE_AA, shift=4)
    return torch.from_numpy(masks)


@hookimpl
def register_components(register):
    register(AddedRegion(lips, within=("face",)), name="regions/lips")


@hookimpl
def register_domains(register):
    register(
        Domain(
            name="lips",
            title="Lips",
            help="The colour of lips.",
            region="lips",
            keep=("face",),
            presets=(LIPS.preset(),),
        )
    )


@hookimpl
def register_attributes(register):
    register(LIPS.attribute())


# [end]
