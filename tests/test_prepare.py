"""From a file to a reference: fitting, aligning, refusing, matching the pose."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from styleforge.compose.paste_back import paste_back
from styleforge.errors import UserError
from styleforge.pack.models import Models
from styleforge.pack.pack import Alignment
from styleforge.prepare import bent, geometry
from styleforge.prepare.found import check
from styleforge.prepare.images import to_picture
from styleforge.prepare.prepare import prepare, resolve
from styleforge.recipe.domain import Domain
from styleforge.testing import toy

EYES = ((0.35, 0.4), (0.65, 0.4))


class Dots:
    """Landmarks of a picture with a red and a blue dot on grey: the dots' centres."""

    def __call__(self, image):
        points = []
        for channel, other in ((0, 2), (2, 0)):
            weight = (image[:, channel] - image[:, other]).clamp_min(0).square()
            total = weight.sum(dim=(1, 2)).clamp_min(1e-6)
            y = torch.arange(image.shape[2]) + 0.5
            x = torch.arange(image.shape[3]) + 0.5
            points.append(
                torch.stack(
                    ((weight.sum(1) * x).sum(1) / total, (weight.sum(2) * y).sum(1) / total), -1
                )
            )
        return torch.stack(points, dim=1)


def dots() -> Dots:
    return Dots()


def draw(size: tuple[int, int], points, radius: float) -> torch.Tensor:
    """Grey ``(1, 3, H, W)`` with a red and a blue dot."""
    height, width = size
    y, x = torch.meshgrid(torch.arange(height) + 0.5, torch.arange(width) + 0.5, indexing="ij")
    image = torch.zeros(1, 3, height, width)
    for channel, (px, py) in zip((0, 2), points, strict=True):
        dot = torch.exp(-((x - px) ** 2 + (y - py) ** 2) / (2 * radius**2))
        image[0, channel] += dot
    return image


@pytest.fixture
def aligning() -> Models:
    pack = toy.toy_pack()
    return Models(
        replace(
            pack,
            size=(128, 128),
            alignment=Alignment(groups=((0,), (1,)), places=EYES),
            components={**pack.components, "landmarks": dots},
        )
    )


def test_the_right_size_is_left_alone(models):
    image = torch.rand(1, 3, 32, 32) * 2 - 1
    reference = prepare(image, models, name="it")
    assert torch.equal(reference.image, image)
    assert reference.placement is None
    assert reference.notes == ()
    assert reference.landmarks.shape == (1, 5, 2)
    assert sum(reference.regions.values()).sub(1).abs().max() < 1e-5


@pytest.mark.parametrize("size", [(64, 64), (100, 50), (33, 90), (700, 500)])
def test_any_size_is_cropped_and_scaled(models, size):
    reference = prepare(torch.rand(1, 3, *size) * 2 - 1, models, name="it")
    assert reference.image.shape == (1, 3, 32, 32)
    assert "it was cropped and scaled to 32 x 32" in reference.notes[0]


def test_bad_tensors(models):
    with pytest.raises(UserError, match="NaN"):
        prepare(torch.full((1, 3, 32, 32), math.nan), models)
    with pytest.raises(UserError, match=r"has shape \(3, 32, 32\)"):
        prepare(torch.zeros(3, 32, 32), models)


def test_files_and_galleries(models, tmp_path):
    Image.new("RGB", (40, 40), "red").save(tmp_path / "one.png")
    assert prepare(tmp_path / "one.png", models).source.endswith("one.png")
    with pytest.raises(UserError, match="has no picture 'x'; it has no pictures"):
        resolve("gallery:x", models)
    shipping = Models(replace(models.pack, gallery=tmp_path))
    assert resolve("gallery:one", shipping) == tmp_path / "one.png"
    assert prepare("gallery:one", shipping).source == "gallery:one"
    with pytest.raises(UserError, match=r"has no picture '../one'; it has one"):
        resolve("gallery:../one", shipping)


