"""The two headline calls, `transfer` and `edit`: what they take, refuse and give."""

from __future__ import annotations

import gc
import io
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from profiles import grey_profile, rgb_profile

import styleforge
from styleforge.api import edit, transfer
from styleforge.api.default import default_forge
from styleforge.api.in_memory import IN_MEMORY
from styleforge.errors import UserError
from styleforge.forge import Forge
from styleforge.prepare.build import problem_steps
from styleforge.prepare.images import load_image, read_recipe, to_bytes
from styleforge.prepare.locate import located
from styleforge.recipe.condition import ImageRef, Mask, Swatch, Text
from styleforge.recipe.presets import Changes
from styleforge.recipe.recipe import Recipe
from styleforge.testing import toy

ROOT = Path(__file__).parents[1]  # whose configuration and cache the type checker uses
pytestmark = pytest.mark.usefixtures("beside_pictures")


def same(one, two) -> bool:
    return torch.equal(to_bytes(one.photo), to_bytes(two.photo))


def test_a_transfer_in_one_call_is_its_recipe(forge, tmp_path):
    made = transfer("toy", "identity.png", forge=forge, shape="shape.png", steps=3, strength=0.5)
    assert made.steps == 3
    made.save(tmp_path / "out.png")
    again = forge.executor().submit(read_recipe(tmp_path / "out.png")).result()
    assert same(made, again)
    full = transfer("toy", "identity.png", forge=forge, shape="shape.png", steps=3)
    assert not same(made, full)


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


def test_an_opened_picture_may_stand_at_a_later_frame(forge, tmp_path):
    with Image.open(_kinds_of_files(tmp_path)["frames.gif"]) as opened:
        opened.seek(1)
        made = edit("toy", opened, forge=forge, appearance="red")
    assert any("has 2 frames, of which only number 2 is used" in note for note in made.notes)


def test_a_result_can_be_edited_on(forge):
    first = edit("toy", "identity.png", forge=forge, shape="tall")
    second = edit("toy", first, forge=forge, appearance="red")
    assert torch.equal(to_bytes(second.references["identity"]), to_bytes(first.photo))


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


def test_lists_give_batches(forge, tmp_path):
    batch = edit("toy", ["identity.png", "shape.png"], forge=forge, appearance="red")
    assert len(batch) == 2
    assert same(batch[1], edit("toy", "shape.png", forge=forge, appearance="red"))
    paths = batch.save(tmp_path / "out")
    assert [path.name for path in paths] == ["001-identity.png", "002-shape.png"]
    assert read_recipe(paths[1]).identity.path == "shape.png"
    looks = edit("toy", "identity.png", forge=forge, appearance=["red", Swatch("#00f")])
    assert [one.recipe.conditions["toy.appearance"] for one in looks] == [
        Text("red"), Swatch("#00f"),
    ]  # fmt: skip
    assert Image.open(io.BytesIO(batch._repr_png_())).width > 3 * 160
    with pytest.raises(UserError, match="identity 2, appearance 3"):
        edit("toy", ["a.png", "b.png"], forge=forge, appearance=["red"] * 3)
    with pytest.raises(UserError, match="at least 1"):
        edit("toy", [], forge=forge, appearance="red")


def test_one_unreadable_file_is_told_before_anything_runs(forge, tmp_path):
    with pytest.raises(UserError, match=r"no file lost\.png"):
        transfer("toy", ["identity.png", "lost.png"], forge=forge, shape="shape.png", steps=2)


class Picky:
    """A plugin that refuses one person."""

    @styleforge.hookimpl
    def before_run(self, recipe):
        if "nobody" in recipe.identity.path:
            msg = "Nobody is not edited."
            raise styleforge.Refused(msg)


def test_one_failing_run_does_not_end_the_others(forge, tmp_path):
    forge.use(Picky())
    files = [tmp_path / name for name in ("nobody.png", "me.png")]
    for file in files:
        shutil.copy("identity.png", file)
    with pytest.raises(styleforge.BatchError, match=r"1 of 2 runs failed.* 1: Nobody") as caught:
        transfer("toy", files, forge=forge, shape="shape.png", steps=2)
    assert [one.recipe.identity.path for one in caught.value.done] == [str(files[1])]


