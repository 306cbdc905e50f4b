"""Bending a reference to the identity's pose: by landmarks, or by the pack's poser."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from styleforge.pack.models import Models
from styleforge.pack.protocols import Poser
from styleforge.prepare import geometry
from styleforge.prepare.pose import match_pose
from styleforge.prepare.problem import Reference
from styleforge.testing import toy

SIDE = 64


class Left:
    """A poser that moves things eight pixels to the left."""

    names = ("thing",)

    def __call__(self, image, regions, subject, subject_regions, region):
        assert image.shape[1] == subject.shape[1] == 3
        assert regions.shape == subject_regions.shape == (1, 2, SIDE, SIDE)
        assert region == "thing"
        x = torch.arange(SIDE) + 8.5
        return torch.stack(torch.meshgrid(torch.arange(SIDE) + 0.5, x, indexing="ij")[::-1])[None]


def left() -> Left:
    return Left()


def blob(x: float, y: float) -> torch.Tensor:
    grid = torch.arange(SIDE) + 0.5
    return torch.exp(-((grid[None] - x) ** 2 + (grid[:, None] - y) ** 2) / 18)[None, None]


def reference(x: float, y: float, name: str) -> Reference:
    """A blob with five landmarks on and around it."""
    thing = blob(x, y)
    around = torch.tensor([[0.0, 0], [-8, 0], [8, 0], [0, -8], [0, 8]])
    return Reference(
        image=(2 * thing - 1).expand(1, 3, -1, -1),
        regions={"thing": thing, "rest": 1 - thing},
        landmarks=(around + torch.tensor([x, y]))[None],
        source=name,
    )


def centre(plane: torch.Tensor) -> tuple[float, float]:
    weight = plane[0, 0].clamp_min(0).square()
    grid = torch.arange(SIDE) + 0.5
    total = weight.sum()
    return float((weight.sum(0) * grid).sum() / total), float((weight.sum(1) * grid).sum() / total)


@pytest.fixture
def models() -> Models:
    return Models(replace(toy.toy_pack(), size=(SIDE, SIDE)))


@pytest.fixture
def posing() -> Models:
    pack = toy.toy_pack()
    return Models(replace(pack, size=(SIDE, SIDE), components={**pack.components, "poser": left}))


def test_landmarks_come_to_landmarks(models):
    identity, off = reference(30, 32, "me"), reference(36, 28, "you")
    warped = match_pose(off, identity, models, "thing")
    assert "you was warped to the identity's pose" in warped.notes[-1]
    assert centre(warped.regions["thing"]) == pytest.approx((30, 32), abs=0.3)
    assert centre(warped.image + 1) == pytest.approx((30, 32), abs=0.3)
    assert sum(warped.regions.values()).sub(1).abs().max() < 1e-4
    assert warped.landmarks is identity.landmarks


def test_what_is_in_place_stays(models, posing):
    identity, near = reference(30, 32, "me"), reference(30.2, 32, "you")
    assert match_pose(near, identity, models, "thing") is near
    for either in (models, posing):
        assert match_pose(identity, identity, either, "thing") is identity
    blind = replace(reference(40, 40, "you"), landmarks=None)
    assert match_pose(blind, identity, models, "thing") is blind


def test_a_poser_is_asked_where_there_is_one(posing):
    assert isinstance(left(), Poser)
    identity, off = reference(30, 32, "me"), reference(36, 28, "you")
    bent = match_pose(off, identity, posing, "thing")
    assert "turned and stretched to fit the person" in bent.notes[-1]
    assert centre(bent.regions["thing"]) == pytest.approx((28, 28), abs=0.1)
    # a region it does not know goes by landmarks
    assert "warped" in match_pose(off, identity, posing, "rest").notes[-1]


def test_remapping_to_the_same_place_changes_nothing():
    image = torch.rand(1, 5, 20, 30)
    y, x = np.meshgrid(np.arange(20) + 0.5, np.arange(30) + 0.5, indexing="ij")
    assert torch.allclose(geometry.remap(image, np.stack([x, y], -1)), image, atol=1e-6)