@pytest.mark.parametrize("turn", [0.0, 20.0, -35.0])
@pytest.mark.parametrize(("scale", "shift"), [(1.0, (0, 0)), (2.4, (60, 40)), (1.3, (-20, 30))])
def test_photos_are_aligned(aligning, turn, scale, shift):
    """Wherever the dots are in the photo, they end at the pack's places."""
    radians = math.radians(turn)
    c, s = scale * math.cos(radians), scale * math.sin(radians)
    points = [
        (
            c * (x - 0.5) * 128 - s * (y - 0.5) * 128 + 200 + shift[0],
            s * (x - 0.5) * 128 + c * (y - 0.5) * 128 + 180 + shift[1],
        )
        for x, y in EYES
    ]
    photo = draw((360, 400), points, 8 * scale)
    reference = prepare(photo, aligning, name="photo")
    assert reference.image.shape == (1, 3, 128, 128)
    assert "aligned" in reference.notes[0]
    found = Dots()(reference.image)[0] / 128
    assert (found - torch.tensor(EYES)).abs().max() < 0.02


def test_an_aligned_picture_stays(aligning):
    image = draw((128, 128), [(x * 128, y * 128) for x, y in EYES], 6)
    reference = prepare(image, aligning)
    assert reference.placement is None
    assert torch.equal(reference.image, image)


def test_paste_back_keeps_the_photo_where_nothing_changed(aligning):
    points = [(150.0, 150.0), (230.0, 170.0)]
    photo = draw((300, 400), points, 15)
    reference = prepare(photo, aligning)
    assert torch.equal(paste_back(reference.image, reference), photo)
    edited = reference.image.clone()
    edited[..., 60:70, 60:70] = 1
    pasted = paste_back(edited, reference)
    assert pasted.shape == photo.shape
    changed = ((pasted - photo).abs().amax(1) > 1e-6)[0].nonzero()
    assert 0 < len(changed) < 0.1 * 300 * 400
    middle = bent.move_points(
        torch.tensor([[[65.0, 65.0]]]), geometry.invert(np.array(reference.placement.matrix))
    )[0, 0]
    assert (pasted[0, :, int(middle[1]), int(middle[0])] > 0.95).all()


def test_a_region_that_is_not_found(models):
    reference = prepare(torch.zeros(1, 3, 32, 32), models, name="it")
    check(reference, toy.TOY, models, role="shape")
    nothing = replace(
        reference,
        regions={
            name: torch.full((1, 1, 32, 32), float(name == "keep")) for name in reference.regions
        },
    )
    check(nothing, toy.TOY, models, role="identity")  # who is bald can be given something
    with pytest.raises(UserError, match="No thing was found in it"):
        check(nothing, toy.TOY, models, role="shape")
    other = Domain(name="o", title="", help="", region="thing", keep=("rest",))
    with pytest.raises(UserError, match="No rest was found in it"):
        check(nothing, other, models, role="identity")


def test_geometry_round_trips():
    rng = np.random.default_rng(0)
    source = rng.random((5, 2)) * 100
    matrix = np.array([[0.8, -0.3, 12.0], [0.3, 0.8, -4.0]])
    target = source @ matrix[:, :2].T + matrix[:, 2]
    np.testing.assert_allclose(geometry.similarity(source, target), matrix, atol=1e-9)
    assert geometry.scale_of(matrix) == pytest.approx(math.hypot(0.8, 0.3))
    image = draw((64, 64), [(30.0, 30.0), (40.0, 36.0)], 4)
    there = geometry.warp(image, matrix, (64, 64))
    back = geometry.warp(there, geometry.invert(matrix), (64, 64))
    assert (back - image)[..., 20:44, 20:44].abs().max() < 0.06
    still = geometry.warp(image, np.eye(3)[:2].copy(), (64, 64))
    assert torch.allclose(still, image, atol=1e-6)
    assert to_picture(still).size == (64, 64)