def test_subjects_are_chosen_by_role_or_with_the_picture(forge):
    chosen = {"identity": 1, "shape": 1}
    made = edit("toy", "identity.png", forge=forge, shape="shape.png", subject=chosen)
    given = ImageRef("shape.png", subject=1)
    again = edit("toy", ImageRef("identity.png", subject=1), forge=forge, shape=given)
    for recipe in (made.recipe, again.recipe):
        assert recipe.identity.subject == recipe.conditions["toy.shape"].subject == 1
    assert same(made, edit("toy", "identity.png", forge=forge, shape="shape.png"))
    with pytest.raises(UserError, match=r"identity.png shows only 1 subject, but number 2"):
        edit("toy", "identity.png", forge=forge, shape="shape.png", subject=2)
    with pytest.raises(UserError, match=r"toy.shape is given no picture .* these are: identity"):
        edit("toy", "identity.png", forge=forge, shape="tall", subject={"shape": 2})


@pytest.mark.parametrize(
    ("call", "key", "why"),
    [
        (edit, "strenghts", "did you mean 'strength'"),
        (edit, "shap", "did you mean 'shape'"),
        (edit, "preset", "`edit` no such option"),
        (transfer, "aperance", "did you mean 'appearance'"),
        (transfer, "refine", "its options are preset, steps"),
    ],
)
def test_unknown_keywords_are_refused_in_one_sentence(forge, call, key, why):
    with pytest.raises(UserError, match=rf"toy has no attribute '{key}' .*{why}") as caught:
        call("toy", "identity.png", forge=forge, shape="shape.png", **{key: "x"})
    assert "\n" not in str(caught.value)


def test_unknown_fields_of_a_recipe_are_refused_in_one_sentence(forge):
    with pytest.raises(UserError, match="no field 'strenghts'; did you mean 'strengths'"):
        forge.recipe("toy", strenghts={"toy.shape": 0.5})
    with pytest.raises(UserError, match="no field 'also'"):
        forge.recipe("toy", also=())
    assert set(Changes.__annotations__) == {one.name for one in fields(Recipe)} - {
        "domain", "also", "version",
    }  # fmt: skip


WRONG = """
import styleforge as sf

forge = sf.Forge()
sf.edit("hair", "me.png", strenght=0.5)
sf.transfer("hair", "me.png", shape="her.png", seed="1")
forge.recipe("hair", strenghts={"hair.shape": 0.5})
reveal_type(sf.edit("hair", "me.png", shape="bob"))
reveal_type(sf.transfer("hair", ["me.png", "you.png"], shape="her.png"))
reveal_type(sf.edit("hair", "me.png", shape=["bob", "afro"]))
models = forge.models("mine")
reveal_type(models.get("generator").synthesize)
reveal_type(models.get("mapper/lips"))
models.get("regions").draws
"""


def test_the_type_checker_sees_it(tmp_path):
    (tmp_path / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty"]
    done = subprocess.run(
        [*command, str(tmp_path / "wrong.py")],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    found = {}
    for number, said in re.findall(r"wrong\.py:(\d+): (.*)", done.stdout):
        found.setdefault(int(number), said)
    assert {5, 6, 7} <= found.keys(), done.stdout
    assert "Result" in found[8]
    assert "Batch" in found[9]
    assert "Batch" in found[10]
    assert "Tensor" in found[12].rpartition("->")[2]
    assert "Any" in found[13]
    assert '"RegionsOfSubjects" has no attribute "draws"' in found[14]


def test_one_forge_for_the_process(monkeypatch):
    made = []
    monkeypatch.setattr("styleforge.api.default.Forge", lambda: made.append(1) or toy_forge())
    edit("toy", "identity.png", shape="tall")
    transfer("toy", "identity.png", shape="shape.png", steps=2)
    assert made == [1]
    default_forge.cache_clear()
    edit("toy", "identity.png", shape="tall")
    assert made == [1, 1]


def toy_forge() -> Forge:
    made = Forge(plugins=())
    made.use(toy)
    return made


def test_a_result_shows_what_it_is_made_of(forge):
    result = transfer("toy", "identity.png", forge=forge, shape="shape.png", steps=2)
    assert repr(result.show()) == "<Pictures: identity, shape, result>"
    assert torch.equal(to_bytes(result.references["shape"]), to_bytes(load_image("shape.png")))
    words = edit("toy", "identity.png", forge=forge, shape="tall", appearance="#8a2be2")
    assert list(words.side_by_side()) == ["identity", "shape", "appearance #8a2be2", "result"]
    tile = words.side_by_side()["appearance #8a2be2"]
    assert to_bytes(tile)[0, :, 0, 0].tolist() == [0x8A, 0x2B, 0xE2]
    assert words._repr_png_()[:4] == b"\x89PNG"


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


def test_another_executor_runs_it(forge):
    with pytest.raises(UserError, match="No plugin makes an executor of 'far://away'"):
        edit("toy", "identity.png", forge=forge, shape="tall", executor="far://away")
