"""Pictures side by side, for notebooks."""

from __future__ import annotations

import io

import pytest
import torch
from PIL import Image

from styleforge import show
from styleforge.errors import UserError
from styleforge.measure.truth import Truth
from styleforge.prepare.images import save_image
from styleforge.prepare.problem import Reference

RED = torch.tensor([0.8, -0.6, -0.6]).view(1, 3, 1, 1).expand(1, 3, 48, 48)


def shown(pictures) -> Image.Image:
    return Image.open(io.BytesIO(pictures._repr_png_())).convert("RGB")


def middle(page: Image.Image) -> tuple[int, ...]:
    return page.getpixel((page.width // 2, page.height - 20))


def near(colour, expected) -> bool:
    return all(abs(a - b) <= 4 for a, b in zip(colour, expected, strict=True))


@pytest.mark.parametrize("kind", ["tensor", "reference", "truth", "pil", "path", "name"])
def test_everything_that_is_a_picture_can_be_shown(kind, tmp_path):
    save_image(RED, tmp_path / "red.png")
    picture = {
        "tensor": RED,
        "reference": Reference(image=RED, regions={}),
        "truth": Truth(RED, {}),
        "pil": Image.new("RGB", (48, 48), (230, 51, 51)),
        "path": tmp_path / "red.png",
        "name": str(tmp_path / "red.png"),
    }[kind]
    page = shown(show(red=picture, width=64))
    assert near(middle(page), (230, 51, 51))


def test_a_result_is_shown(edit, beside_pictures):
    result = edit(appearance="red")
    assert show(result=result).page.size == show(result=result.image).page.size


def test_masks_are_black_and_white():
    mask = torch.zeros(1, 1, 48, 48)
    assert near(middle(shown(show(mask=mask))), (0, 0, 0))
    assert near(middle(shown(show(mask=mask + 1))), (255, 255, 255))


def test_rows_and_labels():
    pictures = show({"the first": RED}, a=RED, b=RED)
    assert repr(pictures) == "<Pictures: the first; a, b>"
    one_row = show(a=RED, b=RED)
    assert pictures.page.width == one_row.page.width
    assert pictures.page.height > 1.8 * one_row.page.height


def test_what_notebooks_show_is_small_and_the_same_every_time():
    noisy = torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(0)) * 2 - 1
    pictures = show(noise=noisy)
    assert len(pictures._repr_png_()) < 40_000
    assert pictures._repr_png_() == pictures._repr_png_()


def test_saved_in_all_colours(tmp_path):
    show(red=RED).save(tmp_path / "page.png")
    assert near(middle(Image.open(tmp_path / "page.png")), (230, 51, 51))
    with pytest.raises(UserError, match="cannot be written"):
        show(red=RED).save(tmp_path / "missing" / "page.png")


@pytest.mark.parametrize("wrong", [torch.zeros(3, 8, 8), torch.zeros(2, 3, 8, 8), 7, None])
def test_what_is_no_picture_is_refused_by_its_label(wrong):
    with pytest.raises(UserError, match="'odd' is"):
        show(odd=wrong)


def test_nothing_to_show():
    with pytest.raises(UserError, match="nothing to show"):
        show()
