"""Pictures and masks of the two calls: any kind says the same, or is refused in a sentence."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from profiles import grey_profile, rgb_profile
from results import same

from styleforge.api import edit
from styleforge.api.in_memory import IN_MEMORY
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.prepare.build import problem_steps
from styleforge.prepare.images import load_image
from styleforge.prepare.locate import located
from styleforge.recipe.condition import Mask
from styleforge.testing import toy

pytestmark = pytest.mark.usefixtures("beside_pictures")


@pytest.mark.parametrize(
    "of",
    [
        str,
        Path,
        lambda path: Image.open(path).copy(),
        lambda path: np.asarray(Image.open(path)),
        lambda path: np.asarray(Image.open(path)).astype(np.float32) / 255,
        load_image,
        lambda path: load_image(path)[0],
        lambda path: torch.from_numpy(np.array(Image.open(path))).permute(2, 0, 1),
    ],
    ids=["str", "Path", "Pillow", "bytes", "floats", "tensor", "chw", "tensor of bytes"],
)
def test_a_picture_may_be_anything(forge, of):
    wanted = edit("toy", "identity.png", forge=forge, shape="shape.png")
    made = edit("toy", of("identity.png"), forge=forge, shape=of("shape.png"))
    assert same(made, wanted)
    in_memory = not isinstance(of("identity.png"), str | Path)
    assert (IN_MEMORY in made.notes) == in_memory


def _kinds_of_files(tmp_path) -> dict[str, Path]:
    """The identity as files that hold more than 8-bit sRGB, each with its own note or turn."""
    with Image.open("identity.png") as opened:
        plain = opened.convert("RGB")
    clear = plain.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(plain.size))
    deep = Image.fromarray(np.asarray(plain.convert("L")).astype(np.uint16) * 257)
    turned = Image.Exif()
    turned[0x0112] = 6
    saved = {
        "frames.gif": (plain, {"save_all": True, "append_images": [plain.rotate(90)] * 2}),
        "cmyk.tiff": (plain.convert("CMYK"), {}),
        "printed.tiff": (plain.convert("CMYK"), {"icc_profile": rgb_profile("ProPhoto")}),
        "deep.png": (deep, {}),
        "turned.jpg": (plain, {"exif": turned, "quality": 95}),
        "wide.png": (plain, {"icc_profile": rgb_profile("Display P3")}),
        "grey.tiff": (plain.convert("L"), {"icc_profile": grey_profile(1.0)}),
        "broken.png": (plain, {"icc_profile": b"no profile"}),
        "clear.png": (clear, {}),
        "floats.tiff": (Image.fromarray(np.asarray(plain.convert("L")) / np.float32(255)), {}),
    }
    for name, (picture, options) in saved.items():
        picture.save(tmp_path / name, **options)
    return {name: tmp_path / name for name in saved}


@pytest.mark.parametrize(
    "name",
    [
        "frames.gif", "cmyk.tiff", "printed.tiff", "deep.png", "turned.jpg", "wide.png",
        "grey.tiff", "broken.png", "clear.png", "floats.tiff",
    ],
)  # fmt: skip
def test_an_opened_picture_is_that_of_its_file(forge, tmp_path, name):
    """Its pixels, its colours, and what is said of it."""
    path = _kinds_of_files(tmp_path)[name]

    def said(result, *names):
        """Notes on the picture, whatever it is called."""
        parts = [note.partition(one)[2] for note in result.notes for one in names if one in note]
        return sorted(part for part in parts if part)

    wanted = edit("toy", path, forge=forge, appearance="red")
    with Image.open(path) as opened:
        made = edit("toy", opened, forge=forge, appearance="red")
    assert same(made, wanted)
    one, other = made.picture(), wanted.picture()
    assert one.mode == other.mode
    assert np.array_equal(np.asarray(one), np.asarray(other))
    assert one.info.get("icc_profile") == other.info.get("icc_profile")
    assert said(made, "The picture for identity", "identity's picture") == said(wanted, str(path))


@pytest.mark.parametrize("name", ["cmyk.tiff", "printed.tiff", "deep.png", "frames.gif"])
def test_of_an_opened_reference_nothing_is_said_of_a_result(forge, tmp_path, name):
    path = _kinds_of_files(tmp_path)[name]
    with Image.open(path) as opened:
        made = edit("toy", "identity.png", forge=forge, shape=opened)
    wanted = edit("toy", "identity.png", forge=forge, shape=path)
    assert not [note for note in (*made.notes, *wanted.notes) if "the result" in note]
    assert any("frames" in note for note in made.notes) == (name == "frames.gif")


def test_an_opened_picture_may_stand_at_a_later_frame(forge, tmp_path):
    with Image.open(_kinds_of_files(tmp_path)["frames.gif"]) as opened:
        opened.seek(1)
        made = edit("toy", opened, forge=forge, appearance="red")
    assert any("has 2 frames, of which only number 2 is used" in note for note in made.notes)


def test_pictures_in_memory_go_with_the_forge(pictures):
    forge = Forge(plugins=())
    forge.use(toy)
    result = edit("toy", Image.open("identity.png"), forge=forge, shape="tall")
    folder = Path(result.recipe.identity.path).parent
    assert [path.name.partition(" ")[0] for path in folder.iterdir()] == ["identity"]
    del forge, result
    gc.collect()
    assert not folder.exists()


def test_pictures_in_memory_are_called_by_their_roles(forge, tmp_path):
    """The files that keep them are nothing to the user."""
    large = Image.open("identity.png").resize((48, 40))
    mask = np.zeros((40, 48), bool)
    mask[8:30, 12:36] = True
    made = edit("toy", [large, large], forge=forge, shape="tall", masks={"identity": mask})
    said = " ".join(note for one in made for note in one.notes)
    assert "identity's picture was cropped and scaled to 32 x 32." in said
    assert str(forge.in_memory) not in said
    assert [path.name for path in made.save(tmp_path)] == ["001-identity.png", "002-identity.png"]
    with pytest.raises(UserError, match=r"^identity's mask .* identity's picture "):
        edit("toy", large, forge=forge, shape="tall", masks={"identity": mask[:, :33]})
    steps = problem_steps(forge, made[0].recipe)
    assert list(steps) == ["identity's picture"]


def test_a_recipe_whose_pictures_were_in_memory_says_so_when_they_are_gone(forge):
    made = edit("toy", Image.open("identity.png"), forge=forge, shape="tall")
    Path(made.recipe.identity.path).unlink()
    with pytest.raises(
        UserError, match=r"^identity's picture was given in memory, and is not kept"
    ):
        located(made.recipe, forge.models("toy"), Path())


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (np.zeros((3, 64, 64), np.uint8), r"shape \(3, 64, 64\); \(H, W\)"),
        (np.zeros((64, 64, 3), np.int64), "type int64; give bytes"),
        (np.full((64, 64, 3), 128.0), r"from 128 to 128; values in \[0, 1\]"),
        (np.full((64, 64, 3), np.nan), "from nan to nan"),
        (torch.zeros(2, 3, 64, 64), "For several pictures give a list"),
        (torch.full((3, 64, 64), 128.0), r"from 128 to 128; values in \[-1, 1\]"),
        (torch.full((3, 64, 64), torch.nan), "from nan to nan"),
        (Image.new("RGB", (8, 8)), "identity is 8 x 8 pixels; at least 32"),
        (7, "of type int; give a path"),
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(forge, picture, why):
    with pytest.raises(UserError, match=why):
        edit("toy", picture, forge=forge, shape="tall")


@pytest.mark.parametrize("masks", ["painted.png", np.ones((8, 8), np.uint8)])
def test_masks_that_are_given_without_a_role_are_refused(forge, masks):
    with pytest.raises(UserError, match=r"by role, as masks=\{\"identity\": \"painted.png\"\}"):
        edit("toy", "identity.png", forge=forge, shape="tall", masks=masks)


def test_a_tensor_that_may_be_in_another_range_is_told(forge):
    picture = (load_image("identity.png") + 1) / 2
    result = edit("toy", picture, forge=forge, shape="tall")
    assert any("give 2 * x - 1" in note for note in result.notes)
    assert not any(
        "2 * x" in n for n in edit("toy", picture * 2 - 1, forge=forge, shape="tall").notes
    )


def test_masks_are_files_too(forge):
    grey = Image.new("L", (32, 32), 0)
    grey.paste(255, (0, 0, 16, 12))
    made = edit("toy", "identity.png", forge=forge, appearance="red", masks={"identity": grey})
    assert made.recipe.masks["identity"].path.endswith(".png")
    assert not same(made, edit("toy", "identity.png", forge=forge, appearance="red"))


@pytest.mark.parametrize("form", ["alpha", "truth", "floats", "path", "mask"])
def test_masks_of_any_kind_say_the_same(forge, form, tmp_path):
    inside = np.zeros((32, 32), bool)
    inside[4:20, 6:22] = True
    grey = Image.fromarray(inside)
    paint = Image.new("RGBA", (32, 32), (255, 255, 255, 255))
    paint.putalpha(grey.convert("L"))
    paint.save(tmp_path / "m.png")
    forms = {
        "alpha": paint, "truth": inside, "floats": inside.astype(np.float32),
        "path": tmp_path / "m.png", "mask": Mask(str(tmp_path / "m.png"), over="aligned"),
    }  # fmt: skip
    asked = {"forge": forge, "appearance": "red"}
    wanted = edit("toy", "identity.png", masks={"identity": grey}, **asked)
    assert same(edit("toy", "identity.png", masks={"identity": forms[form]}, **asked), wanted)


def test_pictures_in_memory_keep_transparency_and_profile(forge):
    with Image.open("identity.png") as opened:
        given = opened.convert("RGB")
    alpha = Image.new("L", given.size, 255)
    alpha.paste(90, (0, 0, 8, 32))
    clear = given.copy()
    clear.putalpha(alpha)
    made = edit("toy", clear, forge=forge, appearance="red").picture()
    assert np.asarray(made.getchannel("A"))[:, :8].min() == 90
    again = edit("toy", np.asarray(clear), forge=forge, appearance="red").picture()
    assert np.array_equal(np.asarray(made), np.asarray(again))
    wide = given.copy()
    wide.info["icc_profile"] = rgb_profile("Display P3")
    result = edit("toy", wide, forge=forge, appearance="red")
    assert result.picture().info["icc_profile"] == rgb_profile("Display P3")
    once_more = edit("toy", result, forge=forge, appearance="red")
    assert once_more.picture().info["icc_profile"] == rgb_profile("Display P3")
