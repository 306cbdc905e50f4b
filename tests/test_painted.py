"""Painted masks: read whatever they are, put where they were painted, or refused in a sentence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from styleforge.errors import UserError
from styleforge.prepare import geometry
from styleforge.prepare.cache import Prepared
from styleforge.prepare.images import save_image
from styleforge.prepare.painted import PaintedMask, frame_of, mask_picture, placed, read_mask
from styleforge.prepare.problem import Placement, Reference

BOX = (10, 6, 34, 26)  # left, top, right, bottom


def inside(height: int = 40, width: int = 48) -> np.ndarray:
    mask = np.zeros((height, width), bool)
    mask[BOX[1] : BOX[3], BOX[0] : BOX[2]] = True
    return mask


def iou(one: torch.Tensor, two: torch.Tensor) -> float:
    first, second = one > 0.5, two > 0.5
    return float((first & second).sum() / (first | second).sum())


def paletted() -> Image.Image:
    picture = Image.fromarray(inside().astype(np.uint8), "L").convert("P")
    picture.putpalette([0, 0, 0, 255, 255, 255])
    return picture


def cut_out(colour: tuple[int, int, int]) -> Image.Image:
    picture = Image.new("RGBA", (48, 40), (0, 0, 0, 0))
    picture.paste((*colour, 255), BOX)
    return picture


FORMS = {
    "bytes": Image.fromarray((inside() * 255).astype(np.uint8)),
    "zero and one": Image.fromarray(inside().astype(np.uint8)),
    "one bit": Image.fromarray(inside()),
    "sixteen bits": Image.fromarray((inside() * 65535).astype(np.uint16)),
    "zero and one in sixteen bits": Image.fromarray(inside().astype(np.uint16)),
    "floats": Image.fromarray(inside().astype(np.float32)),
    "palette": paletted(),
    "coloured": Image.fromarray(np.repeat((inside() * 255).astype(np.uint8)[..., None], 3, 2)),
    "white on transparent": cut_out((255, 255, 255)),
    "black on transparent": cut_out((0, 0, 0)),
    "red on transparent": cut_out((255, 0, 0)),
    "grey and alpha": cut_out((9, 9, 9)).convert("LA"),
    "opaque alpha": Image.fromarray((inside() * 255).astype(np.uint8)).convert("RGBA"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_painting_programs_write(form):
    assert torch.equal(read_mask(FORMS[form])[0, 0] > 0.5, torch.from_numpy(inside()))


@pytest.mark.parametrize(
    "values",
    [
        inside(), inside().astype(np.uint8), inside().astype(np.int64), inside() * 255,
        inside().astype(np.float64), inside()[None, None], torch.from_numpy(inside())[None].float(),
        torch.from_numpy(inside()).expand(3, -1, -1),
        np.repeat(inside()[..., None], 3, axis=2) * 1.0,
    ],
)  # fmt: skip
def test_masks_in_memory(values):
    made = mask_picture(values)
    assert made.mode == "L"
    assert np.array_equal(np.asarray(made), inside() * 255)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (np.full((40, 40), 5.0), "floats in"),
        (np.full((40, 40), np.nan), "floats in"),
        (np.full((40, 40), 300), "bytes"),
        (np.zeros((2, 40, 40)), "one mask was expected"),
        (np.zeros(40), "one mask was expected"),
        (np.zeros((8, 8)), "at least 32"),
        (np.full((40, 40), 30, np.uint8), "brightest value is 30 of 255"),
    ],
)
def test_what_is_no_mask(values, said):
    with pytest.raises(UserError, match=said):
        mask_picture(values)


def turned(angle: float, scale: float) -> Reference:
    """A picture that was cut, turned and scaled, from a photo 120 wide and 90 high."""
    cos, sin = scale * np.cos(angle), scale * np.sin(angle)
    matrix = ((cos, -sin, 20.0), (sin, cos, 3.0))
    photo = torch.zeros(1, 3, 90, 120)
    return Reference(
        image=torch.zeros(1, 3, 64, 64), regions={}, size=(90, 120), source="me.png",
        placement=Placement(photo=photo, matrix=matrix),
    )  # fmt: skip


def painted(values: torch.Tensor, over: str = "") -> PaintedMask:
    return PaintedMask(values=values, source="mask.png", sha256="", over=over)


@pytest.mark.parametrize(("angle", "scale"), [(0.0, 0.5), (0.4, 0.7), (-1.2, 1.5)])
def test_a_mask_of_the_photo_goes_where_the_photo_goes(angle, scale):
    reference = turned(angle, scale)
    over_photo = torch.from_numpy(inside(90, 120))[None, None].float()
    made, note = placed(painted(over_photo), reference)
    matrix = np.array(reference.placement.matrix)
    y, x = np.mgrid[:64, :64] + 0.5
    back = geometry.invert(matrix)
    there = np.stack([x, y], -1) @ back[:, :2].T + back[:, 2]
    wanted = (there > (BOX[0], BOX[1])).all(-1) & (there < (BOX[2], BOX[3])).all(-1)
    assert iou(made[0, 0], torch.from_numpy(wanted)) > 0.97
    assert not note


def test_a_mask_of_the_aligned_picture_stays():
    mask = torch.from_numpy(inside(64, 64))[None, None].float()
    made, note = placed(painted(mask), turned(0.4, 0.7))
    assert torch.equal(made, mask)
    assert not note


def test_a_photo_that_was_cropped_takes_its_mask_along(models, tmp_path):
    """Without alignment the middle of a photo is taken, and of the mask, too."""
    photo = torch.rand(1, 3, 40, 96) * 2 - 1
    save_image(photo, tmp_path / "wide.png")
    mask = np.zeros((40, 96), np.uint8)
    mask[:, 28:48] = 255  # the left half of the middle
    Image.fromarray(mask).save(tmp_path / "mask.png")
    prepared = Prepared(models)
    reference = prepared.file(tmp_path / "wide.png")
    made = prepared.painted(reference, prepared.mask(tmp_path / "mask.png"), "thing")
    assert made.regions["thing"][..., 1:15].min() > 0.9
    assert made.regions["thing"][..., 18:].max() < 0.1


@pytest.mark.parametrize("size", [(45, 60), (90, 121), (120, 90), (32, 32), (128, 128)])
def test_a_mask_of_another_size_is_refused(size):
    with pytest.raises(UserError, match=rf"mask.png is {size[1]} x {size[0]} pixels, but me.png"):
        placed(painted(torch.zeros(1, 1, *size)), turned(0, 0.5))


def test_where_both_have_one_size_the_photo_is_meant_unless_it_is_said():
    reference = replace(turned(0.4, 0.7), image=torch.zeros(1, 3, 90, 120))
    mask = torch.from_numpy(inside(90, 120))[None, None].float()
    made, note = placed(painted(mask), reference)
    assert not torch.equal(made, mask)
    assert "was read as painted over me.png itself" in note
    same, note = placed(painted(mask, "aligned"), reference)
    assert torch.equal(same, mask)
    assert not note
    assert placed(painted(mask, "photo"), reference)[1] == ""
    with pytest.raises(UserError, match="Paint the mask over the picture itself"):
        frame_of((90, 120), (90, 120), (64, 64), "aligned", ("mask.png", "me.png"))
